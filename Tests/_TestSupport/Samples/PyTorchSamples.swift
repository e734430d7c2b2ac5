import MDLSTM

/// Files of torch.save, and what they are made of.
public enum PyTorchSamples {
    /// The archive of a pickle and of storages.
    public static func archive(
        pickle: [UInt8], _ storages: [(key: String, bytes: [UInt8])], byteOrder: String? = "little"
    ) -> ZipWriter {
        var members = [ZipWriter.Member(name: "lstm/data.pkl", stored: pickle)]
        if let byteOrder { members.append(ZipWriter.Member(name: "lstm/byteorder", stored: Array(byteOrder.utf8))) }
        for (key, bytes) in storages { members.append(ZipWriter.Member(name: "lstm/data/\(key)", stored: bytes)) }
        members.append(ZipWriter.Member(name: "lstm/version", stored: Array("3\n".utf8)))
        return ZipWriter(members: members)
    }

    /// A state dict of tensors over storages of float32.
    public static func file(_ tensors: [TorchTensor], _ storages: [(key: String, values: [Float])]) -> [UInt8] {
        file(storages) { $0.stateDict(tensors) }
    }

    /// What `write` makes as the whole that was saved.
    public static func file(
        _ storages: [(key: String, values: [Float])] = [], _ write: (inout PickleWriter) -> Void
    ) -> [UInt8] {
        var pickle = PickleWriter()
        write(&pickle)
        pickle.code(".")
        return archive(pickle: pickle.bytes, storages.map { ($0.key, bytes(of: $0.values)) }).bytes
    }

    /// float32 as it stands in a storage.
    public static func bytes(of values: [Float]) -> [UInt8] { values.flatMap { littleEndian($0.bitPattern) } }

    /// The state dict of an LSTM of random weights, with the names `prefix` has behind it.
    public static func lstm(
        inputs: Int, units: Int, prefix: String = "", seed: UInt64 = 1
    ) -> (tensors: [TorchTensor], storages: [(key: String, values: [Float])]) {
        let shapes = [
            ("weight_ih_l0", [4 * units, inputs]), ("weight_hh_l0", [4 * units, units]), ("bias_ih_l0", [4 * units]),
            ("bias_hh_l0", [4 * units]),
        ]
        let tensors = shapes.map { TorchTensor(prefix + $0.0, key: prefix + $0.0, $0.1) }
        let storages = shapes.enumerated().map { index, shape in
            (prefix + shape.0, Tensor<Float>.random(shape.1, seed: seed, tensor: UInt32(index)).values)
        }
        return (tensors, storages)
    }
}

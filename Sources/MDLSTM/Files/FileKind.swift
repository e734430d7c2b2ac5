/// What kind of file it is, told by its content: names say little (`pytorch_model.bin`, `model.ckpt`).
///
/// To add one: a case, its line in ``init(_:)`` that tells it by its bytes, its name in ``description``, and in
/// ``remedy(_:)`` what to do with such a file as long as `mdlstm convert` does not read it. What `convert` reads is chosen
/// in one place, Sources/mdlstm/Support/SourceFile.swift.
package enum FileKind: CaseIterable, Sendable {
    case safetensors, numpyArray, numpyArchive, pyTorch, torchScript, legacyPyTorch, pickle, kerasArchive, hdf5, onnx
    case unknown

    /// The kind of a whole file; a damaged one is of the kind it begins as.
    package init(_ bytes: [UInt8]) {
        if Self.beginsAsTensors(bytes) {
            self = .safetensors
        } else if bytes.starts(with: [0x93] + Array("NUMPY".utf8)) {
            self = .numpyArray
        } else if bytes.starts(with: [0x50, 0x4B, 3, 4]) || bytes.starts(with: [0x50, 0x4B, 5, 6]) {
            self = Self.archive(of: Self.memberNames(bytes))
        } else if bytes.starts(with: Self.legacyStart) {
            self = .legacyPyTorch
        } else if bytes.count > 1, bytes[0] == 0x80, (2...5).contains(bytes[1]) {
            self = .pickle
        } else if bytes.starts(with: [0x89] + Array("HDF\r\n".utf8) + [0x1A, 0x0A]) {
            self = .hdf5
        } else if Self.beginsAsONNX(bytes) {
            self = .onnx
        } else {
            self = TensorFile.canBeTensorFile(bytes) ? .safetensors : .unknown
        }
    }

    /// A length that fits 32 bits, then `{`: nothing else begins so.
    private static func beginsAsTensors(_ bytes: [UInt8]) -> Bool {
        bytes.count > 8 && bytes[8] == UInt8(ascii: "{") && bytes[4..<8].allSatisfy { $0 == 0 }
    }

    /// A pickle of protocol 2 with the long integer 0x1950A86A20F9469CFC6C, as torch.save began before version 1.6.
    private static let legacyStart: [UInt8] = [
        0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19,
    ]

    /// A ModelProto: field 1, ir_version, is a small number, and a field of the message follows.
    private static func beginsAsONNX(_ bytes: [UInt8]) -> Bool {
        // producer_name, producer_version, domain, model_version, doc_string, graph, opset_import.
        let tags: [UInt8] = [0x12, 0x1A, 0x22, 0x28, 0x32, 0x3A, 0x42]
        return bytes.count > 8 && bytes[0] == 8 && (1...31).contains(bytes[1]) && tags.contains(bytes[2])
    }

    /// The names in the directory of a zip archive, or of its first member alone where it has none.
    private static func memberNames(_ bytes: [UInt8]) -> [String] {
        var reader = ByteReader(bytes, name: "archive")
        if let directory = try? ZipDirectory(&reader) { return directory.members.map(\.name) }
        guard bytes.count > 30 else { return [] }
        let length = Int(bytes[26]) | Int(bytes[27]) << 8
        return [String(decoding: bytes[30...].prefix(length), as: UTF8.self)]
    }

    private static func archive(of names: [String]) -> FileKind {
        if names.contains(where: { $0.hasSuffix("/data.pkl") }) {
            let isScript = names.contains { $0.hasSuffix("/constants.pkl") || $0.contains("/code/") }
            return isScript ? .torchScript : .pyTorch
        }
        if names.contains(where: { $0.hasSuffix("model.weights.h5") }) || names.first == "metadata.json" {
            return .kerasArchive
        }
        return .numpyArchive
    }
}

extension FileKind: CustomStringConvertible {
    /// What messages call a file of this kind.
    package var description: String {
        switch self {
        case .safetensors: "a safetensors file"
        case .numpyArray: "a .npy array"
        case .numpyArchive: "a zip archive such as .npz"
        case .pyTorch: "a file of torch.save"
        case .torchScript: "a TorchScript archive of torch.jit.save"
        case .legacyPyTorch: "a file of torch.save in its form before PyTorch 1.6"
        case .pickle: "a Python pickle"
        case .kerasArchive: "a .keras file"
        case .hdf5: "an HDF5 file, such as Keras' .h5"
        case .onnx: "an ONNX model"
        case .unknown: "another kind of file"
        }
    }

    /// What makes weights that `mdlstm convert` reads out of a file of this kind; nil for the kinds that it reads.
    ///
    /// - Parameter path: the file
    package func remedy(_ path: String) -> String? {
        switch self {
        case .safetensors, .numpyArchive, .pyTorch: nil
        case .numpyArray:
            "all arrays of a layer belong in one file: numpy.savez(\"weights.npz\", weight_ih_l0=..)"
        case .torchScript:
            "save its state dict in Python: torch.save(torch.jit.load(\"\(path)\").state_dict(), \"weights.pt\")"
        case .legacyPyTorch:
            "save it again in Python: torch.save(torch.load(\"\(path)\", map_location=\"cpu\"), \"weights.pt\")"
        case .pickle:
            "nothing in it is run here; save the arrays in Python: numpy.savez(\"weights.npz\", weight_ih_l0=..)"
        case .kerasArchive, .hdf5: kerasRemedy(path)
        case .onnx: "give --from onnx, which reads it"
        case .unknown:
            "write weights with safetensors.torch.save_file, torch.save or numpy.savez"
        }
    }

    /// A command that saves the weights of a model's LSTMs with Keras 3, under the names of their layers; the seeds of
    /// their dropout are no weights.
    private func kerasRemedy(_ path: String) -> String {
        let whole = self == .hdf5 ? " (weights alone are loaded into their model first)" : ""
        return "save the weights with Keras\(whole): python -c \"import keras,numpy;from keras.layers import*;"
            + "numpy.savez('keras.npz',**{l.name+'/'+w.path:w.numpy() for l in keras.models.load_model('\(path)',"
            + "compile=False).layers if isinstance(l,(LSTM,Bidirectional)) for w in l.weights if 'seed' not in w.path})\""
    }

    /// What to do with a file of this kind that was given for one of this package.
    ///
    /// - Parameter path: the file
    package func conversion(_ path: String) -> String {
        switch self {
        case .numpyArchive: "'mdlstm convert \(path) layer.safetensors --from keras' (or onnx, ..) makes a layer of it"
        case .pyTorch: "'mdlstm convert \(path) layer.safetensors --from pytorch' makes a layer of it"
        case .onnx: "'mdlstm convert \(path) layer.safetensors --from onnx' makes a layer of it"
        case .unknown, .safetensors, .numpyArray: "make a layer with 'mdlstm init' or 'mdlstm convert'"
        default: "\(remedy(path) ?? ""), then 'mdlstm convert'"
        }
    }
}

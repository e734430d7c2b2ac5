import MDLSTM
import Testing
import _TestSupport

/// Kinds of files by their content.
struct FileKindTests {
    private func archive(_ names: String...) -> [UInt8] {
        ZipWriter(members: names.map { ZipWriter.Member(name: $0, stored: [1]) }).bytes
    }

    private func expectKind(
        _ kind: FileKind, _ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(FileKind(bytes) == kind, sourceLocation: sourceLocation)
    }

    @Test func byContent() {
        expectKind(.safetensors, TensorFile().serialized())
        expectKind(.numpyArray, NumpyArray(Tensor<Float>(zeros: [1])).serialized())
        expectKind(.numpyArchive, archive("kernel.npy"))
        expectKind(.numpyArchive, archive())
        expectKind(.pyTorch, PyTorchSamples.transposed)
        expectKind(.torchScript, archive("m/data.pkl", "m/code/__torch__.py", "m/constants.pkl"))
        expectKind(.kerasArchive, archive("metadata.json", "config.json", "model.weights.h5"))
        expectKind(
            .legacyPyTorch, [0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E])
        expectKind(.pickle, [0x80, 4, 0x95, 0, 0, 0, 0, 0, 0, 0, 0, 0x7D, 0x2E])
        expectKind(.hdf5, [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0])
        expectKind(.onnx, [8, 8, 0x12, 7] + Array("pytorch".utf8))
        expectKind(.unknown, Array("x,y\n1,2\n3,4\n".utf8))
    }

    /// A length that looks like the beginning of a pickle is one all the same.
    @Test func headersOfAnyLength() {
        for length in [0x0280, 0x0480, 0x0808] {
            var bytes: [UInt8] = [UInt8(length & 0xFF), UInt8(length >> 8), 0, 0, 0, 0, 0, 0]
            bytes += Array("{}".utf8) + Array(repeating: 0x20, count: length - 2)
            expectKind(.safetensors, bytes)
        }
    }

    /// A download that broke off is of the kind it begins as.
    @Test func damagedFiles() {
        expectKind(.pyTorch, Array(PyTorchSamples.transposed.dropLast(40)))
        expectKind(.numpyArchive, Array(archive("a.npy").dropLast()))
        expectKind(.numpyArchive, [0x50, 0x4B, 3, 4])
    }

    /// What is no file of this package is named, with what to do.
    @Test func namedWhereOursIsExpected() {
        for (bytes, parts) in [
            (PyTorchSamples.transposed, ["a file of torch.save", "mdlstm convert f layer.safetensors --from pytorch"]),
            (archive("kernel.npy"), [".npz", "mdlstm convert f"]),
            (archive("m/data.pkl", "m/constants.pkl"), ["TorchScript", "torch.jit.load(\"f\")"]),
            (
                [0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19],
                ["1.6", "torch.load(\"f\""]
            ),
            ([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A, 0], ["HDF5", "numpy.savez"]),
        ] {
            expectMDLSTMError(.data, ["f: "] + parts) { _ = try TensorFile(parsing: bytes, name: "f") }
        }
        for (shapes, library) in [
            ([("weight_ih_l0", [12, 5]), ("weight_hh_l0", [12, 3])], "pytorch"),
            ([("weight_ih", [12, 5]), ("weight_hh", [12, 3])], "pytorch"),
            ([("a/kernel:0", [5, 12]), ("a/recurrent_kernel:0", [3, 12])], "keras"),
            ([("W", [1, 12, 5]), ("R", [1, 12, 3])], "onnx"),
            ([("kernel", [11, 15]), ("new_h/scale", [3])], "tensorflow-md"),
        ] {
            let line = "mdlstm convert source layer.safetensors --from \(library)"
            expectMDLSTMError(.data, ["source: ", line]) { _ = try WeightFile<Float>(tensorFile(shapes)) }
        }
        expectMDLSTMError(.data, ["source: ", "GRU"]) {
            _ = try WeightFile<Float>(tensorFile([("weight_ih_l0", [9, 5]), ("weight_hh_l0", [9, 3])]))
        }
        // Tensors of ours without the configuration.
        expectMDLSTMError(.data, ["source: ", "metadata"]) {
            _ = try WeightFile<Float>(tensorFile([("weight_ih", [1, 12, 5]), ("weight_hh", [1, 1, 12, 3])]))
        }
    }
}

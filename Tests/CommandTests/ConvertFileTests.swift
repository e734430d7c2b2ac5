import Foundation
import MDLSTM
import Testing
import _TestSupport

extension CommandSuites {
    /// What kinds of files `mdlstm convert` takes and makes, and what other commands say of them.
    @Suite struct ConvertFileTests {
        private let folder: TemporaryFolder
        private let target: String

        init() throws {
            folder = try TemporaryFolder()
            target = folder.file("layer.safetensors")
        }

        private func write(_ bytes: [UInt8], _ name: String) throws -> String {
            try writeFile(bytes, to: folder.file(name))
            return folder.file(name)
        }

        /// The layer that the library makes of the tensors of a sample, which other tests check.
        private func expected(
            _ sample: (tensors: [TorchTensor], storages: [(key: String, values: [Float])])
        ) throws -> LayerFile<Float> {
            var file = TensorFile(name: "sample")
            for (tensor, storage) in zip(sample.tensors, sample.storages) {
                file.append(tensor.name, Tensor(shape: tensor.size, values: storage.values))
            }
            guard case .layer(let layer) = try WeightFile<Float>(file, from: .pytorch) else {
                throw MDLSTMError(.data, "expected a layer")
            }
            return layer
        }

        /// Whatever it is called.
        @Test(arguments: ["lstm.pt", "lstm.pth", "pytorch_model.bin", "last.ckpt", "lstm"])
        func stateDictOfTorchSave(name: String) throws {
            let sample = PyTorchSamples.lstm(inputs: 5, units: 3)
            let source = try write(PyTorchSamples.file(sample.tensors, sample.storages), name)
            try CommandLineTool.succeed(["convert", source, target, "--from", "pytorch"])
            let (file, expected) = (try LayerFile<Float>(contentsOf: target), try expected(sample))
            #expect(file.configuration == expected.configuration && file.parameters == expected.parameters)
        }

        /// A checkpoint of an encoder and a decoder, with whole numbers and an optimizer.
        @Test func keysAndPrefixes() throws {
            let layers = [("encoder.", 3), ("decoder.", 2)].map {
                PyTorchSamples.lstm(inputs: 5, units: $1, prefix: $0, seed: UInt64($1))
            }
            let storages = layers.flatMap(\.storages) + [(key: "n", values: [7, 0])]
            let steps = TorchTensor("bn.num_batches_tracked", key: "n", []).with {
                $0.storageClass = "torch.LongStorage"
            }
            let source = try write(
                PyTorchSamples.file(storages) {
                    $0.code("}(")
                    $0.text("epoch")
                    $0.integer(7)
                    for key in ["model", "ema"] {
                        $0.text(key)
                        $0.stateDict([steps] + layers.flatMap(\.tensors))
                    }
                    $0.code("u")
                }, "checkpoint.pt")
            let arguments = ["convert", source, target, "--from", "pytorch"]
            try CommandLineTool.fail(65, arguments, saying: [source, "'model', 'ema'", "--key"], absent: target)
            let prefixes = "--prefix encoder. or --prefix decoder."
            try CommandLineTool.fail(
                65, arguments + ["--key", "model"], saying: [source, "'bn.num_batches_tracked'", prefixes],
                absent: target)
            try CommandLineTool.fail(
                65, arguments + ["--key", "model", "--prefix", "coder"], saying: [source, "'coder'", prefixes],
                absent: target)
            for (prefix, index) in [("encoder.", 0), ("decoder", 1)] {
                try CommandLineTool.succeed(arguments + ["--key", "model", "--prefix", prefix])
                let (file, expected) = (try LayerFile<Float>(contentsOf: target), try expected(layers[index]))
                #expect(file.configuration == expected.configuration && file.parameters == expected.parameters)
            }
        }

        /// Modules become a model; what is left out is told.
        @Test func modules() throws {
            var file = TensorFile()
            for (index, (name, shape)) in [
                ("emb.weight", [7, 5]), ("rnn.weight_ih_l0", [12, 5]), ("rnn.weight_hh_l0", [12, 3]),
                ("out.weight", [2, 3]),
                ("out.bias", [2]), ("norm.weight", [3]),
            ].enumerated() {
                file.append(name, Tensor<Float>.random(shape, tensor: UInt32(index)))
            }
            let source = folder.file("model.safetensors")
            try file.write(to: source)
            let layers = "embedding=emb,lstm=rnn,tanh,dropout,dense=out"
            let told = try CommandLineTool.succeed(
                ["convert", source, target, "--from", "pytorch", "--layers", layers]).errors
            #expect(told.contains("a model of 4 layers") && told.contains("left out") && told.contains("'norm.weight'"))
            let model = try ModelFile<Float>(contentsOf: target)
            #expect(model.model.featureSizes == [5, 3, 3, 2])
            #expect(try model.parameters["3.weight"] == file.tensor("out.weight"))
            let x = folder.file("x.npy"), y = folder.file("y.npy")
            try NumpyArray(Tensor<Float>(shape: [1, 3, 1], values: [6, 0, 2])).write(to: x)
            try CommandLineTool.succeed(["run", target, "--input", x, "--output", y, "--backend", "cpu"])
            #expect(try NumpyArray(contentsOf: y).shape == [1, 3, 2])
            try CommandLineTool.fail(
                65, ["convert", source, folder.file("new.safetensors"), "--from", "pytorch", "--layers", "lstm=lstm"],
                saying: [source, "'lstm'", "'emb', 'rnn', 'out', 'norm'"], absent: folder.file("new.safetensors"))
        }

        /// Files that are not read are named, with what to do.
        @Test(
            arguments: [
                (
                    [0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19],
                    "before PyTorch 1.6", "torch.save("
                ),
                ([0x80, 4, 0x95, 0, 0, 0, 0, 0, 0, 0, 0, 0x7D, 0x2E], "a Python pickle", "numpy.savez"),
                ([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0], "HDF5", "numpy.savez"),
                (Array("x,y\n1,2\n3,4\n".utf8), "another kind of file", "torch.save"),
                (ZipWriter(members: [.init(name: "metadata.json", stored: [1])]).bytes, "a .keras file", "numpy.savez"),
                (
                    ZipWriter(members: [
                        .init(name: "m/data.pkl", stored: []), .init(name: "m/constants.pkl", stored: []),
                    ]).bytes,
                    "TorchScript", "torch.jit.load"
                ),
            ] as [([UInt8], String, String)])
        func otherKinds(bytes: [UInt8], name: String, advice: String) throws {
            let source = try write(bytes, "weights")
            for format in ["pytorch", "keras", "onnx"] {
                try CommandLineTool.fail(
                    65, ["convert", source, target, "--from", format], saying: [source, name, advice], absent: target)
            }
        }

        /// What belongs through `convert` first is answered with its line.
        @Test func foreignFilesGivenForOurs() throws {
            let sample = PyTorchSamples.lstm(inputs: 5, units: 3)
            var file = TensorFile()
            for (tensor, storage) in zip(sample.tensors, sample.storages) {
                file.append(tensor.name, Tensor(shape: tensor.size, values: storage.values))
            }
            let saved = try write(PyTorchSamples.file(sample.tensors, sample.storages), "a.pt")
            let tensors = try write(file.serialized(), "b.safetensors")
            let x = folder.file("x.npy"), y = folder.file("y.npy")
            try NumpyArray(Tensor<Float>(zeros: [1, 3, 5])).write(to: x)
            for source in [saved, tensors] {
                let line = "mdlstm convert \(source) layer.safetensors --from pytorch"
                try CommandLineTool.fail(
                    65, ["run", source, "--input", x, "--output", y, "--backend", "cpu"], saying: [line], absent: y)
                try CommandLineTool.fail(
                    65, ["convert", source, target, "--from", "mdlstm", "--to", "pytorch"], saying: [line],
                    absent: target)
            }
            try CommandLineTool.fail(65, ["inspect", saved], saying: ["a file of torch.save", "--from pytorch"])
            #expect(try CommandLineTool.succeed(["inspect", tensors]).errors.contains("--from pytorch"))
        }

        /// A target's name decides what is written.
        @Test func targets() throws {
            let sample = PyTorchSamples.lstm(inputs: 5, units: 3)
            let source = try write(PyTorchSamples.file(sample.tensors, sample.storages), "lstm.pt")
            try CommandLineTool.succeed(["convert", source, target, "--from", "pytorch"])
            func fail(_ name: String, _ format: String, saying parts: String...) throws {
                let other = format == "pytorch" ? ["--from", "mdlstm", "--to", "pytorch"] : ["--from", "pytorch"]
                let input = format == "pytorch" ? target : source
                try CommandLineTool.fail(
                    64, ["convert", input, folder.file(name)] + other, saying: [folder.file(name)] + parts,
                    absent: folder.file(name))
            }
            for name in ["back.pt", "back.pth", "back.bin", "back.PT"] {
                try fail(name, "pytorch", saying: "back.safetensors", "safetensors.torch.load_file")
            }
            for name in ["back", "back.h5", "back.onnx", "back.keras", ".safetensors"] {
                try fail(name, "pytorch", saying: ".safetensors", ".npz")
                try fail(name, "mdlstm", saying: ".safetensors")
            }
            try fail("back.npz", "mdlstm", saying: "--to pytorch")
            let archive = folder.file("back.npz"), again = folder.file("again.safetensors")
            try CommandLineTool.succeed(["convert", target, archive, "--from", "mdlstm", "--to", "pytorch"])
            #expect(try readFile(archive).starts(with: [0x50, 0x4B, 3, 4]))
            try CommandLineTool.succeed(["convert", archive, again, "--from", "pytorch"])
            #expect(try readFile(again) == readFile(target))
        }
    }
}

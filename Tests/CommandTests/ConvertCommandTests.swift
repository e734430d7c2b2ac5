import Foundation
import MDLSTM
import Testing
import _TestSupport

extension CommandSuites {
    /// `mdlstm convert`: its files and its flags. The mappings themselves are tested in MDLSTMTests.
    @Suite struct ConvertCommandTests {
        private let folder: TemporaryFolder
        private let target: String

        init() throws {
            folder = try TemporaryFolder()
            target = folder.file("layer.safetensors")
        }

        /// A file of random tensors in float32 or float64.
        private func write<T: Scalar>(_ shapes: [(String, [Int])], _ type: T.Type) throws -> String {
            var file = TensorFile()
            for (index, (name, shape)) in shapes.enumerated() {
                file.append(name, Tensor<T>.random(shape, tensor: UInt32(index)))
            }
            try file.write(to: folder.file("source.safetensors"))
            return folder.file("source.safetensors")
        }

        private let onnx = [("W", [1, 12, 5]), ("R", [1, 12, 3]), ("B", [1, 24])]
        private let pytorch = [
            ("weight_ih_l0", [12, 5]), ("weight_hh_l0", [12, 3]), ("bias_ih_l0", [12]), ("bias_hh_l0", [12]),
        ]
        private let cell =
            [("kernel", [11, 15])]
            + ["i", "j", "f1", "f2", "o", "new_h"].flatMap { [("\($0)/scale", [3]), ("\($0)/shift", [3])] }

        @Test(arguments: Precision.allCases)
        func precisionStays(_ precision: Precision) throws {
            let source = precision == .float32 ? try write(onnx, Float.self) : try write(onnx, Double.self)
            let told = try CommandLineTool.succeed(["convert", source, target, "--from", "onnx"]).errors
            #expect(told.contains("lstm of 3 units") && told.contains(precision.rawValue))
            let file = try TensorFile(contentsOf: target)
            #expect(file.names.allSatisfy { file[$0]?.type == (precision == .float32 ? .float32 : .float64) })
        }

        /// What is converted is what the library converts, and `run` takes it.
        @Test func directionOfONNX() throws {
            let source = try write(onnx, Double.self)
            for (flag, reversed) in [("forward", false), ("reverse", true)] {
                try CommandLineTool.succeed(["convert", source, target, "--from", "onnx", "--direction", flag])
                guard
                    case .layer(let expected) = try WeightFile<Double>(
                        TensorFile(contentsOf: source), from: .onnx(reversed: reversed))
                else {
                    Issue.record("expected a layer")
                    return
                }
                let file = try LayerFile<Double>(contentsOf: target)
                #expect(file.configuration == expected.configuration)
                #expect(file.configuration.directions == [Direction(reversed: [reversed])])
                #expect(file.parameters == expected.parameters)
                let x = folder.file("x.npy"), y = folder.file("y.npy")
                let input = Tensor<Double>.random([2, 7, 5])
                try NumpyArray(input).write(to: x)
                try CommandLineTool.succeed([
                    "run", target, "--input", x, "--output", y, "--backend", "cpu", "--precision", "float64",
                ])
                let result = try ReferenceBackend<Double>().run(
                    expected.configuration, parameters: expected.parameters, call: LayerCall(input: input))
                expectSame(try NumpyArray(contentsOf: y).tensor(as: Double.self), result.output)
            }
        }

        @Test func optionsOfTensorFlowMD() throws {
            let source = try write(cell, Double.self)
            let flags = ["--directions", "-+", "--forget-bias", "-0.5", "--transpose-axes"]
            try CommandLineTool.succeed(["convert", source, target, "--from", "tensorflow-md"] + flags)
            let options = WeightSource.tensorflowMD(direction: "-+", forgetBias: -0.5, transposed: true)
            guard case .layer(let expected) = try WeightFile<Double>(TensorFile(contentsOf: source), from: options)
            else {
                Issue.record("expected a layer")
                return
            }
            let file = try LayerFile<Double>(contentsOf: target)
            #expect(file.configuration == expected.configuration && file.parameters == expected.parameters)
        }

        @Test func thereAndBack() throws {
            let source = try write(pytorch.dropLast(2), Float.self)
            try CommandLineTool.succeed(["convert", source, target, "--from", "pytorch"])
            let back = folder.file("back.safetensors")
            try CommandLineTool.succeed(["convert", target, back, "--from", "mdlstm", "--to", "pytorch"])
            let (before, after) = (try TensorFile(contentsOf: source), try TensorFile(contentsOf: back))
            #expect(after.names == pytorch.map(\.0))
            for name in before.names { #expect(before[name]?.bytes == after[name]?.bytes) }
            let keras = folder.file("torch.safetensors")
            let kernels = try write([("kernel", [5, 12]), ("recurrent_kernel", [3, 12])], Float.self)
            try CommandLineTool.succeed(["convert", kernels, keras, "--from", "keras", "--to", "pytorch"])
            #expect(try TensorFile(contentsOf: keras).names == pytorch.map(\.0))
        }

        /// numpy.savez_compressed(kernel=arange(4)[None], recurrent_kernel=ones((1, 4))), float32.
        @Test func archives() throws {
            let source = folder.file("weights.npz")
            try writeFile(Self.archive, to: source)
            try CommandLineTool.succeed(["convert", source, target, "--from", "keras"])
            let file = try LayerFile<Float>(contentsOf: target)
            #expect(file.parameters["weight_ih"] == Tensor(shape: [1, 4, 1], values: [0, 1, 2, 3]))
            #expect(file.parameters["weight_hh"] == Tensor(repeating: 1, shape: [1, 1, 4, 1]))
            #expect(file.parameters["bias"] == Tensor(zeros: [1, 4]))
            try writeFile(Array(Self.archive.dropLast()), to: source)
            try CommandLineTool.fail(
                65, ["convert", source, folder.file("new.safetensors"), "--from", "keras"], saying: [source],
                absent: folder.file("new.safetensors"))
        }

        @Test func badDataLeavesNoFile() throws {
            func fail(_ status: Int32, _ source: String, _ more: [String], saying parts: String...) throws {
                try CommandLineTool.fail(
                    status, ["convert", source, target] + more, saying: [source] + parts, absent: target)
                #expect(!folder.names.contains { $0.hasSuffix(".tmp") })
            }
            let source = try write(onnx, Float.self)
            try fail(
                65, source, ["--from", "pytorch"], saying: "unexpected tensor 'W' of shape [1, 12, 5]", "weight_ih_l0")
            try fail(65, source, ["--from", "mdlstm", "--to", "pytorch"], saying: "--from onnx")
            try fail(66, folder.file("none.npz"), ["--from", "onnx"])
            let projected = try write(pytorch + [("weight_hr_l0", [2, 3])], Float.self)
            try fail(65, projected, ["--from", "pytorch"], saying: "weight_hr_l0", "proj_size")
            let layer = folder.file("graves.safetensors")
            try CommandLineTool.succeed(["init", layer, "--input-size", "5", "--hidden-size", "3"])
            try fail(65, layer, ["--from", "mdlstm", "--to", "pytorch"], saying: "graves", "2 axes")
            try writeFile(Array("x,y\n1,2\n3,4\n".utf8), to: source)
            try fail(65, source, ["--from", "keras"], saying: "safetensors", ".npz")
            let array = folder.file("in.npy")
            try NumpyArray(Tensor<Float>.random([12, 5])).write(to: array)
            try fail(65, array, ["--from", "pytorch"], saying: "safetensors", ".npz", "numpy.savez")
        }

        @Test func usage() throws {
            let source = try write(onnx, Float.self)
            let before = try readFile(source)
            func fail(_ arguments: [String], saying parts: String...) throws {
                try CommandLineTool.fail(64, ["convert", source] + arguments, saying: parts, absent: target)
            }
            try fail([target], saying: "--from")
            try fail([target, "--from", "caffe"], saying: "caffe")
            try fail([target, "--from", "pytorch", "--to", "pytorch"], saying: "both pytorch")
            try fail([target, "--from", "mdlstm"], saying: "both mdlstm")
            try fail([target, "--from", "keras", "--direction", "reverse"], saying: "--direction", "onnx")
            try fail([target, "--from", "onnx", "--forget-bias", "1"], saying: "--forget-bias", "tensorflow-md")
            try fail([target, "--from", "onnx", "--activation", "relu"], saying: "--activation", "keras", "tensorflow")
            try fail([target, "--from", "tensorflow", "--go-backwards"], saying: "--go-backwards", "keras only")
            try fail([target, "--from", "keras", "--cell-clip", "1"], saying: "--cell-clip", "tensorflow only")
            try fail([target, "--from", "tensorflow", "--cell-clip", "0"], saying: "--cell-clip", "above 0")
            try fail([target, "--from", "keras", "--merge-mode", "ave"], saying: "ave", "half of the sum")
            try fail([target, "--from", "keras", "--merge-mode", "mul"], saying: "mul", "concat or sum")
            try fail([target, "--from", "keras", "--node", "l"], saying: "--node", "onnx only")
            try fail([target, "--from", "onnx", "--node", "l"], saying: "--node", ".onnx", "arrays")
            for directions in ["+", "++,--", "all", "+++"] {
                try fail(
                    [target, "--from", "tensorflow-md", "--directions", directions], saying: "--directions", directions)
            }
            try fail([target, "--from", "tensorflow-md", "--forget-bias", "nan"], saying: "--forget-bias")
            try fail([target, "--from", "keras", "--layers", "lstm=rnn"], saying: "--layers", "pytorch")
            try fail(
                [target, "--from", "pytorch", "--layers", "lstm=a", "--prefix", "a"], saying: "--layers", "--prefix")
            try fail([target, "--from", "pytorch", "--layers", "gru=rnn"], saying: "'gru=rnn'", "lstm=NAME", "tanh")
            try fail([target, "--from", "mdlstm", "--to", "pytorch", "--prefix", "a"], saying: "--prefix", "mdlstm")
            try fail([target, "--from", "pytorch", "--key", "model"], saying: "--key", "torch.save")
            try fail([source, "--from", "onnx"], saying: "overwrite", source)
            #expect(try readFile(source) == before)
        }

        /// What arrays do not say is said, in one line, unless a flag says it.
        @Test func assumptions() throws {
            func expect(_ line: String?, _ shapes: [(String, [Int])], _ flags: [String]) throws {
                let told = try CommandLineTool.succeed(["convert", write(shapes, Float.self), target] + flags).errors
                let lines = told.split(separator: "\n").map(String.init)
                #expect(lines.count == (line == nil ? 1 : 2), "\(told)")
                if let line { #expect(lines.last?.hasSuffix(".safetensors: " + line) == true, "\(told)") }
            }
            let single = [("kernel", [5, 12]), ("recurrent_kernel", [3, 12]), ("bias", [12])]
            let both = ["forward_", "backward_"].flatMap { name in single.map { (name + $0.0, $0.1) } }
            try expect(
                "sigmoid gates, tanh and steps read forwards assumed; --recurrent-activation, --activation and "
                    + "--go-backwards say otherwise", single, ["--from", "keras"])
            let functions = ["--recurrent-activation", "hard-sigmoid-keras2", "--activation", "linear"]
            try expect(
                "steps read forwards assumed; --go-backwards says otherwise", single, ["--from", "keras"] + functions)
            try expect(nil, single, ["--from", "keras", "--no-go-backwards"] + functions)
            let file = try LayerFile<Float>(contentsOf: target)
            #expect(file.configuration.options.gateActivation == .hardSigmoid)
            #expect(file.configuration.options.gateSlope == 0.2)
            #expect(file.configuration.options.outputActivation == .identity)
            try expect(
                "merge mode concat assumed; --merge-mode says otherwise", both, ["--from", "keras"] + functions)
            try expect(nil, both, ["--from", "keras", "--merge-mode", "sum"] + functions)
            #expect(try ModelFile<Float>(contentsOf: target).model.outputSize == 3)
            let cell = [("rnn/lstm_cell/kernel", [8, 12]), ("rnn/lstm_cell/bias", [12])]
            try expect(
                "forget_bias 1, tanh and no cell_clip assumed; --forget-bias, --activation and --cell-clip say otherwise",
                cell, ["--from", "tensorflow"])
            try expect(
                nil, cell, ["--from", "tensorflow", "--forget-bias", "0", "--activation", "relu", "--cell-clip", "1.5"])
            #expect(try LayerFile<Float>(contentsOf: target).configuration.options.cellClip == 1.5)
        }

        private static let archive = [UInt8](
            Data(
                base64Encoded:
                    "UEsDBC0AAAAIAAAAIQDt2baZ//////////8KABQAa2VybmVsLm5weQEAEACQAAAAAAAAAFAAAAAAAAAAm+wX6hsQyc"
                    + "hQxlCtnpJanFykbqWgbpNmoq6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkahjoKJpo6CrUKZAMuBjBosAcS"
                    + "DkDkAABQSwMELQAAAAgAAAAhADDWvlT//////////xQAFAByZWN1cnJlbnRfa2VybmVsLm5weQEAEACQAAAAAAAAAE"
                    + "wAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgbpNmoq6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkahjoK"
                    + "Jpo6CrUKZAMuBoYGe2QMAFBLAQItAy0AAAAIAAAAIQDt2baZUAAAAJAAAAAKAAAAAAAAAAAAAACAAQAAAABrZXJuZW"
                    + "wubnB5UEsBAi0DLQAAAAgAAAAhADDWvlRMAAAAkAAAABQAAAAAAAAAAAAAAIABjAAAAHJlY3VycmVudF9rZXJuZWwu"
                    + "bnB5UEsFBgAAAAACAAIAegAAAB4BAAAAAA==")!)
    }
}

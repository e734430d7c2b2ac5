import Foundation
import MDLSTM
import Testing
import _TestSupport

extension CommandSuites {
    /// `mdlstm run` of the head of a density.
    @Suite struct RunHeadTests {
        private let folder: TemporaryFolder
        private let sample = MCGSMSample.outputs

        init() throws {
            folder = try TemporaryFolder()
            try NumpyArray(sample.h).write(to: folder.file("h.npy"))
            try NumpyArray(sample.y).write(to: folder.file("y.npy"))
            try write("head.safetensors")
        }

        private static func configuration(features: Int) -> JSONValue {
            [
                "type": "mcgsm", "inputs": 4, "outputs": 3, "components": 3, "scales": 2,
                "features": .integer(features),
            ]
        }

        /// A file of the tensors, without those whose new name is nil.
        private func write(
            _ name: String, configuration: JSONValue? = nil, others: [String] = [],
            _ rename: (String) -> String? = { $0 }
        ) throws {
            var file = TensorFile()
            if let configuration { file.metadata["mdlstm"] = configuration.serialized() }
            for other in others { file.append(other, Tensor<Float>(zeros: [2])) }
            for (own, tensor) in sample.parameters {
                if let name = rename(own) { file.append(name, tensor) }
            }
            try file.write(to: folder.file(name))
        }

        private func arguments(_ head: String, _ more: [String] = []) -> [String] {
            [
                "run", folder.file(head), "--input", folder.file("h.npy"), "--target", folder.file("y.npy"),
                "--output", folder.file("nats.npy"),
            ] + more
        }

        private func expectSample(_ tolerance: Double, sourceLocation: SourceLocation = #_sourceLocation) throws {
            let nats = try NumpyArray(contentsOf: folder.file("nats.npy")).tensor(as: Double.self)
            expectClose(nats, sample.logLikelihood, absolute: 0, relative: tolerance, sourceLocation: sourceLocation)
            let gradients = try TensorFile(contentsOf: folder.file("g.safetensors"))
            let expected = try #require(sample.gradientTensors)
            #expect(gradients.names == expected.names, sourceLocation: sourceLocation)
            for (name, tensor) in expected {
                expectClose(
                    try gradients.tensor(name, as: Double.self), tensor, absolute: 10 * tolerance,
                    relative: 10 * tolerance, name, sourceLocation: sourceLocation)
            }
        }

        @Test func isThePublishedOne() throws {
            let gradients = ["--gradients", folder.file("g.safetensors")]
            try write("layer.safetensors", configuration: Self.configuration(features: 5))
            try write("prefixed.safetensors", others: ["layers.0.bias", "weights"]) { "head." + $0 }
            for name in ["head", "layer", "prefixed"] {
                try CommandLineTool.succeed(
                    arguments("\(name).safetensors", gradients + ["--backend", "cpu", "--precision", "float64"]))
                try expectSample(2e-12)
            }
            try CommandLineTool.succeed(arguments("head.safetensors", gradients + ["--precision", "float64"]))
            try expectSample(1e-10)
            let found = try CommandLineTool.succeed(
                arguments("head.safetensors", gradients + ["--stats", "--json"])
            ).json
            try expectSample(2e-6)
            #expect(found["output"]?["least"]?.doubleValue.map { ($0 + 6.697397).magnitude < 1e-5 } == true)
            #expect(found["gradients"]?["h"]?["largest"] != nil)
        }

        /// Sites of any axes, without means, and without gradients.
        @Test func sitesHaveAnyShape() throws {
            try write("head.safetensors") { $0 == "means" ? nil : $0 }
            try NumpyArray(sample.h.reshaped([1, 3, 1, 4])).write(to: folder.file("h.npy"))
            try NumpyArray(sample.y.reshaped([1, 3, 1, 3])).write(to: folder.file("y.npy"))
            try CommandLineTool.succeed(arguments("head.safetensors", ["--backend", "cpu"]))
            #expect(try NumpyArray(contentsOf: folder.file("nats.npy")).shape == [1, 3, 1])
            #expect(!FileManager.default.fileExists(atPath: folder.file("g.safetensors")))
        }

        @Test func ofADensity() throws {
            let pictures = try PictureData()
            try pictures.train("run")
            let file = try DensityFile<Float>(contentsOf: pictures.path("run/model.safetensors"))
            // h and u go side by side to the head.
            let h = Tensor<Float>.random([5, 7]), y = Tensor<Float>.random([5, 1], seed: 2)
            try NumpyArray(h).write(to: folder.file("h.npy"))
            try NumpyArray(y).write(to: folder.file("y.npy"))
            let path = pictures.path("run/model.safetensors")
            try CommandLineTool.succeed(["run", path] + arguments("", ["--backend", "cpu"]).dropFirst(2))
            let head = MCGSM(inputs: 7, components: 3, scales: 2, features: 4)
            let own = ParameterTensors(
                shapes: head.parameterShapes,
                flat: head.parameterShapes.flatMap { file.parameters["1.\($0.name)"]!.values })
            let expected = try ReferenceBackend<Float>().run(head, parameters: own, h: h, y: y)
            expectSame(try NumpyArray(contentsOf: folder.file("nats.npy")).tensor(), expected.nats)
            try CommandLineTool.fail(
                64, ["run", path, "--input", folder.file("h.npy"), "--output", folder.file("n.npy")],
                saying: ["--target"], absent: folder.file("n.npy"))
        }

        @Test func refusals() throws {
            func expect(
                _ status: Int32, _ head: String = "head.safetensors", more: [String] = [], saying parts: [String],
                sourceLocation: SourceLocation = #_sourceLocation
            ) throws {
                try CommandLineTool.fail(
                    status, arguments(head, more + ["--backend", "cpu"]), saying: parts,
                    absent: folder.file("nats.npy"), sourceLocation: sourceLocation)
            }
            try write("few.safetensors") { $0 == "scales" ? nil : $0 }
            try expect(
                65, "few.safetensors", saying: ["few.safetensors", "tensor 'scales' is missing; expected shape [3, 2]"])
            try write("unshaped.safetensors") { $0 == "priors" ? nil : "head." + $0 }
            try expect(
                65, "unshaped.safetensors", saying: ["tensor 'head.priors' is missing; expected the shape [K, S]"])
            try write("more.safetensors", others: ["other"])
            try expect(65, "more.safetensors", saying: ["unexpected tensor 'other'"])
            try write("wrong.safetensors", configuration: Self.configuration(features: 7))
            try expect(65, "wrong.safetensors", saying: ["tensor 'weights' has shape [3, 5]; expected [3, 7]"])
            for flag in ["--lengths", "--initial-state", "--final-state"] {
                try expect(64, more: [flag, folder.file("x")], saying: [flag])
            }
            try expect(64, more: ["--format", "png"], saying: [".npy"])
            try CommandLineTool.succeed([
                "init", folder.file("layer.safetensors"), "--input-size", "4", "--hidden-size", "2",
            ])
            try expect(64, "layer.safetensors", saying: ["--target is for the head of a density"])
            try NumpyArray(sample.y.reshaped([1, 3, 3])).write(to: folder.file("y.npy"))
            try expect(65, saying: ["y.npy: has shape [1, 3, 3]; expected [3, 3]"])
            try NumpyArray(Tensor<Float>(zeros: [3, 5])).write(to: folder.file("h.npy"))
            try expect(65, saying: ["h.npy: has shape [3, 5]; expected [.., 4]"])
            try NumpyArray(Tensor<Float>(repeating: .nan, shape: [3, 4])).write(to: folder.file("h.npy"))
            try expect(65, saying: ["h.npy: the array has the value nan"])
        }
    }
}

import Foundation
import MDLSTM
import MDLSTMImages
import Testing
import _TestSupport

extension CommandSuites {
    /// What a user can do wrong: one line that says so, the exit code of its kind, no output file.
    @Suite struct BadInputTests {
        private let folder: TemporaryFolder
        private let layer: String, input: String, output: String

        init() throws {
            folder = try TemporaryFolder()
            (layer, input) = (folder.file("layer.safetensors"), folder.file("x.npy"))
            output = folder.file("y.npy")
            let configuration = try LayerConfiguration(
                inputSize: 3, hiddenSize: 2, directions: Direction.all(axes: 2), peepholes: true)
            try LayerFile<Float>(configuration: configuration, parameters: configuration.initialParameters(seed: 1))
                .write(to: layer)
            try NumpyArray(Tensor<Float>.random([1, 4, 5, 3])).write(to: input)
        }

        private static let backends = [["--backend", "cpu"], ["--backend", "opencl"]]

        /// Expects `run` to fail.
        private func fail(
            _ status: Int32, _ more: [String] = [], input: String? = nil, layer: String? = nil,
            saying parts: String..., environment: [String: String?] = [:],
            sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            try CommandLineTool.fail(
                status,
                ["run", layer ?? self.layer, "--input", input ?? self.input, "--output", output] + more, saying: parts,
                absent: output, environment: environment, sourceLocation: sourceLocation)
            #expect(!folder.names.contains { $0.hasSuffix(".tmp") }, sourceLocation: sourceLocation)
        }

        private func write(_ bytes: [UInt8], _ name: String) throws -> String {
            try writeFile(bytes, to: folder.file(name))
            return folder.file(name)
        }

        private func write(_ tensor: Tensor<Float>, _ name: String) throws -> String {
            try NumpyArray(tensor).write(to: folder.file(name))
            return folder.file(name)
        }

        @Test func usage() throws {
            try CommandLineTool.fail(64, ["bogus"], saying: ["bogus"])
            try CommandLineTool.fail(64, ["devices", "--bogus"], saying: ["--bogus"])
            try CommandLineTool.fail(64, ["run", layer], saying: ["--input"])
            let path = folder.file("new.safetensors")
            let sizes = ["--input-size", "1", "--hidden-size", "1"]
            for more in [
                ["--cell", "gru"], ["--directions", "+*"], ["--directions", "++,++"], ["--axes", "9"],
                ["--cell", "lstm", "--axes", "2"], ["--axes", "3", "--directions", "++"], ["--forget-bias", "nan"],
            ] {
                try CommandLineTool.fail(64, ["init", path] + sizes + more, absent: path)
            }
            try CommandLineTool.fail(
                64, ["init", path, "--input-size", "0", "--hidden-size", "1"], saying: ["found 0 and 1"], absent: path)
            try fail(64, ["--precision", "float8"], saying: "float8")
            try fail(64, ["--backend", "cpu", "--device", "0:0"], saying: "--device")
            try fail(64, ["--output-gradient", input], saying: "--gradients")
            try fail(64, ["--final-state-gradient", input], saying: "--gradients")
            try fail(64, ["--recompute"], saying: "--gradients")
            try fail(64, ["--gradients", folder.file("g.safetensors")], saying: "--output-gradient")
            try CommandLineTool.fail(
                64, ["run", layer, "--input", input, "--output", folder.file("y.txt")], saying: ["y.txt"],
                absent: folder.file("y.txt"))
        }

        @Test(arguments: backends)
        func shapesThatDoNotFit(_ backend: [String]) throws {
            let rank = try write(.random([4, 5, 3]), "rank.npy")
            try fail(65, backend, input: rank, saying: rank, "[4, 5, 3]", "rank 4", "[B, E1, E2, I]")
            let channels = try write(.random([1, 4, 5, 2]), "channels.npy")
            try fail(65, backend, input: channels, saying: channels, "2 channels", "expects 3")
            let empty = try write(Tensor(zeros: [1, 0, 5, 3]), "empty.npy")
            try fail(65, backend, input: empty, saying: empty)
            let gradients = ["--gradients", folder.file("g.safetensors"), "--output-gradient"]
            let gradient = try write(.random([1, 4, 5, 7]), "dy.npy")
            try fail(65, backend + gradients + [gradient], saying: "[1, 4, 5, 7]", "[1, 4, 5, 8]")
            #expect(!folder.names.contains("g.safetensors"))
        }

        @Test(arguments: backends)
        func valuesThatAreNoNumbers(_ backend: [String]) throws {
            var tensor = Tensor<Float>.random([1, 4, 5, 3])
            for (name, value) in [("nan", Float.nan), ("infinite", -.infinity)] {
                tensor.values[7] = value
                let path = try write(tensor, "\(name).npy")
                try fail(65, backend, input: path, saying: path, "\(value)", "[0, 0, 2, 1]")
            }
            // A number of float64 that float32 does not hold.
            var large = tensor.converted(to: Double.self)
            large.values[7] = 1e300
            try NumpyArray(large).write(to: folder.file("large.npy"))
            try fail(
                65, backend, input: folder.file("large.npy"), saying: "[0, 0, 2, 1]", "3.4e38", "precision float64")
            var file = try LayerFile<Float>(contentsOf: layer)
            file.parameters["bias"]!.values[3] = .nan
            try file.write(to: folder.file("nan.safetensors"))
            try fail(65, backend, layer: folder.file("nan.safetensors"), saying: "'bias'", "nan")
        }

        /// A value that is no number is reported with the file it stands in, whichever that is.
        @Test(arguments: backends)
        func filesOfBadValuesAreNamed(_ backend: [String]) throws {
            let configuration = try LayerFile<Float>(contentsOf: layer).configuration
            let grid = try Grid(batch: 1, extents: [4, 5])
            var gradient = Tensor<Float>.random([1, 4, 5, 8])
            gradient.values[9] = .nan
            var state = BoundaryState<Float>(zeros: configuration, grid: grid)
            state.c[1].values[3] = .infinity
            let states = folder.file("s.safetensors")
            try state.write(to: states)
            let output = ["--gradients", folder.file("g.safetensors")]
            let path = try write(gradient, "dy.npy")
            try fail(
                65, backend + output + ["--output-gradient", path], saying: "\(path): the output gradient",
                "[0, 0, 1, 1]")
            try fail(65, backend + ["--initial-state", states], saying: "\(states): ", "'c_2'", "inf")
            try fail(65, backend + output + ["--final-state-gradient", states], saying: "\(states): ", "'c_2'")
            var bad = Tensor<Float>.random([1, 4, 5, 3])
            bad.values[0] = .nan
            let both = try write(bad, "nan.npy")
            try fail(65, backend + output + ["--output-gradient", path], input: both, saying: "\(both): the input")
            #expect(!folder.names.contains("g.safetensors"))
        }

        @Test func damagedFiles() throws {
            let image = Image(width: 5, height: 4, channels: 3, pixels: Array(repeating: 9, count: 60))
            let png = try image.pngData()
            for count in [8, 20, png.count / 2, png.count - 1] {
                let path = try write(Array(png.prefix(count)), "short.png")
                try fail(65, input: path, saying: path)
            }
            let layerBytes = try readFile(layer)
            for count in [0, 7, 30, layerBytes.count / 2, layerBytes.count - 1] {
                let path = try write(Array(layerBytes.prefix(count)), "short.safetensors")
                try fail(65, layer: path, saying: path)
                try CommandLineTool.fail(65, ["inspect", path], saying: [path])
            }
            let array = try readFile(input)
            for count in [0, 9, array.count - 1] {
                let path = try write(Array(array.prefix(count)), "short.npy")
                try fail(65, input: path, saying: path)
            }
            let text = try write(Array("hello".utf8), "x.txt")
            try fail(65, input: text, saying: text, ".npy")
        }

        @Test(arguments: [
            (#""cell":"graves""#, #""cell":"graves","colour":"red""#, "colour"),
            (#""cell":"graves""#, #""cell":"gru""#, "gru"), (#""version":1"#, #""version":99"#, "99"),
            (#""hiddenSize":2"#, #""hiddenSize":3"#, "shape"), (#""hiddenSize":2"#, #""hiddenSize":"2""#, "hiddenSize"),
        ])
        func configurationThatIsNotOurs(_ change: (old: String, new: String, part: String)) throws {
            let old = change.old.replacing("\"", with: "\\\""), new = change.new.replacing("\"", with: "\\\"")
            let bytes = try readFile(layer)
            let length = bytes.prefix(8).enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
            let header = String(decoding: bytes[8..<(8 + length)], as: UTF8.self)
            try #require(header.contains(old), "\(header) has no \(old)")
            var changed = Array(header.replacing(old, with: new).utf8)
            changed += Array(repeating: UInt8(ascii: " "), count: (8 - changed.count % 8) % 8)
            let size = (0..<8).map { UInt8(truncatingIfNeeded: changed.count >> (8 * $0)) }
            let path = try write(size + changed + bytes[(8 + length)...], "changed.safetensors")
            try fail(65, layer: path, saying: path, change.part)
        }

        @Test func statesThatDoNotFit() throws {
            let configuration = try LayerFile<Float>(contentsOf: layer).configuration
            let path = folder.file("s.safetensors")
            let other = try Grid(batch: 1, extents: [5, 4])
            try BoundaryState<Float>(zeros: configuration, grid: other).write(to: path)
            try fail(65, ["--initial-state", path], saying: "h_1", "[4, 1, 4, 2]")
            try fail(65, ["--initial-state", layer], saying: "h_1")
        }

        @Test func missingFiles() throws {
            let absent = folder.file("absent")
            try fail(66, input: absent, saying: absent)
            try fail(66, layer: absent, saying: absent)
            try fail(66, input: folder.path, saying: folder.path)
            try fail(66, ["--initial-state", absent], saying: absent)
            try fail(66, ["--output-gradient", absent, "--gradients", folder.file("g")], saying: absent)
            try CommandLineTool.fail(66, ["inspect", absent], saying: [absent])
        }

        @Test func noDevice() throws {
            try fail(69, ["--device", "7:0"], saying: "\"7:0\"")
            try fail(69, saying: "no", environment: ["OCL_ICD_VENDORS": folder.path])
        }

        @Test func outputsThatCannotBeWritten() throws {
            let run = ["run", layer, "--input", input, "--backend", "cpu", "--output"]
            let deep = folder.file("no/such/folder/y.npy")
            let final = folder.file("f.safetensors")
            try CommandLineTool.fail(73, run + [deep, "--final-state", final], saying: [deep], absent: final)
            let states = folder.file("no/s.safetensors")
            try fail(73, ["--backend", "cpu", "--final-state", states], saying: states)
            let blocked = folder.file("no/l.safetensors")
            try CommandLineTool.fail(
                73, ["init", blocked, "--input-size", "1", "--hidden-size", "1"], saying: [blocked], absent: blocked)
        }

        /// A full disk, on the systems that have one to offer.
        @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
        func fullDisk() throws {
            let link = folder.file("full.npy")
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/dev/full")
            try CommandLineTool.fail(
                74, ["run", layer, "--input", input, "--backend", "cpu", "--output", link], saying: [link])
            try fail(74, ["--backend", "cpu", "--final-state", "/dev/full"], saying: "/dev/full")
            let gradient = try write(.random([1, 4, 5, 8]), "dy.npy")
            try fail(
                74, ["--backend", "cpu", "--output-gradient", gradient, "--gradients", "/dev/full"],
                saying: "/dev/full")
            try CommandLineTool.fail(
                74, ["init", "/dev/full", "--input-size", "1", "--hidden-size", "1"], saying: ["/dev/full"])
        }
    }
}

import MDLSTM
import Testing
import _TestSupport

extension CommandSuites {
    /// `mdlstm run` over pictures.
    @Suite struct RunPictureTests {
        private let folder: TemporaryFolder

        init() throws { folder = try TemporaryFolder() }

        /// A layer of so many channels.
        private func layer(_ channels: Int) throws -> String {
            let path = folder.file("layer\(channels).safetensors")
            try CommandLineTool.succeed(["init", path, "--input-size", "\(channels)", "--hidden-size", "2"])
            return path
        }

        private func write(_ bytes: [UInt8], _ name: String) throws -> String {
            try writeFile(bytes, to: folder.file(name))
            return folder.file(name)
        }

        private func output(_ layer: String, _ input: String, _ more: [String]) throws -> (Tensor<Double>, String) {
            let path = folder.file("y.npy")
            let arguments = ["run", layer, "--input", input, "--output", path, "--precision", "float64"] + more
            let errors = try CommandLineTool.succeed(arguments).errors
            return (try NumpyArray(contentsOf: path).tensor(), errors)
        }

        /// The output of a picture is that of an array of its numbers.
        private func expect(_ picture: String, _ numbers: [Double], shape: [Int], noting lines: Int = 0) throws {
            let layer = try layer(shape[3])
            let array = folder.file("x.npy")
            try NumpyArray(Tensor(shape: shape, values: numbers)).write(to: array)
            let (expected, _) = try output(layer, array, ["--backend", "cpu"])
            for more in [["cpu"], ["opencl", "--stream"]] {
                let (actual, errors) = try output(layer, picture, ["--backend"] + more)
                expectClose(actual, expected, absolute: 1e-12, relative: 1e-12)
                let notes = errors.split(separator: "\n").filter { !$0.hasPrefix("device: ") }
                #expect(notes.count == lines && notes.allSatisfy { $0.hasPrefix("alpha: left out of \(picture)") })
            }
        }

        /// Depths in millimetres, as sensors write them: 24 different ones.
        @Test func everyValueOfSixteenBits() throws {
            let depths = (0..<24).map { $0 * 43 }
            let file = PNGWriter(width: 6, height: 4, depth: 16, colorType: 0, samples: depths)
                .with(PNGWriter.Chunk("gAMA", [0, 1, 0x86, 0xA0]))
            try expect(write(file.bytes, "x.png"), depths.map { Double($0) / 65535 }, shape: [1, 4, 6, 1])
        }

        @Test func jpeg() throws {
            let file = try #require(JPEGSamples.accepted.first { $0.description == "subsampled" })
            // The name does not matter.
            try expect(write(file.bytes, "x.png"), file.samples.map { Double($0) / 255 }, shape: file.shape)
        }

        @Test(arguments: [1, 3]) func alphaIsLeftOutOnce(_ channels: Int) throws {
            let samples = (0..<(35 * (channels + 1))).map { $0 * 37 % 256 }
            let file = PNGWriter(width: 7, height: 5, depth: 8, colorType: channels == 1 ? 4 : 6, samples: samples)
            let path = try write(file.bytes, "x.png")
            let numbers = samples.map { Double($0) / 255 }
            try expect(path, numbers, shape: [1, 5, 7, channels + 1])
            let colours = numbers.enumerated().filter { $0.offset % (channels + 1) < channels }.map(\.element)
            try expect(path, colours, shape: [1, 5, 7, channels], noting: 1)
        }

        /// Two words for the channels that were expected and found.
        @Test(arguments: [
            (UInt8(0), 1, 3, "3 channels", "found 1 channel (grey)"), (2, 3, 1, "1 channel,", "found 3 channels (RGB)"),
            (6, 4, 2, "2 channels", "found 4 channels (RGBA)"),
            (4, 2, 3, "3 channels", "found 2 channels (grey and alpha)"),
        ])
        func otherChannelsAreRefused(
            _ colorType: UInt8, _ stored: Int, _ expected: Int, _ wanted: String, _ found: String
        ) throws {
            let file = PNGWriter(
                width: 2, height: 2, depth: 8, colorType: colorType, samples: Array(repeating: 9, count: 4 * stored))
            let (path, target) = (try write(file.bytes, "x.png"), folder.file("y.npy"))
            try CommandLineTool.fail(
                65, ["run", layer(expected), "--input", path, "--output", target, "--backend", "cpu"],
                saying: [path, "expected a picture of \(wanted)", found], absent: target)
        }

        @Test func otherFormatsAreNamed() throws {
            let (path, target) = (try write(Array("II*\0".utf8), "x.tif"), folder.file("y.npy"))
            try CommandLineTool.fail(
                65, ["run", layer(1), "--input", path, "--output", target, "--backend", "cpu"],
                saying: [path, "a TIFF", "convert \(path) \(folder.file("x.png"))"], absent: target)
        }
    }
}

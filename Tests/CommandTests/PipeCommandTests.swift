import Foundation
import MDLSTM
import MDLSTMImages
import Testing
import _TestSupport

extension CommandSuites {
    /// Files from pipes and standard input, outputs into pipes and standard output.
    @Suite struct PipeCommandTests {
        private let folder: TemporaryFolder
        private let layer: String, input: String, expected: [UInt8]

        init() throws {
            folder = try TemporaryFolder()
            (layer, input) = (folder.file("layer.safetensors"), folder.file("x.npy"))
            let configuration = try LayerConfiguration(inputSize: 1, hiddenSize: 2, directions: [.forward(axes: 2)])
            try LayerFile<Float>(configuration: configuration, parameters: configuration.initialParameters(seed: 1))
                .write(to: layer)
            try Tensor<Float>.random([1, 5, 3, 1]).writeNumpy(to: input)
            try CommandLineTool.succeed([
                "run", layer, "--input", input, "--output", folder.file("e.npy"), "--backend", "cpu",
            ])
            expected = try readFile(folder.file("e.npy"))
        }

        /// A named pipe that is written to from a file, once.
        private func pipe(from path: String, _ name: String) throws -> String {
            let pipe = folder.file(name)
            try #require(mkfifo(pipe, 0o600) == 0)
            let bytes = try readFile(path)
            Thread { try? writeFile(bytes, to: pipe) }.start()
            return pipe
        }

        private func run(
            _ layer: String? = nil, input: String? = nil, output: String, _ more: [String] = []
        ) -> [String] {
            ["run", layer ?? self.layer, "--input", input ?? self.input, "--output", output, "--backend", "cpu"] + more
        }

        @Test(arguments: ["cpu", "opencl"]) func everythingFromPipes(_ backend: String) throws {
            let output = folder.file("y.npy")
            var arguments = run(try pipe(from: layer, "l"), input: try pipe(from: input, "x"), output: output)
            arguments[arguments.count - 1] = backend
            try CommandLineTool.succeed(arguments)
            let values = try NumpyArray(contentsOf: output).tensor(as: Float.self).values
            let wanted = try NumpyArray(parsing: expected, name: "e").tensor(as: Float.self).values
            #expect(zip(values, wanted).allSatisfy { abs($0 - $1) < 1e-5 })
            try CommandLineTool.succeed(["inspect", try pipe(from: layer, "l2")])
            try CommandLineTool.succeed(["inspect", try pipe(from: input, "x2")])
        }

        @Test func picturesFromPipes() throws {
            let picture = folder.file("x.png")
            try Image(width: 3, height: 2, channels: 1, pixels: [0, 50, 100, 150, 200, 250]).write(to: picture)
            let (whole, piped) = (folder.file("a.npy"), folder.file("b.npy"))
            try CommandLineTool.succeed(run(input: picture, output: whole))
            try CommandLineTool.succeed(run(input: try pipe(from: picture, "p"), output: piped))
            #expect(try readFile(whole) == readFile(piped))
        }

        /// A checkpoint is read once, of whichever network it is.
        @Test func checkpointsFromPipes() throws {
            func train(_ more: [String]) throws {
                try CommandLineTool.succeed(
                    [
                        "train", "parity", "--bits", "2", "--layers", "2", "--hidden", "2", "--backend", "cpu", "--out",
                        folder.file("a"),
                    ] + more)
            }
            try train(["--steps", "2", "--checkpoint-every", "2"])
            let checkpoint = folder.file("a/grid-checkpoint-0000000002.safetensors")
            try train(["--steps", "4", "--resume", try pipe(from: checkpoint, "c")])
        }

        @Test func standardInput() throws {
            let output = folder.file("y.npy")
            for (arguments, file) in [
                (run("-", output: output), layer), (run("/dev/stdin", output: output), layer),
                (run(input: "-", output: output), input),
            ] {
                let outputs = try TemporaryFolder()
                let process = try CommandLineTool.start(arguments, input: file, outputs: outputs)
                process.waitUntilExit()
                let message = try CommandLineTool.text(outputs.file("err"))
                #expect(process.terminationStatus == 0, "\(message)")
                #expect(try readFile(output) == expected)
                unlink(output)
            }
            // One pipe cannot be two files.
            let pipe = folder.file("both")
            try #require(mkfifo(pipe, 0o600) == 0)
            try CommandLineTool.fail(
                64, run(pipe, input: pipe, output: output), saying: ["--input", "the layer", "once"])
        }

        /// `out` of the process, as bytes.
        private func standardOutput(of arguments: [String]) throws -> [UInt8] {
            let outputs = try TemporaryFolder()
            let process = try CommandLineTool.start(arguments, outputs: outputs)
            process.waitUntilExit()
            let message = try CommandLineTool.text(outputs.file("err"))
            try #require(process.terminationStatus == 0, "\(message)")
            return try readFile(outputs.file("out"))
        }

        @Test func standardOutput() throws {
            #expect(try standardOutput(of: run(output: "-")) == expected)
            #expect(try standardOutput(of: run(output: "/dev/stdout", ["--format", "npy"])) == expected)
            let png = try standardOutput(of: run(output: "-", ["--format", "png"]))
            #expect(png.starts(with: [0x89] + Array("PNG".utf8)))
            #expect(try standardOutput(of: ["init", "-", "--input-size", "1", "--hidden-size", "1"]).count > 100)
            try CommandLineTool.succeed(run(output: folder.file("y.dat"), ["--format", "npy"]))
            #expect(try readFile(folder.file("y.dat")) == expected)
        }

        /// What is there already stays in front: no file takes the place of the one that the shell has opened.
        @Test func standardOutputIsAppendedTo() throws {
            let file = folder.file("all")
            try writeFile([1, 2, 3], to: file)
            let process = Process()
            process.executableURL = URL(filePath: "/bin/sh")
            process.arguments = [
                "-c", "f=$1; shift; \"$0\" \"$@\" >>\"$f\" 2>/dev/null", try CommandLineTool.executable(), file,
            ]
            process.arguments! += run(output: "/dev/stdout", ["--format", "npy"])
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
            #expect(try readFile(file) == [1, 2, 3] + expected)
        }

        @Test func whatDoesNotGoTogether() throws {
            try CommandLineTool.fail(64, run(output: "/dev/stdout"), saying: ["--format"])
            for output in ["-", "/dev/stdout"] {
                try CommandLineTool.fail(
                    64, run(output: output, ["--format", "npy", "--stats"]), saying: ["--stats", "standard output"])
            }
            try CommandLineTool.fail(
                64, run(output: "-", ["--final-state", "/dev/stdout"]), saying: ["--final-state", "--output"])
            try CommandLineTool.fail(64, run(output: "y", ["--format", "jpg"]), saying: ["jpg", "npy", "png"])
            try CommandLineTool.succeed(run(output: "/dev/null", ["--format", "npy", "--stats"]))
            var streamed = run(output: "-", ["--stream"])
            streamed.removeAll { $0 == "--backend" || $0 == "cpu" }
            try CommandLineTool.fail(73, streamed, saying: ["/dev/stdout", "without streaming"])
        }
    }
}

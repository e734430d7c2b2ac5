import MDLSTM
import Testing
import _TestSupport

extension CommandSuites {
    /// The same command gives the same bytes: again, on one thread and on two, in one go and resumed.
    @Suite struct DeterminismTests {
        private let folder: TemporaryFolder

        init() throws { folder = try TemporaryFolder() }

        /// Runs the command on so many threads of pocl.
        private func run(_ arguments: [String], threads: Int) throws {
            try CommandLineTool.succeed(arguments, environment: ["POCL_MAX_PTHREAD_COUNT": "\(threads)"])
        }

        @Test(arguments: ["auto", "fused", "gemm"]) func training(_ path: String) throws {
            func train(_ out: String, threads: Int, steps: Int = 3) throws {
                let flags = [
                    "train", "diagonal", "--size", "24", "--batch", "8", "--hidden", "19", "--seed", "5", "--path",
                    path,
                    "--checkpoint-every", "1", "--resume", "auto", "--steps", "\(steps)", "--out", folder.file(out),
                ]
                try run(flags, threads: threads)
            }
            try train("one", threads: 1)
            try train("two", threads: 2)
            try train("two again", threads: 2)
            try train("resumed", threads: 1, steps: 1)
            try train("resumed", threads: 2)
            for name in ["model.safetensors", "metrics.jsonl", "checkpoint-0000000003.safetensors", "predictions.svg"] {
                let expected = try readFile(folder.file("one/\(name)"))
                for out in ["two", "two again", "resumed"] {
                    #expect(try readFile(folder.file("\(out)/\(name)")) == expected, "\(out)/\(name)")
                }
            }
            #expect(try ModelFile<Float>(contentsOf: folder.file("one/model.safetensors")).seed == 5)
        }

        /// Four directions over a grid, outputs, states and gradients; the layer's file has the seed it was drawn with.
        @Test(arguments: [[], ["--recompute"]]) func layer(_ more: [String]) throws {
            let layer = folder.file("layer.safetensors")
            try CommandLineTool.succeed([
                "init", layer, "--input-size", "5", "--hidden-size", "19", "--directions", "all", "--peepholes",
                "--seed",
                "18446744073709551615",
            ])
            #expect(try LayerFile<Float>(contentsOf: layer).seed == .max)
            let input = folder.file("x.npy")
            try NumpyArray(Tensor<Float>.random([3, 29, 31, 5], seed: 1)).write(to: input)
            let gradient = folder.file("dy.npy")
            try NumpyArray(Tensor<Float>.random([3, 29, 31, 76], seed: 2)).write(to: gradient)
            for (name, threads) in [("one", 1), ("two", 2), ("again", 2)] {
                try run(
                    [
                        "run", layer, "--input", input, "--output", folder.file("\(name)-output.npy"),
                        "--output-gradient", gradient, "--gradients", folder.file("\(name)-gradients.safetensors"),
                        "--final-state", folder.file("\(name)-states.safetensors"),
                    ] + more, threads: threads)
            }
            for output in ["output.npy", "gradients.safetensors", "states.safetensors"] {
                let expected = try readFile(folder.file("one-\(output)"))
                for name in ["two", "again"] {
                    #expect(try readFile(folder.file("\(name)-\(output)")) == expected, "\(name) \(output)")
                }
            }
        }
    }
}

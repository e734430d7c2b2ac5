import Foundation
import MDLSTM
import MDLSTMTasks
import Testing
import _TestSupport

#if canImport(FoundationXML)
    import FoundationXML
#endif

extension CommandSuites {
    /// `mdlstm train diagonal` on a tiny grid.
    @Suite struct TrainCommandTests {
        private let folder: TemporaryFolder

        init() throws { folder = try TemporaryFolder() }

        private static let tiny = [
            "train", "diagonal", "--size", "3x4", "--hidden", "3", "--batch", "2", "--steps", "5", "--seed", "3",
        ]

        private func train(_ arguments: [String], out: String) throws -> [String: Any] {
            let outcome = try CommandLineTool.succeed(Self.tiny + ["--json", "--out", folder.file(out)] + arguments)
            #expect(outcome.errors.contains("device: ") && outcome.errors.contains("seed: 3"))
            return try #require(
                JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any], "\(outcome.output)")
        }

        @Test(arguments: [["--backend", "cpu"], ["--path", "fused"], ["--path", "gemm", "--precision", "float64"]])
        func resultsAreComplete(_ arguments: [String]) throws {
            let result = try train(arguments, out: "results/of/run")
            #expect(
                Set(result.keys).isSuperset(of: [
                    "overallLoss", "relevantLoss", "firstStepRelevantBelow001", "stepsPerSecond", "optimum",
                ]))
            let optimum = try DiagonalTask(kind: .md, rows: 3, columns: 4, batch: 2).optimum
            #expect(result["optimum"] as? Double == optimum)
            let path = folder.file("results/of/run")
            let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
            #expect(names == ["loss.svg", "metrics.jsonl", "model.safetensors", "predictions.svg"])

            let text = String(decoding: try readFile(path + "/metrics.jsonl"), as: UTF8.self)
            let lines = try text.split(separator: "\n").map {
                try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Double])
            }
            #expect(lines.map { $0["step"] } == [1, 2, 3, 4, 5])
            #expect(lines.allSatisfy { $0["learningRate"] == 0.01 && $0["gradientNorm"] ?? 0 > 0 })
            let mean = lines.reduce(0) { $0 + $1["loss"]! } / 5
            #expect(((result["overallLoss"] as? Double ?? 0) - mean).magnitude < 1e-9)

            let model = try ModelFile<Double>(contentsOf: path + "/model.safetensors")
            let task = try DiagonalTask(kind: .md, rows: 3, columns: 4, batch: 2)
            #expect(try model.model == task.model(hiddenSize: 3))
            for name in ["loss.svg", "predictions.svg"] {
                let drawing = try readFile("\(path)/\(name)")
                #expect(XMLParser(data: Data(drawing)).parse(), "\(name)")
                // Input, target and two predictions of both samples.
                let images = String(decoding: drawing, as: UTF8.self).split(separator: "<image ").count - 1
                #expect(images == (name == "predictions.svg" ? 8 : 0))
            }
            try CommandLineTool.succeed(["inspect", path + "/model.safetensors"])
        }

        /// States computed again train as those that are kept.
        @Test func recomputedTrainingIsTheSame() throws {
            let plain = try train(["--precision", "float64"], out: "plain")["overallLoss"] as? Double
            let again = try train(["--precision", "float64", "--recompute"], out: "again")["overallLoss"] as? Double
            #expect(try (#require(plain) - #require(again)).magnitude < 1e-12)
        }

        /// The command trains as the library does: the same numbers in the file of the reference.
        @Test func trainingIsTheLibrarys() throws {
            _ = try train(["--backend", "cpu", "--precision", "float64"], out: "run")
            let task = try DiagonalTask(kind: .md, rows: 3, columns: 4, batch: 2)
            let model = try task.model(hiddenSize: 3)
            let trainer = try ReferenceBackend<Double>().makeTrainer(
                model: model, parameters: task.initialParameters(of: model, seed: 3),
                training: TrainingConfiguration(optimizer: .adam(), learningRate: LearningRateSchedule(0.01)))
            for step in 1...5 { _ = try trainer.step(task.batch(seed: 3, step: step)) }
            let file = try ModelFile<Double>(contentsOf: folder.file("run/model.safetensors"))
            for (name, tensor) in try trainer.parameters().entries {
                expectSame(file.parameters[name]!, tensor, name)
            }
        }

        @Test(arguments: [["--backend", "cpu"], ["--path", "fused"], ["--path", "gemm"]])
        func sameBytesAgain(_ arguments: [String]) throws {
            var results = try ["a", "b"].map { try train(arguments, out: $0) }
            for index in results.indices { results[index]["stepsPerSecond"] = nil }
            #expect(NSDictionary(dictionary: results[0]) == NSDictionary(dictionary: results[1]))
            for name in ["model.safetensors", "metrics.jsonl", "loss.svg", "predictions.svg"] {
                #expect(try readFile(folder.file("a/\(name)")) == readFile(folder.file("b/\(name)")), "\(name)")
            }
        }

        @Test(arguments: ["md", "horizontal", "snake"])
        func everyModelTrains(_ model: String) throws {
            let outcome = try CommandLineTool.succeed(Self.tiny + ["--model", model])
            #expect(outcome.output.hasPrefix("\(model) 3x4, 5 steps"))
            #expect(folder.names.isEmpty)
        }

        /// The layer norm is part of the model that is written.
        @Test(arguments: ["--backend cpu", "--path fused"]) func layerNorm(_ backend: String) throws {
            for norm in LayerNorm.allCases {
                let flags = ["--layer-norm", norm.rawValue] + backend.split(separator: " ").map(String.init)
                _ = try train(flags, out: norm.rawValue)
                let model = try ModelFile<Float>(contentsOf: folder.file("\(norm.rawValue)/model.safetensors"))
                let task = try DiagonalTask(kind: .md, rows: 3, columns: 4, batch: 2)
                #expect(try model.model == task.model(hiddenSize: 3, layerNorm: norm))
            }
        }

        @Test func scheduleReachesTheSteps() throws {
            _ = try train(
                [
                    "--backend", "cpu", "--learning-rate", "0.02", "--warmup", "2", "--final-learning-rate", "0.005",
                    "--clip-norm", "0.1",
                ], out: "run")
            let text = String(decoding: try readFile(folder.file("run/metrics.jsonl")), as: UTF8.self)
            let rates = try text.split(separator: "\n").map {
                try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Double])["learningRate"]!
            }
            #expect(rates[0] == 0.01 && rates[1] == 0.02 && rates[4] == 0.005)
        }

        @Test func wrongOptionsAreUsage() throws {
            for arguments in [
                ["--size", "2"], ["--size", "x"], ["--size", "3x4x5"], ["--steps", "0"], ["--batch", "0"],
                ["--hidden", "0"], ["--learning-rate", "0"], ["--learning-rate", "nan"], ["--model", "cnn"],
                ["--layer-norm", "batch"], ["--clip-norm", "-1"], ["--precision", "float16"], ["--path", "fast"],
                ["--batch", "65536", "--size", "4096"], ["--size", "-3"], ["--steps", "-1"],
                ["--final-learning-rate", "-1"],
                ["--backend", "cpu", "--device", "0:0"],
            ] {
                try CommandLineTool.fail(64, Self.tiny + ["--out", folder.file("run")] + arguments)
            }
            // A minus is part of the number, not another option.
            for (option, found) in [("--size", "found -3 x -3"), ("--seed", "'-3' is invalid")] {
                try CommandLineTool.fail(
                    64, Self.tiny + ["--out", folder.file("run"), option, "-3"], saying: [found])
            }
        }

        @Test func folderThatCannotBeMade() throws {
            try writeFile([1], to: folder.file("file"))
            try CommandLineTool.fail(
                73, Self.tiny + ["--out", folder.file("file/run")], saying: [folder.file("file/run")])
        }
    }
}

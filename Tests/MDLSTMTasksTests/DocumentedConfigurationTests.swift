import Foundation
import MDLSTM
import MDLSTMTasks
import Testing

/// The article on own data names every member that a configuration can have.
struct DocumentedConfigurationTests {
    private let article: String

    init() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../Sources/MDLSTM/MDLSTM.docc/Articles/TrainOnYourOwnData.md")
        article = try String(contentsOf: file, encoding: .utf8)
    }

    /// Names of members at any depth.
    private func keys(_ json: JSONValue) -> Set<String> {
        var found: Set<String> = []
        for (key, value) in json.objectValue ?? [:] { found.formUnion(keys(value).union([key])) }
        for value in json.arrayValue ?? [] { found.formUnion(keys(value)) }
        return found
    }

    @Test(arguments: Preset.all)
    func membersOfPresets(_ preset: Preset) throws {
        for axes in 1...3 {
            let isAnswerPerSample = preset.kind != .labelSites
            var run = preset.configuration(
                for: DataShape(
                    kind: preset.kind, axes: axes, features: 1, outputs: 2, isAnswerPerSample: isAnswerPerSample),
                samples: 100)
            run.task.classes = ["a", "b"]
            run.task.classWeights = .balanced
            run.data.augmentation = try Augmentation(
                flags: "flip,transpose,shift=2,crop=128,contrast=.2,noise=.02")
            run.data.normalization = .numbers(mean: [0], deviation: [1])
            (run.training.steps, run.training.maxTime, run.training.patience) = (1, 1, 1)
            run.training.checkpointInterval = 1
            run.training.monitor = preset.kind.monitors[0].name
            expectNamed(keys(run.json))
        }
    }

    @Test(arguments: [Optimizer.adam(), .rmsProp(), .sgd()])
    func membersOfTraining(_ optimizer: Optimizer) {
        let decays: [TrainingSettings.Decay] = [
            .constant, .cosine, .step(factor: 0.5, every: 2), .exponential(factor: 0.5),
            .plateau(factor: 0.5, patience: 2),
        ]
        for decay in decays {
            var training = TrainingSettings()
            training.optimizer = optimizer
            training.batch = .sites(7)
            training.clipping = .value(1)
            training.shards = 4
            training.weightDropout = 0.5
            training.learningRate.decay = decay
            expectNamed(keys(training.json))
            if let name = training.json["learningRate"]?["decay"]?.stringValue { expectNamed([name]) }
        }
    }

    private func expectNamed(_ names: Set<String>) {
        let words = Set(article.split { !$0.isLetter && !$0.isNumber }.map(String.init))
        let missing = names.subtracting(words)
        #expect(missing.isEmpty)
    }
}

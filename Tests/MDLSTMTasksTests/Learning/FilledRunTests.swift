import MDLSTM
import MDLSTMTasks
import Testing
import _TestSupport

/// Configurations filled by data.
struct FilledRunTests {
    private func run(_ kind: TaskKind, _ layers: String, _ task: (inout TaskSettings) -> Void = { _ in }) throws
        -> RunConfiguration
    {
        let json = try JSONValue(parsing: Array("{\"layers\": [\(layers)]}".utf8), name: "c")
        var run = RunConfiguration(
            model: try ModelTemplate(json: json, name: "c"), task: TaskSettings(kind), data: DataSettings(),
            training: TrainingSettings())
        task(&run.task)
        return run
    }

    private let recurrent = #"{"type": "recurrent", "cell": "stable", "hiddenSize": 3, "directions": "all"}"#
    private let dense = #"{"type": "dense", "outputSize": "auto"}"#
    private let pool = #"{"type": "pool", "by": "mean"}"#
    private let patch = #"{"type": "patch", "window": [2, 2]}"#

    /// Two samples of two features; the last axis of targets is dropped for labels.
    private func data(_ targets: [TrainingTarget<Float>]) -> MemoryDataSet<Float> {
        MemoryDataSet(
            targets.enumerated().map { index, target in
                let values = (0..<12).map { Float($0 % 2 == 0 ? $0 + index : 5) }
                return Sample(input: Tensor(shape: [2, 3, 2], values: values), target: target)
            })
    }

    private func filled(
        _ run: RunConfiguration, _ set: MemoryDataSet<Float>, outputs: Int, perSample: Bool = false,
        classes: [String] = []
    ) throws -> FilledRun {
        let shape = DataShape(
            kind: run.task.kind, axes: 2, features: 2, outputs: outputs, isAnswerPerSample: perSample)
        return try FilledRun(run, shape: shape, classes: classes, training: set, name: "c")
    }

    private func expectRefusal(
        _ parts: [String], sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> FilledRun
    ) {
        let error = #expect(throws: MDLSTMError.self, sourceLocation: sourceLocation) { _ = try body() }
        #expect(error?.kind == .data, sourceLocation: sourceLocation)
        for part in parts {
            #expect(
                error?.message.contains(part) ?? false, "\(error?.message ?? "")", sourceLocation: sourceLocation)
        }
    }

    private let labels = [
        TrainingTarget<Float>.labels(Tensor(shape: [2, 3], values: [0, 1, 1, 9, 0, 0])),
        .labels(Tensor(shape: [2, 3], values: [1, 0, 9, 9, 0, 0])),
    ]

    /// Sizes, means, names and weights take the place of "auto"; what is filled is filled by the same.
    @Test func everythingOpenIsFilled() throws {
        let set = data(labels)
        let given = try run(.labelSites, "\(recurrent), \(dense)") {
            ($0.ignoredLabels, $0.classWeights) = ([9], .balanced)
        }
        let filled = try filled(given, set, outputs: 3, classes: ["a", "b", "c"])
        #expect(filled.pipeline.model.outputSize == 3 && filled.pipeline.model.inputSize == 2)
        #expect(filled.configuration.task.classes == ["a", "b", "c"] && filled.configuration.data.channels == 2)
        #expect(filled.configuration.training.monitor == "meanIoU")
        // 6 sites of the first class, 3 of the second, none of the third.
        #expect(filled.configuration.task.classWeights == .numbers([0.5, 1, 0]))
        #expect(filled.pipeline.trainerWeights == [0.5, 1, 0])
        guard case .numbers(let mean, let deviation) = filled.configuration.data.normalization else {
            Issue.record("no numbers")
            return
        }
        #expect(mean == [5.5, 5] && deviation[1] == 1 && abs(deviation[0] * deviation[0] - (35.0 / 3 + 0.25)) < 1e-9)
        let again = try self.filled(filled.configuration, set, outputs: 3, classes: ["a", "b", "c"])
        #expect(again.configuration == filled.configuration)
    }

    @Test func numbersOfSitesAndOfSamples() throws {
        let sites = data(Array(repeating: .values(Tensor(zeros: [2, 3, 4])), count: 2))
        let samples = data(Array(repeating: .values(Tensor(zeros: [4])), count: 2))
        #expect(try filled(run(.regress, "\(recurrent), \(dense)"), sites, outputs: 4).pipeline.model.outputSize == 4)
        _ = try filled(run(.regress, "\(recurrent), \(pool), \(dense)"), samples, outputs: 4, perSample: true)
        expectRefusal(["c: the model gives numbers for each site", "one answer a sample", "put a pool"]) {
            try filled(run(.regress, "\(recurrent), \(dense)"), samples, outputs: 4, perSample: true)
        }
        expectRefusal(["c: the model gives one answer a sample", "numbers for each site", "leave out the pool"]) {
            try filled(run(.regress, "\(recurrent), \(pool), \(dense)"), sites, outputs: 4)
        }
    }

    /// Distributions of sites under a coarse output are added up block by block.
    @Test func distributions() throws {
        let shares = Tensor<Float>(shape: [2, 3, 2], values: [1, 0, 0.5, 0.5, 0, 1, 0, 0, 1, 0, 0.25, 0.75])
        let set = data([.values(shares), .values(shares)])
        let filled = try filled(
            run(.labelSites, "\(patch), \(recurrent), \(dense)"), set, outputs: 2, classes: ["a", "b"])
        #expect(
            filled.pipeline.trainingSample(set.samples[0], epoch: 1, number: 0, seed: 1).target
                == .values(Tensor(shape: [1, 2, 2], values: [2.5, 0.5, 0.25, 1.75])))
        for weights in [TaskSettings.ClassWeights.balanced, .numbers([1, 2])] {
            expectRefusal(["c: 'classWeights'", "distributions"]) {
                try self.filled(
                    run(.labelSites, "\(recurrent), \(dense)") { $0.classWeights = weights }, set, outputs: 2,
                    classes: ["a", "b"])
            }
        }
    }

    @Test func whatDoesNotFitIsRefused() throws {
        let set = data(labels)
        expectRefusal(["the task has 1 class, the data 2"]) {
            try filled(run(.labelSites, dense) { $0.classes = ["a"] }, set, outputs: 2, classes: ["a", "b"])
        }
        expectRefusal(["'classWeights' has 3 numbers; expected 2"]) {
            try filled(
                run(.labelSites, dense) { $0.classWeights = .numbers([1, 2, 3]) }, set, outputs: 2, classes: ["a", "b"])
        }
        expectRefusal(["the task is regress, the data are for labelSites"]) {
            let shape = DataShape(kind: .labelSites, axes: 2, features: 2, outputs: 2, isAnswerPerSample: false)
            return try FilledRun(run(.regress, dense), shape: shape, classes: ["a", "b"], training: set, name: "c")
        }
    }
}

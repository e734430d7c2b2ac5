import MDLSTM
import MDLSTMTasks
import Testing
import _TestSupport

/// Configurations as they are given and as they are written.
struct GivenConfigurationTests {
    private func given(_ text: String) throws -> GivenConfiguration {
        try GivenConfiguration(json: JSONValue(parsing: Array(text.utf8), name: "c.json"), name: "c.json")
    }

    private let shape = DataShape(kind: .labelSites, axes: 2, features: 3, outputs: 4, isAnswerPerSample: false)

    private func preset() throws -> RunConfiguration {
        try Preset(named: nil, for: .labelSites).configuration(for: shape, samples: 10)
    }

    /// Before any data are opened.
    @Test(arguments: [
        (#"{"zzz": 1}"#, "c.json: unknown key 'zzz'; expected data, model, task, training, version"),
        (#"{"model": {"layers": [], "zzz": 1}}"#, "c.json, model: unknown key 'zzz'"),
        (#"{"task": {"kind": "classify", "zzz": 1}}"#, "c.json, task: unknown key 'zzz'"),
        (#"{"data": {"zzz": 1}}"#, "c.json, data: unknown key 'zzz'"),
        (#"{"data": {"channels": "grey"}}"#, "c.json, data: 'channels' must be gray, grayAlpha, rgb, rgba or auto"),
        (#"{"data": {"augment": {"zzz": 1}}}"#, "c.json, augment: unknown key 'zzz'"),
        (#"{"training": {"zzz": 1}}"#, "c.json, training: unknown key 'zzz'"),
        (#"{"training": {"learningRate": {"zzz": 1}}}"#, "c.json, learningRate: unknown key 'zzz'"),
        (#"{"training": {"optimizer": {"kind": "sgd", "beta1": 0.9}}}"#, "c.json, optimizer: unknown key 'beta1'"),
        (#"{"training": {"seed": -1}}"#, "c.json, training: 'seed' must be a whole number from 0, found -1"),
        (#"{"training": {"seed": "x"}}"#, "c.json, training: 'seed' must be a whole number from 0"),
        (#"{"version": 2}"#, "version 2 is not known"),
    ])
    func whatIsRefused(_ text: String, _ message: String) {
        let error = #expect(throws: MDLSTMError.self) { _ = try given(text) }
        #expect(error?.kind == .data && error?.message.contains(message) ?? false, "\(error?.message ?? "")")
    }

    /// As `mdlstm` has them in model files.
    @Test func modelAloneIsAConfiguration() throws {
        let model = try ModelConfiguration(
            inputSize: 3, axes: 2,
            layers: [
                .recurrent(LayerConfiguration(inputSize: 3, hiddenSize: 5, directions: Direction.all(axes: 2))),
                .dense(inputSize: 20, outputSize: 4),
            ])
        let alone = try GivenConfiguration(json: model.json, name: "c.json").over(preset())
        let preset = try preset()
        var expected = preset
        expected.model = ModelTemplate(model)
        #expect(alone == expected && alone.model != preset.model)
    }

    /// What is written is read as the same, with every kind of member.
    @Test func writtenIsReadTheSame() throws {
        var run = try preset()
        run.task.ignoredLabels = [254, 255]
        run.task.classes = ["a", "b", "c", "d"]
        run.data.channels = 3
        run.data.normalization = .numbers(mean: [0.1, 1.0 / 3, -2], deviation: [1, 0.7, 1e-9])
        run.data.augmentation = try Augmentation(flags: "flip,transpose,shift=2,crop=128,contrast=.2,noise=.02")
        run.training.seed = .max
        run.training.patience = 7
        run.training.monitor = "loss"
        run.training.checkpointInterval = 11
        let optimizers: [Optimizer] = [
            .adam(beta1: 0.8, beta2: 0.99, epsilon: 1e-7), .rmsProp(decay: 0.9, momentum: 0.1, epsilon: 1e-6),
            .sgd(momentum: 0.3),
        ]
        let decays: [TrainingSettings.Decay] = [
            .constant, .cosine, .step(factor: 0.25, every: 13), .exponential(factor: 0.99),
            .plateau(factor: 0.3, patience: 2),
        ]
        for (index, decay) in decays.enumerated() {
            run.training.optimizer = optimizers[index % 3]
            run.training.learningRate = .init(base: 0.01, warmup: index, decay: decay)
            run.training.clipping = [.none, .globalNorm(3), .value(0.5)][index % 3]
            run.training.batch = index % 2 == 0 ? .samples(7) : .sites(1000)
            run.task.classWeights = [.none, .balanced, .numbers([1, 0, 0.5, 2])][index % 3]
            (run.training.epochs, run.training.steps, run.training.maxTime) =
                [(3, nil, nil), (nil, 5, nil), (3, 5, 7.5)][index % 3]
            let text = run.json.serialized()
            #expect(try given(text).over(preset()) == run, "\(text)")
        }
    }

    /// What ends a training takes the place of every end of the preset; what is absent is the preset's.
    @Test func whatIsLeftOutIsThePresets() throws {
        let run = try given(
            #"{"training": {"steps": 9, "learningRate": {"base": 0.5}}, "task": {"kind": "labelSites"}}"#
        )
        .over(preset())
        #expect(run.training.steps == 9 && run.training.epochs == nil)
        #expect(run.training.learningRate == .init(base: 0.5, warmup: 50, decay: .cosine))
        let preset = try preset()
        #expect(run.model == preset.model && run.training.batch == preset.training.batch)
        let given = try given(#"{"task": {"kind": "labelSites", "ignoreLabel": 9}, "data": {"channels": "rgb"}}"#)
        #expect(given.kind == .labelSites && given.ignoredLabels == [9] && given.channels == 3 && given.classes == nil)
        #expect(try self.given(#"{"task": {"kind": "labelSites"}}"#).ignoredLabels == nil)
    }
}

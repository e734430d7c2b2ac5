public import MDLSTM

/// A configuration for lines with everything that their texts decide filled in.
public struct FilledLines: Sendable {
    /// As it is written: numbers in the place of "auto", the alphabet among them.
    public let configuration: RunConfiguration
    public let pipeline: LinePipeline

    /// - Parameters:
    ///   - given: where nothing need be filled in
    ///   - alphabet: of the texts, or of the model that is trained on
    ///   - training: the lines to train with, which mean and deviation are taken from
    ///   - name: of the configuration, for messages
    /// - Throws: `MDLSTMError` of kind `data` where the configuration is none for lines, and the errors of reading a sample.
    public init<Element: Scalar>(
        _ given: RunConfiguration, alphabet: Alphabet, training: any DataSet<Element>, name: String
    ) throws {
        var run = given
        guard run.task.kind == .transcribe else {
            throw MDLSTMError(
                .data,
                "\(name): the task is \(run.task.kind.rawValue), the data are for \(TaskKind.transcribe.rawValue)")
        }
        let augmentation = run.data.augmentation
        guard !augmentation.flip, !augmentation.transpose, augmentation.crop == nil else {
            throw MDLSTMError(
                .data,
                "\(name): 'augment' flips, transposes or crops, after which a line has another text; take shift, contrast, "
                    + "noise, stretch, shear or stroke")
        }
        run.task.alphabet = alphabet
        let model = try run.model.filled(inputSize: 1, axes: 2, outputSize: alphabet.count, name: name)
        run.model = ModelTemplate(model, frozen: run.model.frozen)
        if run.data.normalization == .meanAndDeviation {
            let normalizer = try Normalizer(of: training, features: 1)
            run.data.normalization = .numbers(mean: normalizer.mean, deviation: normalizer.deviation)
        }
        run.data.channels = 1
        run.training.monitor = try run.task.kind.monitor(named: run.training.monitor).name
        configuration = run
        pipeline = try LinePipeline(model: model, alphabet: alphabet, data: run.data, name: name)
    }
}

import MDLSTM
import MDLSTMData
import MDLSTMTasks

/// The samples that a training is given, to train and to validate with, and what is asked of it.
struct SplitData<Element: Scalar> {
    let opened: OpenedData
    let training: any DataSet<Element>, validation: any DataSet<Element>

    /// Flag over config over preset over what the data say; nothing is filled in yet.
    let settings: RunConfiguration

    /// What messages call the configuration.
    let name: String

    /// Looks at the data.
    ///
    /// - Throws: `MDLSTMError` of kind `data` where there is a fault, nothing to train with, or data of another kind to validate
    ///   with.
    init(_ command: TrainDataCommand) throws {
        name = command.fit.config ?? "the preset"
        let given = try command.fit.given()
        let alphabet = try KeptAlphabet(command, given).alphabet
        var split: (training: any DataSet<Element>, validation: any DataSet<Element>)?
        var run: RunConfiguration?
        func open(_ path: String?, like first: OpenedData?, remark: (OpenedData) throws -> String?) throws -> OpenedData
        {
            try openData(
                path, command.source, kind: first?.shape.kind ?? given.kind,
                ignoredLabels: first?.ignoredLabels ?? given.ignoredLabels,
                classes: first.map { $0.classes.isEmpty ? nil : $0.classes } ?? given.classes,
                channels: first.map { $0.shape.kind == .transcribe ? nil : $0.channels } ?? given.channels,
                alphabet: first?.alphabet ?? alphabet, remark: { try? remark($0) })
        }
        opened = try open(command.data, like: nil) { opened in
            let settings = try Self.configuration(command, given, opened)
            run = settings
            guard command.validation == nil else { return nil }
            let parts: (any DataSet<Element>, any DataSet<Element>) = opened.split(
                validation: settings.training.validationFraction, seed: settings.training.seed)
            split = parts
            return "\(parts.0.count) to train, \(parts.1.count) to validate"
        }
        settings = try run ?? Self.configuration(command, given, opened)
        if let path = command.validation {
            let other = try open(path, like: opened) { _ in "to validate with" }
            split = (opened.samples(.training), other.samples(other.count(.validation) > 0 ? .validation : .training))
            guard other.shape == opened.shape else {
                throw MDLSTMError(.data, "\(path): the data to validate with are others than those to train with")
            }
        }
        (training, validation) =
            split
            ?? opened.split(validation: settings.training.validationFraction, seed: settings.training.seed)
        guard training.count > 0 else {
            throw MDLSTMError(
                .data,
                "\(command.data ?? command.source.list ?? ""): found \(counted(validation.count, "sample")) to validate with; "
                    + "expected at least one to train with")
        }
    }

    private static func configuration(
        _ command: TrainDataCommand, _ given: GivenConfiguration, _ opened: OpenedData
    ) throws -> RunConfiguration {
        var run = try command.configuration(given, shape: opened.shape, samples: opened.count(.training))
        if given.ignoredLabels == nil { run.task.ignoredLabels = opened.ignoredLabels }
        return run
    }
}

import MDLSTM
import MDLSTMData
import MDLSTMTasks

/// The course of `mdlstm train DATA` where the data are text.
struct TextTraining<Element: Scalar>: LearningCourse {
    let command: TrainDataCommand
    let initialParameters: ParameterTensors<Element>
    let counts: ContextCounts?
    private let split: TextSplit
    private let filled: FilledText

    /// Where a training that goes on with another text began with it; zero of one that has had no other.
    private let beginning: TextBeginning

    var configuration: RunConfiguration { filled.configuration }
    var model: ModelConfiguration { filled.model }
    private var training: SymbolText { split.training }
    private var validation: SymbolText { split.validation }
    var isJudged: Bool { validation.count > 1 }

    /// The text to validate with; where there is none, the end of that to train with.
    private var judged: SymbolText {
        isJudged ? validation : training.part(max(0, training.count - Self.mostJudged)..<training.count)
    }
    private static var mostJudged: Int { 100_000 }

    var judgedBy: String { counted(judged.count - 1, "symbol") + (isJudged ? " to validate with" : " to train with") }

    /// Bytes of counts that a model's file may have, and symbols of a text that are counted: more have more of them.
    private static var mostCounts: Int { 16 << 20 }
    private static var mostCounted: Int { 16 << 20 }

    /// Looks at the data and fills the configuration; nil where the data are no text.
    init?(_ command: TrainDataCommand) throws {
        self.command = command
        // What comes through a pipe is read once, by the course that it is for.
        let flags = try command.source.request(kind: nil, ignoredLabels: nil, classes: nil, channels: nil)
        let inputs = [command.fit.config, command.checkpoints.file, command.from]
        guard try inputs.allSatisfy({ $0.map(isRegular) ?? true }) || OpenedText.isText(command.data, flags) else {
            return nil
        }
        let given = try command.fit.given()
        let settings = given.taskSettings
        let request = try command.source.request(kind: given.kind, ignoredLabels: nil, classes: nil, channels: nil)
        let (earlier, source) = (try Self.earlier(command), try Self.source(command))
        let alphabet =
            try earlier.flatMap { try Self.alphabet(of: $0, command) } ?? source?.alphabet ?? settings?.alphabet
        let unit = alphabet?.unit ?? settings?.unit ?? .characters
        guard let opened = try OpenedText(command.data, request, unit: unit, alphabet: alphabet) else { return nil }
        if let settings, given.namesSymbols, settings.unit != opened.alphabet.unit {
            throw MDLSTMError(
                .data,
                "\(command.fit.config ?? ""): 'symbols' is \(settings.unit.rawValue); the model to go on with reads "
                    + opened.alphabet.unit.rawValue)
        }
        var run = try command.configuration(
            given, shape: opened.shape, samples: opened.text(.training).count)
        // The preset is one for this text; the model began with another.
        if !given.namesModel, command.fit.preset == nil,
            let model = earlier.flatMap({ TextBeginning.isText($0) ? $0.model.json["model"] : nil }) ?? source?.model
        {
            run.model = try ModelTemplate(json: model, name: "the model that is gone on with")
        }
        run.task.sequence = command.sequence ?? run.task.sequence
        let split = try TextSplit(
            opened, validatedWith: command.validation, else: run.training.validationFraction, request)
        self.split = split
        try opened.requireSound(announcing: "\(split.training.count) to train, \(split.validation.count) to validate")
        if alphabet != nil, opened.unknownSymbols(.training) > 0 {
            printError(
                "alphabet: kept; \(counted(opened.unknownSymbols(.training), "symbol")) of the text are not in it")
        }
        filled = try FilledText(run, alphabet: opened.alphabet, name: command.fit.config ?? "the preset")
        do {
            _ = try TextBatches<Element>(split.training, batch: filled.batch, sequence: filled.sequence)
        } catch { throw MDLSTMError(.data, "\(command.data ?? ""): \(error.message)\(split.whyShort)") }
        let isCounted = !command.printConfig && !command.dryRun && split.training.count <= Self.mostCounted
        let counts = isCounted ? ContextCounts(of: split.training) : nil
        self.counts = counts.flatMap { $0.byteCount <= Self.mostCounts ? $0 : nil }
        beginning = try earlier.map { try TextBeginning(of: split.training, after: $0) } ?? TextBeginning()
        initialParameters = try Self.initialParameters(command, filled.model, seed: run.training.seed)
    }

    /// The checkpoint that is gone on with; nil of a training that begins.
    private static func earlier(_ command: TrainDataCommand) throws -> Checkpoint<Element>? {
        guard command.checkpoints.resume != nil else { return nil }
        if let file = command.checkpoints.file { return try Checkpoint(contentsOf: file) }
        guard let out = command.out, isFolder(out) else { return nil }
        return try CheckpointFolder(path: out, keep: 1, prefix: "checkpoint-").newest(as: Element.self)?.checkpoint
    }

    /// The alphabet of a checkpoint; nil of another training's.
    private static func alphabet(
        of checkpoint: Checkpoint<Element>, _ command: TrainDataCommand
    ) throws(MDLSTMError) -> Alphabet? {
        guard TextBeginning.isText(checkpoint), let json = checkpoint.run["task.alphabet"] else { return nil }
        let unit = checkpoint.run["task.symbols"]?.stringValue.flatMap(Alphabet.Unit.init) ?? .characters
        return try Alphabet(unit, json: json, name: command.checkpoints.file ?? command.out ?? "")
    }

    /// The model of `--from` and its alphabet; nil where it is none of text.
    private static func source(_ command: TrainDataCommand) throws -> (model: JSONValue?, alphabet: Alphabet?)? {
        guard let from = command.from else { return nil }
        let path = TrainedModel<Element>.file(of: from)
        // The layers of a density are no whole model.
        guard let found = try TensorFile(contentsOf: path).configuration(), let task = found["task"],
            task["kind"]?.stringValue == TaskKind.nextSymbol.rawValue
        else { return nil }
        return (found["model"], try TaskSettings(json: task, name: path).alphabet)
    }

    func batches() throws -> CourseBatches<Element> {
        let source = try TextBatches<Element>(
            training, batch: filled.batch, sequence: filled.sequence, seed: settings.seed)
        return CourseBatches(source: source) { source.targets(ofBatch: $1) }
    }

    func trainerConfiguration(_ batches: CourseBatches<Element>) throws -> TrainingConfiguration {
        let steps =
            try settings.steps
            ?? settings.epochs.map {
                beginning.steps(epochs: $0, of: try batches.source.count(epoch: 1))
            }
        var training = settings.configuration(
            loss: .softmaxCrossEntropy, steps: steps, frozen: configuration.model.frozen, classWeights: nil)
        training.carriesStates = true
        return training
    }

    func listing() -> DataListing {
        DataListing(
            [("training", split.files.training), ("validation", isJudged ? split.files.validation : [])],
            fingerprint: training.fingerprint)
    }

    /// Another text may be gone on with, at another rate and for another time: the alphabet is what must be the same.
    func identity(_ listing: DataListing) -> JSONValue {
        var members = identityMembers
        for key in ["learningRate", "epochs", "steps"] { members["training.\(key)"] = nil }
        members["fingerprint"] = .string(listing.fingerprint)
        members["validation"] = isJudged ? .string(validation.fingerprint) : .null
        if beginning.step > 0 { members[TextBeginning.key] = beginning.json }
        return .object(members)
    }

    var mayDiffer: Set<String> { ["fingerprint", "validation", TextBeginning.key] }

    func resumed(from checkpoint: Checkpoint<Element>, _ course: FitCourse) -> FitCourse {
        guard checkpoint.run["fingerprint"]?.stringValue == training.fingerprint else {
            printError("text: another than the training began with; its epochs begin anew")
            return course.beginningAnew
        }
        // Older checkpoints do not say by what they were judged.
        guard let judge = checkpoint.run["validation"], judge.stringValue != (isJudged ? validation.fingerprint : nil)
        else { return course }
        printError("text to validate with: another than before; what was the best by that counts no more")
        return course.judgedAnew
    }

    /// Parts of the text to validate with that are read side by side after an epoch.
    private static var streams: Int { 16 }

    func judge(_ model: any Model<Element>, isFinal: Bool) throws -> TextEvaluation {
        var found = try TextEvaluation(of: model, on: judged, streams: isFinal ? 1 : Self.streams)
        if isFinal { found.baseline = counts?.bitsPerSymbol(of: judged) }
        return found
    }

    func show(
        _ model: any Model<Element>, _ found: TextEvaluation, on backend: any Backend<Element>,
        in folder: RunFolder<Element>
    ) throws {
        let sampler = try TextSampler(
            model, alphabet: filled.alphabet, prime: SymbolText(classes: filled.alphabet.count), temperature: 0.8,
            seed: settings.seed)
        let bytes = try (0..<1000).flatMap { _ in filled.alphabet.bytes(of: try sampler.next()[0]) }
        try folder.write(String(decoding: bytes, as: UTF8.self) + "\n", to: "sample.txt")
    }
}

extension OpenedText {
    /// Says on stderr in one line what the text is, and refuses it with every fault named where there is one.
    func requireSound(announcing remark: String? = nil) throws {
        printError("data: " + summary + (remark.map { "; " + $0 } ?? ""))
        tell(faults, by: printError)
        if let failure { throw failure }
    }
}

import MDLSTM
import MDLSTMData
import MDLSTMImages
import MDLSTMTasks

/// The course of `mdlstm train DATA` where the data are lines to read.
struct LineTraining<Element: Scalar>: SampleCourse {
    let command: TrainDataCommand
    let initialParameters: ParameterTensors<Element>
    let training: any DataSet<Element>, validation: any DataSet<Element>
    private let filled: FilledLines

    var configuration: RunConfiguration { filled.configuration }
    var pipeline: LinePipeline { filled.pipeline }
    var model: ModelConfiguration { pipeline.model }
    var judgedBy: String { counted(judged.count, "line") + (isJudged ? " to validate with" : "") }

    /// Fills the configuration by the data, whose alphabet is known.
    init(_ command: TrainDataCommand, _ data: SplitData<Element>, alphabet: Alphabet) throws {
        self.command = command
        filled = try FilledLines(data.settings, alphabet: alphabet, training: data.training, name: data.name)
        (training, validation) = try filled.pipeline.feasible(
            data.training, data.validation, skipsBad: command.source.skipBad)
        initialParameters = try Self.initialParameters(command, filled, training)
    }

    /// Drawn, or those of another model, the rows of whose symbols are kept where the alphabet has grown.
    private static func initialParameters(
        _ command: TrainDataCommand, _ filled: FilledLines, _ training: any DataSet<Element>
    ) throws -> ParameterTensors<Element> {
        let (model, seed) = (filled.pipeline.model, filled.configuration.training.seed)
        if command.printConfig { return model.initialParameters(seed: seed) }
        guard let path = command.from else {
            return try filled.pipeline.initialParameters(on: training, seed: seed)
        }
        let file = TrainedModel<Element>.file(of: path)
        let source = try ModelFile<Element>(contentsOf: file)
        var weights = TransferredWeights(from: source, to: model, seed: seed)
        let earlier = try source.members["task"].map { try TaskSettings(json: $0, name: file) }
        var kept = 0
        if let alphabet = earlier?.alphabet, earlier?.kind == .transcribe {
            kept = weights.keepRows(of: source, alphabet, for: filled.pipeline.alphabet, in: model, seed: seed)
        }
        printError(
            "weights: from \(path); \(weights.summary)"
                + (kept > 0 ? "; \(counted(kept, "symbol")) of the output kept" : ""))
        return weights.parameters
    }

    func batches() throws -> CourseBatches<Element> {
        let (pipeline, seed) = (pipeline, settings.seed)
        let source = try DataSetBatches(training, size: settings.batch, seed: seed, beginsSmall: true) {
            sample, epoch, number in
            pipeline.trainingSample(sample, epoch: epoch, number: number, seed: seed)
        } changed: {
            pipeline.data.augmentation.stretched($0, seed: seed, epoch: $1, number: $2)
        }
        return CourseBatches(source: source) { source.plan(epoch: $0).batches[$1].count }
    }

    func trainerConfiguration(_ batches: CourseBatches<Element>) throws -> TrainingConfiguration {
        // The first epoch, which is sorted, may have fewer batches than the others.
        let steps =
            try settings.steps
            ?? settings.epochs.map { epochs in
                try batches.source.count(epoch: 1) + (epochs - 1) * batches.source.count(epoch: 2)
            }
        return settings.configuration(
            loss: .ctc, steps: steps, frozen: configuration.model.frozen, classWeights: nil)
    }

    func judge(_ model: any Model<Element>, isFinal: Bool) throws -> LineEvaluation {
        try pipeline.evaluate(model, on: judged, batch: settings.batch, over: Ranks.exchange)
    }

    /// Some lines to validate with, or to train with where there are none, and what the model reads.
    private func readings(_ model: any Model<Element>) throws -> [ReadLine] {
        try ExamplePictures.chosen(8, of: judged.count).map { index in
            try pipeline.read(try judged.sample(at: index), named: judged.name(of: index), by: model)
        }
    }

    /// Texts are none.
    func show(
        _ model: any Model<Element>, _ found: LineEvaluation, on backend: any Backend<Element>,
        in folder: RunFolder<Element>
    ) throws {
        try folder.draw(ReadLine.drawing(readings(model)), "examples.svg")
    }
}

extension LinePipeline {
    /// The lines whose frames are enough for their text; every other is told, and refused unless it may be left out.
    fileprivate func feasible<T: Scalar>(
        _ training: any DataSet<T>, _ validation: any DataSet<T>, skipsBad: Bool
    ) throws -> (training: any DataSet<T>, validation: any DataSet<T>) {
        var faults: [DataFault] = []
        let parts = try [training, validation].map { set in
            var known: [Int] = []
            for index in 0..<set.count {
                if let fault = try self.fault(of: index, in: set) { faults.append(fault) } else { known.append(index) }
            }
            return DataSubset(of: set, known)
        }
        guard !faults.isEmpty else { return (training, validation) }
        tell(faults, by: printError)
        if let error = MDLSTMError(faults, skipsBad: skipsBad) { throw error }
        guard parts[0].count > 0 else {
            throw MDLSTMError(.data, "found no line to train with whose frames are enough for its text")
        }
        printError("left out: \(counted(faults.count, "line")) whose frames are too few")
        return (parts[0], parts[1])
    }

    private func fault<T: Scalar>(of index: Int, in set: any DataSet<T>) throws -> DataFault? {
        let extents = try set.extents(of: index)
        let labels = try set.target(at: index).labels?.values ?? []
        let frames: Int
        do { frames = try self.frames(of: extents) } catch {
            return DataFault(error, path: "", name: set.name(of: index))
        }
        let needed = CTC.fewestFrames(for: labels)
        guard frames < needed else { return nil }
        return DataFault(
            MDLSTMError(
                .data,
                "expected at least \(needed) frames for the \(counted(labels.count, "character")) of its text, found \(frames) of "
                    + "\(extents[1]) columns; correct the text, or take a model with less sub-sampling along the width"),
            path: "", name: set.name(of: index))
    }
}

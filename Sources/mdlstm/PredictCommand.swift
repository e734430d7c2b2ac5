import ArgumentParser
import Foundation
import MDLSTM
import MDLSTMData
import MDLSTMTasks

/// A trained model's answers to files.
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict", abstract: "Answer files with a trained model.",
        discussion: """
            MODEL is a run's folder or a model file of 'mdlstm train DATA'. Files are pictures, or but for lines .npy arrays of one sample, \
            [E1, .., EN, I]; of a folder all such files are taken. For each file --out gets one of the same base name: \
            classify .json with the class and the five likeliest, labelSites .png of labels (.npy where it is no picture), \
            regress .npy, transcribe .txt and .json with each character's columns and how sure it is; of an ALTO or PAGE XML both have all lines of the page, which need no text in it. Of a density .npy [H', W']: the log-likelihood of every pixel that has one, in nats of levels, of colours those of all three, the \
            noise of --seed added to pictures of levels.
            """)

    @Argument(help: "The model: a file, or the folder of a run.")
    var model: String

    @Argument(help: "Files or folders to answer.")
    var inputs: [String]

    @Option(help: "Folder for the answers, made if it is not there.")
    var out: String

    @Flag(help: "Write NAME.probabilities.npy too, [E1, .., EN, C].")
    var probabilities = false

    @OptionGroup var decoding: DecodingOptions

    @Flag(help: "Print one JSON object: the files written, and for classify the classes.")
    var json = false

    @OptionGroup var exchange: ExchangeOptions

    @OptionGroup var compute: ComputeOptions

    func validate() throws {
        guard !inputs.isEmpty else { throw ValidationError("name the files to answer") }
    }

    func run() throws {
        try exchange.join()
        try compute.withPrecision(Body(command: self))
    }

    private struct Body: PrecisionBody {
        let command: PredictCommand
        func run<T: Scalar>(_ type: T.Type) throws { try command.run(T.self) }
    }

    private func run<T: Scalar>(_ type: T.Type) throws {
        let path = TrainedModel<T>.file(of: model)
        let tensors = try TensorFile(contentsOf: path)
        if try DensityFile<T>.isDensity(tensors) {
            try decoding.requireNone()
            return try PredictedDensity(command: self, trained: DensityFile<T>(tensors, path: path)).run()
        }
        let file = try ModelFile<T>(tensors, path: path)
        if file.isOfText {
            throw ValidationError(
                "\(model): a model of text answers with text; draw it with 'mdlstm sample \(model) --prime ..'")
        }
        if file.isOfLines { return try PredictedLines(command: self, trained: TrainedLines(file, path: path)).run() }
        try decoding.requireNone()
        let trained = try TrainedModel<T>(file, path: path)
        let pipeline = trained.pipeline
        let files = try files()
        try requireInputs(files, of: trained)
        try Ranks.requireSame(model: model, data: Ranks.listing(of: files), compute)
        let answers = try AnswerFolder(out, pipeline: pipeline, names: files, withProbabilities: probabilities)
        let network = try compute.makeBackend(T.self).makeModel(trained.file.model, parameters: trained.file.parameters)
        try answer(files, as: pipeline.task.kind, line: Self.line) { index in
            let input = try input(files[index], of: trained, as: T.self)
            let batch = try TrainingBatch([Sample(input: pipeline.input(input), target: .none)])
            var members = try answers.write(try pipeline.answers(network, to: batch)[0], of: index)
            members["input"] = .string(files[index])
            return members
        }
    }

    private static func line(_ members: JSONValue) -> String {
        let output = members["output"]?.stringValue ?? ""
        guard let name = members["class"]?.stringValue, let share = members["probability"]?.doubleValue else {
            return output
        }
        return "\(output): \(name) \(rounded(share, 4))"
    }

    /// Refuses files that cannot be answered, all of them named, before the first is.
    private func requireInputs<T: Scalar>(_ files: [String], of trained: TrainedModel<T>) throws {
        try requireAll(files) { _ = try input($0, of: trained, as: T.self) }
    }

    /// A picture by its channels, or an array of one sample.
    private func input<T: Scalar>(_ path: String, of trained: TrainedModel<T>, as type: T.Type) throws -> Tensor<T> {
        let model = trained.file.model
        guard path.lowercased().hasSuffix(".npy") else {
            guard model.axes == 2, (1...4).contains(model.inputSize) else {
                throw MDLSTMError(
                    .data,
                    "\(path): expected a .npy array of \(counted(model.axes, "axis", plural: "axes")) and "
                        + "\(counted(model.inputSize, "feature")), which the model takes; a picture has two axes")
            }
            return try PictureReader(channels: model.inputSize).input(path)
        }
        let array = try NumpyArray(contentsOf: path).tensor(as: T.self)
        try array.requireFinite(path)
        if array.shape.count == model.axes, model.inputSize == 1, !array.values.isEmpty {
            return array.reshaped(array.shape + [1])
        }
        guard array.shape.count == model.axes + 1, array.shape.last == model.inputSize, !array.values.isEmpty else {
            throw MDLSTMError(
                .data,
                "\(path): has shape \(array.shape); expected one sample, \(counted(model.axes + 1, "extent")) with "
                    + "\(model.inputSize) last")
        }
        return array
    }
}

import ArgumentParser
import MDLSTM
import MDLSTMData
import MDLSTMImages
import MDLSTMTasks

/// What a trained model is worth on data.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Judge a trained model by data that it has not seen.",
        discussion: """
            MODEL is a run's folder or a model file of 'mdlstm train DATA'. DATA with a part test is judged by that part. \
            Loss and figures leave out what is ignored; --predictions writes what 'predict' writes.
            """)

    @Argument(help: "The model: a file, or the folder of a run.")
    var model: String

    @Argument(help: "The data: a folder or a file.")
    var data: String?

    @OptionGroup var source: DataOptions

    @Option(help: "Where to draw the confusion matrix: .svg.")
    var confusion: String?

    @Option(help: "A folder for the answers to every sample.")
    var predictions: String?

    @OptionGroup var decoding: DecodingOptions

    @Flag(
        help: """
            Of lines: first finds the --language-weight and --length-bonus that read these lines best, which must then be lines to \
            validate with, not those to judge by.
            """)
    var tune = false

    @Option(help: "Of text: the text whose counts are the baseline, where the model's file has none.")
    var baseline: String?

    @Option(help: "Of a density: judges patches of so many pixels a side apart, states beginning anew in each.")
    var patch: Int?

    @Option(
        help: "Of a density: counts only sites valid for a neighbourhood of this size, to compare models of others.")
    var sitesOf: Int?

    @Flag(
        help: """
            Of a density: judges by the mean of the likelihoods of all eight flips and transposes of every picture or patch, \
            over the sites that each of them gives a density; in a border "inside" a margin on every side counts for nothing.
            """)
    var ensemble = false

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup var exchange: ExchangeOptions

    @OptionGroup var compute: ComputeOptions

    func validate() throws {
        guard data != nil || source.list != nil else { throw ValidationError("name the data to judge by") }
        guard patch ?? 1 >= 1, sitesOf ?? 1 >= 1 else {
            throw ValidationError("--patch and --sites-of must be at least 1")
        }
        if let confusion, !confusion.lowercased().hasSuffix(".svg") {
            throw ValidationError("--confusion must end in .svg, found '\(confusion)'")
        }
        if tune, decoding.languageModel == nil || decoding.languageWeight != nil || decoding.lengthBonus != nil {
            throw ValidationError(
                "--tune finds --language-weight and --length-bonus for a --language-model FILE; give the file alone")
        }
    }

    func run() throws {
        try exchange.join()
        try compute.withPrecision(Body(command: self))
    }

    private struct Body: PrecisionBody {
        let command: EvaluateCommand
        func run<T: Scalar>(_ type: T.Type) throws { try command.run(T.self) }
    }

    private func run<T: Scalar>(_ type: T.Type) throws {
        let path = TrainedModel<T>.file(of: model)
        let tensors = try TensorFile(contentsOf: path)
        if try DensityFile<T>.isDensity(tensors) {
            try decoding.requireNone()
            guard !tune else { throw ValidationError("--tune is for models of lines") }
            return try EvaluatedDensity(command: self, trained: DensityFile<T>(tensors, path: path)).run()
        }
        guard patch == nil, sitesOf == nil, !ensemble else {
            throw ValidationError("--patch, --sites-of and --ensemble are for densities")
        }
        let file = try ModelFile<T>(tensors, path: path)
        guard !tune || file.isOfLines else { throw ValidationError("--tune is for models of lines") }
        if file.isOfLines { return try EvaluatedLines(command: self, trained: TrainedLines(file, path: path)).run() }
        try decoding.requireNone()
        if file.isOfText {
            // One state goes through the whole text.
            return try Ranks.byFirstAlone {
                try EvaluatedText(command: self, trained: TrainedText(file, path: path)).run()
            }
        }
        guard baseline == nil else { throw ValidationError("--baseline is for models of text") }
        let trained = try TrainedModel<T>(file, path: path)
        guard confusion == nil || trained.pipeline.task.kind != .regress else {
            throw ValidationError("--confusion is for classes; the model gives numbers")
        }
        let opened = try trained.open(data, source)
        let part: DataPart = opened.count(.test) > 0 ? .test : opened.count(.validation) > 0 ? .validation : .training
        let samples: any DataSet<T> = opened.samples(part)
        printError("judged by: \(part == .training ? "all samples" : part.rawValue)")
        try Ranks.requireSame(model: model, data: DataListing([("samples", samples)]).fingerprint, compute)
        let answers = try predictions.map { try AnswerFolder($0, pipeline: trained.pipeline, names: samples.names) }
        let network = try compute.makeBackend(T.self).makeModel(trained.file.model, parameters: trained.file.parameters)
        let clock = ContinuousClock()
        let start = clock.now
        let progress = ProgressLine()
        let evaluation = try trained.pipeline.evaluate(
            network, on: samples, batch: trained.batch, over: Ranks.exchange,
            each: { try answers?.write($1, of: $0) },
            progress: { progress.show(fraction: Double($0) / Double(samples.count), "\($0)/\(samples.count)") })
        progress.clear()
        var members = evaluation.json
        members["seconds"] = .number((clock.now - start) / .seconds(1))
        if let confusion, Ranks.isFirst {
            try evaluation.counts.matrix(title: "", classes: trained.pipeline.classes).svg().write(to: confusion)
        }
        try printResult(json ? JSONValue.object(members).serialized() : Self.text(evaluation))
    }

    /// The figures a line each, then the classes.
    private static func text(_ evaluation: Evaluation) -> String {
        var lines = ["samples \(evaluation.samples)"] + evaluation.figures.map { "\($0.name) \(rounded($0.value, 5))" }
        for (index, name) in evaluation.classes.enumerated() where evaluation.classes.count <= 100 {
            let figures = evaluation.counts.figures(of: index)
            func text(_ value: Double?) -> String { value.map { rounded($0, 4) } ?? "-" }
            lines.append(
                "class \(name): count \(figures.count), precision \(text(figures.precision)), recall "
                    + "\(text(figures.recall)), f1 \(text(figures.f1))"
                    + (evaluation.kind == .labelSites ? ", iou \(text(figures.iou))" : ""))
        }
        return lines.joined(separator: "\n")
    }
}

extension DataSet {
    /// The names of all samples.
    var names: [String] { (0..<count).map { name(of: $0) } }
}

import Foundation
import MDLSTM
import MDLSTMImages
import MDLSTMTasks

/// What trainings from several seeds leave: a folder for each, and beside them what is said of all.
struct SequenceFolder {
    private let path: String
    private let kind: SequenceNetwork.Kind
    private let options: CheckpointOptions
    private let folder: OutputFolder
    private let seeds: [UInt64: OutputFolder]

    /// The folders of seeds that an earlier call made and this one does not.
    private let others: [String]

    /// Makes the folders that are not there; those with another training are refused unless a flag says what to do.
    init(
        _ path: String, kind: SequenceNetwork.Kind, seeds: [UInt64], options: CheckpointOptions
    ) throws(MDLSTMError) {
        (self.path, self.kind, self.options) = (path, kind, options)
        let own = Set(seeds.map { Self.name(kind, seed: $0) })
        others = (fileNames(inFolder: path) ?? []).filter { name in
            !own.contains(name) && name.wholeMatch(of: /(grid|stacked)-seed[0-9]+/) != nil
        }.sorted().map { "\(path)/\($0)" }
        if !options.overwrite {
            for other in others { try Self.requireNone(inFolder: other, options) }
        }
        folder = try options.openFolder(path)
        var folders: [UInt64: OutputFolder] = [:]
        for seed in seeds { folders[seed] = try options.openFolder("\(path)/\(Self.name(kind, seed: seed))") }
        self.seeds = folders
    }

    /// What is said of all seeds would be said of some of them alone.
    private static func requireNone(inFolder other: String, _ options: CheckpointOptions) throws(MDLSTMError) {
        let run = EarlierRun(inFolder: other)
        guard options.resume != nil else { return try run.requireNone() }
        guard run.isThere else { return }
        throw MDLSTMError(
            .option,
            "\(other): expected no network besides those that are gone on with, or the report would lose it; take its seed along "
                + "(--seed, --seeds), or, where it is of another --model, move it away or choose another folder with --out"
        )
    }

    /// The folder of a seed.
    func path(seed: UInt64) -> String { "\(path)/\(Self.name(kind, seed: seed))" }

    static func name(_ kind: SequenceNetwork.Kind, seed: UInt64) -> String { "\(kind.rawValue)-seed\(seed)" }

    /// With `--overwrite`, removes what another training left: once all has been done that may fail before.
    func removeEarlier() throws(MDLSTMError) {
        try options.removeEarlier(in: path)
        for folder in seeds.keys.sorted().map(path(seed:)) + others { try options.removeEarlier(in: folder) }
        // Folders in which there is nothing else.
        if options.overwrite { for other in others { rmdir(other) } }
    }

    /// Paths of the files written so far.
    var written: [String] { seeds.keys.sorted().flatMap { seeds[$0]!.written } + folder.written }

    /// Writes metrics.jsonl of a seed, whole: a line for each measurement so far.
    func write<Task: SequenceTask, Element: Scalar>(
        _ measurements: [SequenceMeasurement], of training: SequenceTraining<Task, Element>
    ) throws(MDLSTMError) {
        let lines = measurements.map { measurement in
            let line: JSONValue = [
                "step": .integer(measurement.examples / training.batch), "examples": .integer(measurement.examples),
                "trainLoss": .number(measurement.loss), "whole": .number(measurement.score.whole),
                "symbols": .number(measurement.score.symbols),
            ]
            return line.serialized() + "\n"
        }
        try writeFile(Array(lines.joined().utf8), to: path(seed: training.seed) + "/metrics.jsonl")
    }

    /// Writes model.safetensors and metrics.jsonl of a seed that has ended.
    func write<Task: SequenceTask, Element: Scalar>(
        _ result: SequenceTraining<Task, Element>.Result, of training: SequenceTraining<Task, Element>
    ) throws(MDLSTMError) {
        let folder = seeds[result.seed]!
        let file = ModelFile(model: training.model, parameters: result.parameters, seed: result.seed)
        try folder.write("model.safetensors") { path throws(MDLSTMError) in try file.write(to: path) }
        try folder.write("metrics.jsonl") { _ throws(MDLSTMError) in try write(result.measurements, of: training) }
    }

    /// Writes report.json and curves.svg of all seeds.
    func write<Task: SequenceTask>(_ report: SequenceReport<Task>) throws(MDLSTMError) {
        try folder.write("report.json") { path throws(MDLSTMError) in
            try writeFile(Array((report.json.serialized(indented: true) + "\n").utf8), to: path)
        }
        try folder.write("curves.svg") { path throws(MDLSTMError) in
            try report.curves(title: report.title).svg().write(to: path)
        }
    }
}

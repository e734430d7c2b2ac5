import ArgumentParser
import MDLSTM
import MDLSTMData
import MDLSTMImages
import MDLSTMTasks

/// `mdlstm evaluate` of a model that reads lines.
struct EvaluatedLines<Element: Scalar> {
    let command: EvaluateCommand
    let trained: TrainedLines<Element>

    func run() throws {
        guard command.confusion == nil, command.baseline == nil else {
            throw ValidationError(
                "--confusion is for classes, --baseline for text; confusions of characters are in --json")
        }
        let pipeline = trained.pipeline
        let opened = try openData(
            command.data, command.source, kind: .transcribe, alphabet: pipeline.alphabet)
        let part: DataPart = opened.count(.test) > 0 ? .test : opened.count(.validation) > 0 ? .validation : .training
        let samples: any DataSet<Element> = opened.samples(part)
        printError("judged by: \(part == .training ? "all lines" : part.rawValue)")
        try Ranks.requireSame(
            model: command.model, data: DataListing([("lines", samples)]).fingerprint, command.compute)
        let folder = try command.predictions.map {
            try ReadingFolder($0, overlays: command.decoding.overlay, names: samples.names, areLines: true)
        }
        let overlays = try command.decoding.overlay.flatMap { path in
            folder == nil ? try AnswerNames(path, of: samples.names, ending: "svg", areLines: true) : nil
        }
        let network = try command.compute.makeBackend(Element.self).makeModel(
            trained.file.model, parameters: trained.file.parameters)
        let tuning = command.tune ? try tuned(network, on: samples) : nil
        var decoding = command.decoding
        if let tuning {
            // All ranks have tuned; on devices of other kinds they may have found others.
            decoding.languageWeight = try Ranks.exchange.first(tuning.weight)
            decoding.lengthBonus = try Ranks.exchange.first(tuning.lengthBonus)
        }
        let read = try decoding.reader(trained.decoder, alphabet: pipeline.alphabet)
        let clock = ContinuousClock()
        let start = clock.now
        let progress = ProgressLine()
        let found = try pipeline.evaluate(
            network, on: samples, batch: trained.batch, over: Ranks.exchange, read: read
        ) { number, extents, reading in
            guard folder != nil || overlays != nil else { return }
            let sample = try samples.sample(at: number)
            let line = ReadLine(
                samples.name(of: number), input: sample.input, reading: reading,
                frames: try pipeline.frames(of: extents), alphabet: pipeline.alphabet,
                reference: sample.target.labels.map { pipeline.alphabet.text(of: $0.values.map { Int($0) }) })
            try folder?.write(line, of: number)
            if let overlays { try line.drawing().write(to: overlays.file(of: number)) }
        } progress: {
            progress.show(fraction: Double($0) / Double(samples.count), "\($0)/\(samples.count)")
        }
        progress.clear()
        var members = found.json
        if let tuning {
            members["tuned"] = ["weight": .number(tuning.weight), "lengthBonus": .number(tuning.lengthBonus)]
        }
        members["seconds"] = .number((clock.now - start) / .seconds(1))
        try printResult(command.json ? JSONValue.object(members).serialized() : Self.text(found))
    }

    /// What of the language reads the lines best; of many, that of some spread evenly.
    private func tuned(_ network: any Model<Element>, on samples: any DataSet<Element>) throws -> PriorTuning {
        let (pipeline, most) = (trained.pipeline, 500)
        guard let search = try command.decoding.search(trained.decoder, alphabet: pipeline.alphabet) else {
            throw MDLSTMError(.option, "--tune needs a search with a language model; leave --decoder bestPath out")
        }
        let chosen = DataSubset(of: samples, ExamplePictures.chosen(most, of: samples.count))
        // In the same order both; the readings do not matter yet.
        var (posteriors, references): ([FramePosteriors], [String]) = ([], [])
        _ = try pipeline.evaluate(network, on: chosen, batch: trained.batch) {
            posteriors.append($0)
            return $0.bestPath()
        } each: { number, _, _ in
            let labels = try chosen.target(at: number).labels?.values ?? []
            references.append(pipeline.alphabet.text(of: labels.map { Int($0) }))
        }
        let lines = zip(posteriors, references).map { (posteriors: $0, reference: $1) }
        let progress = ProgressLine()
        let pairs = PriorTuning.weights.count * PriorTuning.bonuses.count
        let tuning = try PriorTuning(on: lines, search: search) { done in
            progress.show(fraction: Double(done) / Double(pairs), "\(done)/\(pairs) pairs of weight and bonus")
        }
        progress.clear()
        printError(
            "tuned on \(counted(lines.count, "line")): --language-weight \(rounded(tuning.weight, 4)) --length-bonus "
                + "\(rounded(tuning.lengthBonus, 4)), cer \(rounded(tuning.characters.rate, 4)) there")
        return tuning
    }

    /// The figures a line each, then what was most often taken for what.
    private static func text(_ found: LineEvaluation) -> String {
        let score = found.score
        func rate(_ name: String, _ counts: EditCounts, _ interval: ClosedRange<Double>?) -> String {
            let range = interval.map { ", 95 % \(rounded($0.lowerBound, 4)) to \(rounded($0.upperBound, 4))" } ?? ""
            return "\(name) \(rounded(counts.rate, 4))\(range), \(counts.errors) of \(counts.length)"
        }
        let characters = score.characters
        var lines = [
            "lines \(score.lines.count)"
                + (found.infeasible > 0 ? ", \(found.infeasible) too short for their text" : ""),
            rate("cer", characters, score.interval(of: \.characters)),
            rate("wer", score.words, score.interval(of: \.words)),
            "substitutions \(characters.substitutions), insertions \(characters.insertions), deletions \(characters.deletions)",
        ]
        if let loss = found.loss { lines.append("loss \(rounded(loss, 4))") }
        func name(_ scalar: Unicode.Scalar?) -> String { scalar.map { "'\(Character($0))'" } ?? "nothing" }
        for (confusion, count) in score.confusions(most: 10) {
            lines.append("\(count) times \(name(confusion.reference)) read as \(name(confusion.reading))")
        }
        return lines.joined(separator: "\n")
    }
}

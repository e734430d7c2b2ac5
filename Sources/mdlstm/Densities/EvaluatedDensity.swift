import ArgumentParser
import MDLSTM
import MDLSTMData
import MDLSTMTasks

/// `mdlstm evaluate` of a density: bits a pixel of every picture and of all.
struct EvaluatedDensity<Element: Scalar> {
    let command: EvaluateCommand
    let trained: DensityFile<Element>

    func run() throws {
        guard command.confusion == nil, command.predictions == nil else {
            throw ValidationError("--confusion and --predictions are for classes and numbers; the model is a density")
        }
        let request = try command.source.request(
            kind: .density, ignoredLabels: nil, classes: nil, channels: nil)
        guard
            let opened = try OpenedImages(
                command.data, request, color: trained.options.color, least: trained.model.leastExtents)
        else {
            throw MDLSTMError(.data, "\(command.data ?? "the data"): expected pictures, found something else")
        }
        try opened.requireSound()
        let part: DataPart =
            !opened.pictures(.test).isEmpty
            ? .test : !opened.pictures(.validation).isEmpty ? .validation : .training
        printError("judged by: \(part == .training ? "all pictures" : part.rawValue)")
        let samples = DensitySamples<Element>(opened.pictures(part))
        try Ranks.requireSame(
            model: command.model, data: DataListing([("pictures", samples)]).fingerprint, command.compute)
        var rules = DensityEvaluation.Rules()
        (rules.patch, rules.sitesOf, rules.isEnsemble) = (command.patch, command.sitesOf, command.ensemble)
        rules.seed = command.compute.givenSeed ?? trained.options.noiseSeed
        let density = try PictureLikelihood(trained.planes, on: command.compute.makeBackend(Element.self))
        let clock = ContinuousClock()
        let start = clock.now
        let progress = ProgressLine()
        let found = try DensityEvaluation(of: density, on: opened.pictures(part), by: rules, over: Ranks.exchange) {
            progress.show(fraction: $0, "evaluation")
        }
        progress.clear()
        guard found.sites > 0 else {
            throw MDLSTMError(
                .data, "\(command.data ?? "the data"): no site is judged; give larger pictures or patches")
        }
        var members = found.json
        members["seconds"] = .number((clock.now - start) / .seconds(1))
        try printResult(command.json ? JSONValue.object(members).serialized() : Self.lines(found))
    }

    private static func lines(_ found: DensityEvaluation) -> String {
        var lines = found.pictures.map {
            "\($0.name): \(rounded($0.bitsPerPixel, 4)) bits a pixel, \(counted($0.sites, "site"))"
        }
        let perDimension =
            found.dimensions > 1 ? ", bitsPerDimension \(rounded(found.bitsPerDimension, 5))" : ""
        lines.append(
            "bitsPerPixel \(rounded(found.bitsPerPixel, 5))\(perDimension), \(counted(found.sites, "site"))")
        if let largest = found.largestCell { lines.append("largest cell state \(rounded(largest, 3))") }
        return lines.joined(separator: "\n")
    }
}

public import ArgumentParser
import MDLSTM
import MDLSTMData

extension TaskKind: ExpressibleByArgument {}

/// The flags of every command that reads data sets.
struct DataOptions: ParsableArguments {
    @Option(
        help:
            "What is to be learnt where the data allow for more than one thing: regress, labelSites, classify, nextSymbol, transcribe or density."
    )
    var kind: TaskKind?

    @Option(
        help: ArgumentHelp(
            "A list of samples in the place of DATA: a path a line, TAB, target (a class, a mask, numbers or a text); paths are "
                + "relative to the list.", valueName: "file"))
    var list: String?

    @Flag(help: "Leave samples with a fault out.")
    var skipBad = false

    @Option(
        help: ArgumentHelp(
            "Take at most so many samples, spread evenly over each part; of a text to train with or to be judged by, the first symbols.",
            valueName: "n"))
    var limitSamples: Int?

    func validate() throws {
        if let limitSamples, limitSamples < 1 {
            throw ValidationError("--limit-samples takes a number of at least 1, found \(limitSamples)")
        }
    }

    /// What is asked of the data.
    ///
    /// - Parameters:
    ///   - kind: of the configuration or the model, which the flag must agree with
    ///   - ignoredLabels: those it says; nil where it does not
    ///   - classes: their names, by number; nil where the data name them
    ///   - channels: of pictures; nil for those that they have
    func request(kind: TaskKind?, ignoredLabels: Set<Int>?, classes: [String]?, channels: Int?) throws -> DataRequest {
        if let flag = self.kind, let kind, flag != kind {
            throw MDLSTMError(
                .option, "--kind \(flag.rawValue): the configuration is for \(kind.rawValue); leave the flag out")
        }
        var request = DataRequest()
        (request.kind, request.list) = (self.kind ?? kind, list)
        (request.ignoredLabels, request.classes, request.channels) = (ignoredLabels, classes, channels)
        (request.skipsBad, request.limit) = (skipBad, limitSamples)
        return request
    }
}

/// Opens data, says on stderr in one line what they are, and refuses them with every fault named where there is one.
///
/// - Parameters:
///   - path: a file or a folder; nil with `--list`
///   - kind: of the configuration or the model
///   - ignoredLabels: those that the configuration says; nil where it does not
///   - classes: their names, by number; nil where the data name them
///   - channels: of pictures; nil for those that they have
///   - alphabet: that lines keep to; nil where their texts decide
///   - remark: what the line says besides, of the data: how they are split
/// - Throws: `MDLSTMError` of kind `data` where there is a fault, unless samples with one are left out.
func openData(
    _ path: String?, _ options: DataOptions, kind: TaskKind? = nil, ignoredLabels: Set<Int>? = nil,
    classes: [String]? = nil, channels: Int? = nil, alphabet: Alphabet? = nil,
    remark: (OpenedData) -> String? = { _ in nil }
) throws -> OpenedData {
    var request = try options.request(kind: kind, ignoredLabels: ignoredLabels, classes: classes, channels: channels)
    request.alphabet = alphabet
    let data = try OpenedData(path, request)
    printError("data: " + data.summary + (remark(data).map { "; " + $0 } ?? ""))
    tell(data.faults, by: printError)
    if let failure = data.failure { throw failure }
    return data
}

/// Faults that are told one by one.
private let mostFaultsShown = 20

/// Says the first faults, a line each, and how many more there are.
func tell(_ faults: [DataFault], by say: (String) throws -> Void) rethrows {
    for fault in faults.prefix(mostFaultsShown) { try say("fault: \(fault.message)") }
    let rest = faults.count - mostFaultsShown
    if rest > 0 { try say("and \(counted(rest, "fault")) more") }
}

extension OpenedText {
    /// What faults make of the text; nil where there are none, or the files that have them may be left out.
    var failure: MDLSTMError? { MDLSTMError(faults, skipsBad: skipsBad) }
}

extension OpenedImages {
    /// What faults make of the pictures; nil where there are none, or the files that have them may be left out.
    var failure: MDLSTMError? { MDLSTMError(faults, skipsBad: skipsBad) }
}

extension OpenedData {
    /// What faults make of the data; nil where there are none, or the samples that have them may be left out.
    var failure: MDLSTMError? { MDLSTMError(faults, skipsBad: skipsBad) }
}

extension MDLSTMError {
    /// Nil where there are no faults, or what has them may be left out.
    init?(_ faults: [DataFault], skipsBad: Bool) {
        guard !faults.isEmpty, !(skipsBad && faults.allSatisfy(\.canBeLeftOut)) else { return nil }
        self.init(
            .data,
            "expected data without faults, found \(faults.count); mend them"
                + (faults.allSatisfy(\.canBeLeftOut) ? ", or leave these samples out with --skip-bad" : ""))
    }
}

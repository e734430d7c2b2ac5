import MDLSTM

/// Samples by number, of any precision.
protocol SampleSource: Sendable {
    var count: Int { get }

    /// The name of a sample; no two of a source are alike.
    func name(of index: Int) -> String
    func extents(of index: Int) -> [Int]
    func sample<T: Scalar>(at index: Int, as type: T.Type) throws -> Sample<T>

    /// The target of a sample, without its input where the source can.
    func target<T: Scalar>(at index: Int, as type: T.Type) throws -> TrainingTarget<T>

    /// Where a site's label stands: the file, and the place in it in words.
    func place(ofLabel site: Int, sample: Int) -> (file: String, place: String)
}

extension SampleSource {
    func target<T: Scalar>(at index: Int, as type: T.Type) throws -> TrainingTarget<T> {
        try sample(at: index, as: type).target
    }
}

/// Some samples of a source in one precision.
struct SourceDataSet<Element: Scalar>: DataSet {
    let source: any SampleSource
    let indices: [Int]

    var count: Int { indices.count }
    func name(of index: Int) -> String { source.name(of: indices[index]) }
    func extents(of index: Int) -> [Int] { source.extents(of: indices[index]) }

    func sample(at index: Int) throws -> Sample<Element> {
        try source.sample(at: indices[index], as: Element.self)
    }

    func target(at index: Int) throws -> TrainingTarget<Element> {
        try source.target(at: indices[index], as: Element.self)
    }
}

/// A source without samples, in the place of one whose files cannot be read.
struct NoSamples: SampleSource {
    var count: Int { 0 }
    func name(of index: Int) -> String { preconditionFailure("there are no samples") }
    func extents(of index: Int) -> [Int] { preconditionFailure("there are no samples") }
    func sample<T: Scalar>(at index: Int, as type: T.Type) throws -> Sample<T> {
        preconditionFailure("there are no samples")
    }
    func place(ofLabel site: Int, sample: Int) -> (file: String, place: String) {
        preconditionFailure("there are no samples")
    }
}

/// A source whose samples have been looked at.
struct CheckedSource: Sendable {
    let source: any SampleSource

    /// The samples that were.
    let indices: [Int]

    /// Of each of them.
    var checks: [SampleCheck]

    /// What is wrong with files that are no samples.
    var faults: [DataFault] = []
}

extension String {
    /// Without these characters at its ends.
    func trimmed(_ characters: String) -> String {
        var text = self[...]
        while let first = text.first, characters.contains(first) { text.removeFirst() }
        while let last = text.last, characters.contains(last) { text.removeLast() }
        return String(text)
    }
}

/// At most `limit` of the numbers below `count`, spread evenly.
func evenly(_ count: Int, limit: Int?) -> [Int] {
    guard let limit, limit < count else { return Array(0..<count) }
    return (0..<limit).map { $0 * count / limit }
}

/// What was seen of one sample.
struct SampleCheck: Sendable {
    var faults: [DataFault] = []

    /// The labels it has, in order.
    var labels: [LabelCount] = []
}

/// How often a label occurs in a sample, and the first site that has it.
struct LabelCount: Sendable {
    let label: Int
    let count: Int
    let first: Int

    /// The counts of all labels that occur.
    static func all(in labels: some Sequence<Int>) -> [LabelCount] {
        var found: [Int: (count: Int, first: Int)] = [:]
        var (last, run, start) = (0, 0, 0)
        func close() { if run > 0 { found[last, default: (0, start)].count += run } }
        for (site, label) in labels.enumerated() {
            if label != last || run == 0 {
                close()
                (last, run, start) = (label, 0, site)
            }
            run += 1
        }
        close()
        return found.sorted { $0.key < $1.key }.map { LabelCount(label: $0, count: $1.count, first: $1.first) }
    }
}

/// How well lines were read: error rates of characters and words, with what was taken for what.
///
/// The character error rate is the sum of the edit distances by the sum of the references' lengths, not a mean over lines, and
/// that of words the same over what stands between white space. A character is a unicode scalar; texts come in NFC.
public struct TranscriptionScore: Sendable {
    /// Of one line.
    public struct Line: Sendable, Equatable {
        public let characters: EditCounts, words: EditCounts
    }

    /// A character read as another, or lost, or read where none was.
    public struct Confusion: Sendable, Hashable {
        /// The character of the reference, nil where none was.
        public let reference: Unicode.Scalar?
        /// The character that was read, nil where none was.
        public let reading: Unicode.Scalar?
    }

    /// In the order they came in.
    public private(set) var lines: [Line] = []

    /// Sums over all lines.
    public private(set) var characters = EditCounts(), words = EditCounts()

    private var confusions: [Confusion: Int] = [:]

    public init() {}

    /// Adds a line.
    public mutating func add(reference: String, reading: String) {
        let alignment = EditAlignment(
            reference: Array(reference.unicodeScalars), reading: Array(reading.unicodeScalars))
        let words = EditAlignment(reference: reference.words, reading: reading.words).counts
        lines.append(Line(characters: alignment.counts, words: words))
        characters += alignment.counts
        self.words += words
        for step in alignment.steps {
            switch step {
            case .match: break
            case .substitution(let reference, let reading):
                confusions[Confusion(reference: reference, reading: reading), default: 0] += 1
            case .deletion(let lost): confusions[Confusion(reference: lost, reading: nil), default: 0] += 1
            case .insertion(let added): confusions[Confusion(reference: nil, reading: added), default: 0] += 1
            }
        }
    }

    /// The most frequent confusions, most frequent first; of equals by the reference's scalar, then the reading's, none before
    /// all others.
    public func confusions(most count: Int) -> [(confusion: Confusion, count: Int)] {
        func key(_ scalar: Unicode.Scalar?) -> Int { scalar.map { Int($0.value) } ?? -1 }
        let sorted = confusions.sorted {
            ($1.value, key($0.key.reference), key($0.key.reading))
                < ($0.value, key($1.key.reference), key($1.key.reading))
        }
        return sorted.prefix(count).map { ($0.key, $0.value) }
    }

    /// The interval that holds a rate of 95 of 100 sets of as many lines, drawn with replacement from these (the percentiles of
    /// Efron's bootstrap).
    ///
    /// It tells of the choice of lines alone. Lines of one page are alike, so that it is narrower than one over pages.
    ///
    /// - Parameters:
    ///   - counts: `\.characters` or `\.words`; equal draws are made for both
    ///   - draws: 40 or more
    ///   - seed: of the draws
    /// - Returns: nil without lines
    public func interval(
        of counts: KeyPath<Line, EditCounts>, draws: Int = 1000, seed: UInt64 = 1
    ) -> ClosedRange<Double>? {
        precondition(draws >= 40, "2.5 of 100 need 40 draws, not \(draws)")
        guard !lines.isEmpty else { return nil }
        let all = lines.map { $0[keyPath: counts] }
        let rates = (0..<draws).map { draw in
            let stream = RandomStream(seed: seed, step: UInt32(draw), stream: RandomStreams.resampling)
            var sum = EditCounts()
            for place in all.indices { sum += all[stream.index(below: all.count, element: place)] }
            return sum.rate
        }.sorted()
        let tail = draws / 40
        return rates[tail - 1]...rates[draws - tail]
    }
}

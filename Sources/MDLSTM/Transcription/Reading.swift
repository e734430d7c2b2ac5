internal import RealModule

/// What was read of one line: its symbols, how sure each is, and which frames it takes.
public struct Reading: Sendable, Equatable {
    public struct Symbol: Sendable, Equatable {
        /// The class.
        public let label: Int

        /// The frames that emit it: one at least, none of another symbol's. Multiplied by the network's sub-sampling along
        /// the width they are columns of the picture.
        public let frames: Range<Int>

        /// The mean over these frames of the posterior probability of the class, 0 to 1.
        public let confidence: Double
    }

    public let symbols: [Symbol]

    /// The mean of the symbols' confidences; of an empty reading the mean posterior of the blank, and 0 without frames.
    public let confidence: Double

    /// The log probability of the text given the frames, over all paths, in nats.
    public let logProbability: Double

    /// What the reading was chosen by: ``logProbability``, and what the search adds for language, length and words. Of a best
    /// path it is the log probability of that path alone.
    public let score: Double

    /// The classes of the symbols.
    public var labels: [Int] { symbols.map(\.label) }

    /// The frames of each symbol with its share of the blanks beside it: what lies between two symbols is halved, so that
    /// boxes meet; a middle frame goes to the later one. Nothing is added before the first symbol and behind the last.
    public var extents: [Range<Int>] {
        symbols.indices.map { index in
            func middle(_ index: Int) -> Int {
                (symbols[index].frames.upperBound + symbols[index + 1].frames.lowerBound) / 2
            }
            let own = symbols[index].frames
            let first = index > 0 ? middle(index - 1) : own.lowerBound
            return first..<(index + 1 < symbols.count ? middle(index) : own.upperBound)
        }
    }

    /// The reading of chosen labels.
    ///
    /// - Parameters:
    ///   - frames: those of each label; ``FramePosteriors/alignment(of:blank:)`` unless they are given
    ///   - score: what is to be added to the log probability
    init(
        _ labels: [Int], frames: [Range<Int>]? = nil, of posteriors: FramePosteriors, blank: Int,
        score: (_ logProbability: Double) -> Double
    ) {
        let ranges = frames ?? posteriors.alignment(of: labels, blank: blank)!
        func mean(_ label: Int, _ range: Range<Int>) -> Double {
            range.reduce(0) { $0 + .exp(posteriors[$1, label]) } / Double(max(1, range.count))
        }
        symbols = zip(labels, ranges).map { Symbol(label: $0, frames: $1, confidence: mean($0, $1)) }
        confidence =
            symbols.isEmpty
            ? mean(blank, 0..<posteriors.frames)
            : symbols.reduce(0) { $0 + $1.confidence } / Double(symbols.count)
        logProbability = posteriors.logProbability(of: labels, blank: blank)
        self.score = score(logProbability)
    }
}

extension FramePosteriors {
    /// Reads the line by its best path: the best class of every frame, of equals the first; runs of a class are one symbol,
    /// and blanks are left out.
    ///
    /// - Parameter blank: the class that stands for no symbol
    public func bestPath(blank: Int = 0) -> Reading {
        precondition((0..<classes).contains(blank), "the blank \(blank) is no class of \(classes)")
        var labels: [Int] = [], ranges: [Range<Int>] = []
        var (previous, score) = (blank, 0.0)
        for frame in 0..<frames {
            let best = best(frame)
            score += self[frame, best]
            if best != blank {
                if best == previous {
                    ranges[ranges.count - 1] = ranges[ranges.count - 1].lowerBound..<frame + 1
                } else {
                    labels.append(best)
                    ranges.append(frame..<frame + 1)
                }
            }
            previous = best
        }
        return Reading(labels, frames: ranges, of: self, blank: blank) { _ in score }
    }
}

extension Alphabet {
    /// The text of classes; U+FFFD for the class 0.
    public func text(of labels: some Sequence<Int>) -> String {
        String(decoding: labels.flatMap { bytes(of: $0) }, as: UTF8.self)
    }
}

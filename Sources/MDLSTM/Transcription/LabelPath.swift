// What is known of a text once it is chosen: how probable the frames make it, and which frames are whose.
// The definitions are those of Graves et al., "Connectionist temporal classification" (2006), section 4.1.
extension FramePosteriors {
    /// The log probability of a text: the sum over all paths that are read as it.
    ///
    /// - Parameters:
    ///   - labels: classes but the blank, each below C
    ///   - blank: the class that stands for no symbol
    /// - Returns: nats; minus infinity where there are fewer frames than the text needs
    public func logProbability(of labels: [Int], blank: Int = 0) -> Double {
        check(labels, blank: blank)
        guard frames > 0 else { return labels.isEmpty ? 0 : -.infinity }
        let states = 2 * labels.count + 1
        func symbol(_ state: Int) -> Int { state.isMultiple(of: 2) ? blank : labels[state / 2] }
        var sums = Array(repeating: -Double.infinity, count: states)
        sums[0] = self[0, blank]
        if states > 1 { sums[1] = self[0, labels[0]] }
        for frame in 1..<frames {
            // From the last state down, so that those before it are still of the frame before.
            for state in (0..<states).reversed() {
                var sum = sums[state]
                if state > 0 { sum = logSum(sum, sums[state - 1]) }
                if canSkip(to: state, labels) { sum = logSum(sum, sums[state - 2]) }
                sums[state] = sum + self[frame, symbol(state)]
            }
        }
        return states > 1 ? logSum(sums[states - 1], sums[states - 2]) : sums[0]
    }

    /// The frames of each symbol of a text on its most probable path (Viterbi); those between two symbols are the blank's.
    ///
    /// Of paths of equal probability it is one that is later in each state. No frames are empty, and they do not overlap.
    ///
    /// - Returns: nil where no path is read as the text: fewer frames than it needs, or only paths of probability 0
    public func alignment(of labels: [Int], blank: Int = 0) -> [Range<Int>]? {
        check(labels, blank: blank)
        guard frames > 0 else { return labels.isEmpty ? [] : nil }
        let states = 2 * labels.count + 1
        var best = Array(repeating: -Double.infinity, count: states)
        best[0] = self[0, blank]
        if states > 1 { best[1] = self[0, labels[0]] }
        // How many states back each came from, [T, states].
        var steps = Array(repeating: UInt8(0), count: frames * states)
        for frame in 1..<frames {
            for state in (0..<states).reversed() {
                var (most, step): (Double, UInt8) = (best[state], 0)
                if state > 0, best[state - 1] > most { (most, step) = (best[state - 1], 1) }
                if canSkip(to: state, labels), best[state - 2] > most { (most, step) = (best[state - 2], 2) }
                best[state] = most + self[frame, state.isMultiple(of: 2) ? blank : labels[state / 2]]
                steps[frame * states + state] = step
            }
        }
        var state = states > 1 && best[states - 2] > best[states - 1] ? states - 2 : states - 1
        guard best[state] > -.infinity else { return nil }
        var ranges = Array(repeating: 0..<0, count: labels.count)
        for frame in (0..<frames).reversed() {
            if !state.isMultiple(of: 2) {
                let range = ranges[state / 2]
                ranges[state / 2] = frame..<(range.isEmpty ? frame + 1 : range.upperBound)
            }
            state -= Int(steps[frame * states + state])
        }
        return ranges
    }

    /// Whether a path may pass over the blank before a state: between two different symbols.
    @inline(__always) private func canSkip(to state: Int, _ labels: [Int]) -> Bool {
        state > 2 && !state.isMultiple(of: 2) && labels[state / 2] != labels[state / 2 - 1]
    }

    private func check(_ labels: [Int], blank: Int) {
        precondition((0..<classes).contains(blank), "the blank \(blank) is no class of \(classes)")
        precondition(
            labels.allSatisfy { (0..<classes).contains($0) && $0 != blank },
            "labels are classes below \(classes) and not the blank, \(blank)")
    }
}

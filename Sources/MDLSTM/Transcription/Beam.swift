/// A prefix beam search on its way through the frames of a line.
struct Beam {
    /// A prefix that was in the beam once: a node of the tree of prefixes.
    private struct Node {
        let parent: Int32, label: Int32
        /// Its first child, and the next child of its parent; 0, the root, where there is none.
        var child: Int32 = 0, sibling: Int32 = 0
        /// Where it is in the beam, if it is in it.
        var slot: Int32 = 0
        let prior: PriorState
    }

    /// A prefix of the beam with the log probabilities of its paths, ending in the blank and in its last symbol.
    private struct Entry {
        let node: Int32
        var blank: Double, symbol: Double
        var total: Double { logSum(blank, symbol) }
    }

    /// One that may come into the next beam: a prefix that stays (label -1), or one with one more symbol.
    private struct Candidate {
        let slot: Int32, label: Int32
        let score: Double
        let blank: Double, symbol: Double

        func isBetter(than other: Candidate) -> Bool {
            score != other.score
                ? score > other.score : (slot, label) < (other.slot, other.label)
        }
    }

    private let width: Int, blank: Int
    private var prior: PriorSearch
    private var nodes: [Node]
    private var entries: [Entry]
    private var candidates: [Candidate] = []

    /// Of each class the entry whose extension by it is in the beam already, as the last one looked at.
    private var isPresent: [Int32] = []

    init(_ search: BeamSearch) {
        (width, blank) = (search.width, search.blank)
        prior = PriorSearch(search.prior)
        nodes = [Node(parent: -1, label: -1, prior: prior.start())]
        entries = [Entry(node: 0, blank: 0, symbol: -.infinity)]
    }

    /// Goes on by a frame.
    mutating func advance(_ posteriors: FramePosteriors, _ frame: Int) {
        candidates.removeAll(keepingCapacity: true)
        let children = stay(posteriors, frame)
        extend(posteriors, frame, children: children)
        entries = candidates.map { candidate in
            let parent = entries[Int(candidate.slot)].node
            let node = candidate.label < 0 ? parent : child(of: parent, candidate.label)
            return Entry(node: node, blank: candidate.blank, symbol: candidate.symbol)
        }
        for slot in entries.indices { nodes[Int(entries[slot].node)].slot = Int32(slot) }
    }

    /// Offers every prefix as it is, with the paths that come to it from the one before its last symbol.
    ///
    /// Returns for each entry those whose prefix is one symbol longer.
    private mutating func stay(_ posteriors: FramePosteriors, _ frame: Int) -> [[Int32]] {
        var children: [[Int32]] = Array(repeating: [], count: entries.count)
        for slot in entries.indices {
            let entry = entries[slot]
            let node = nodes[Int(entry.node)]
            var symbol = -Double.infinity
            if node.parent >= 0 {
                symbol = entry.symbol
                let parent = nodes[Int(node.parent)]
                if Int(parent.slot) < entries.count, entries[Int(parent.slot)].node == node.parent {
                    let before = entries[Int(parent.slot)]
                    symbol = logSum(symbol, parent.label == node.label ? before.blank : before.total)
                    children[Int(parent.slot)].append(node.label)
                }
                symbol += posteriors[frame, Int(node.label)]
            }
            let blank = entry.total + posteriors[frame, blank]
            offer(
                Candidate(
                    slot: Int32(slot), label: -1, score: logSum(blank, symbol) + node.prior.sum, blank: blank,
                    symbol: symbol))
        }
        return children
    }

    /// Offers every prefix with one more symbol. Classes that cannot come into the beam, for all that they could still gain,
    /// are not looked at.
    private mutating func extend(_ posteriors: FramePosteriors, _ frame: Int, children: [[Int32]]) {
        let most = entries.reduce(-.infinity) { max($0, $1.total + nodes[Int($1.node)].prior.sum) } + prior.most
        let classes = (0..<posteriors.classes).filter {
            $0 != blank && most + posteriors[frame, $0] >= least
        }.sorted { posteriors[frame, $0] > posteriors[frame, $1] }
        isPresent = Array(repeating: -1, count: posteriors.classes)
        for slot in entries.indices {
            let entry = entries[slot]
            let node = nodes[Int(entry.node)]
            let total = entry.total
            for label in children[slot] { isPresent[Int(label)] = Int32(slot) }
            for label in classes {
                let own = posteriors[frame, label]
                if total + node.prior.sum + prior.most + own < least { break }
                if isPresent[label] == slot { continue }
                let symbol = (label == node.label ? entry.blank : total) + own
                var score = symbol + node.prior.sum + prior.gain(node.prior, label)
                guard score >= least, score > -.infinity else { continue }
                score -= prior.cost(node.prior, label)
                offer(
                    Candidate(
                        slot: Int32(slot), label: Int32(label), score: score, blank: -.infinity, symbol: symbol))
            }
        }
    }

    /// The score that is needed to come into the beam; more where another was better at equal score.
    private var least: Double { candidates.count < width ? -.infinity : candidates[candidates.count - 1].score }

    /// Keeps a candidate if it is among the best, in their order.
    private mutating func offer(_ candidate: Candidate) {
        guard candidate.score > -.infinity else { return }
        if candidates.count == width {
            guard candidate.isBetter(than: candidates[width - 1]) else { return }
            candidates.removeLast()
        }
        let place = candidates.indices.firstSorted { candidate.isBetter(than: candidates[$0]) }
        candidates.insert(candidate, at: place)
    }

    /// The node of a prefix with one more symbol, the one it had where it was in a beam before.
    private mutating func child(of parent: Int32, _ label: Int32) -> Int32 {
        var place = nodes[Int(parent)].child
        while place > 0 {
            if nodes[Int(place)].label == label { return place }
            place = nodes[Int(place)].sibling
        }
        let made = Int32(nodes.count)
        var node = Node(parent: parent, label: label, prior: prior.next(nodes[Int(parent)].prior, Int(label)))
        node.sibling = nodes[Int(parent)].child
        nodes.append(node)
        nodes[Int(parent)].child = made
        return made
    }

    /// The labels of the best prefixes as whole lines, best first, and what the prior adds to each.
    func best(_ count: Int) -> [(labels: [Int], prior: Double)] {
        let ends = entries.indices.map { slot in
            let node = nodes[Int(entries[slot].node)]
            return (slot: slot, prior: node.prior.sum + prior.end(node.prior))
        }
        let sorted = ends.sorted {
            (entries[$0.slot].total + $0.prior, $1.slot) > (entries[$1.slot].total + $1.prior, $0.slot)
        }
        return sorted.prefix(max(1, count)).map { end in
            var labels: [Int] = []
            var node = nodes[Int(entries[end.slot].node)]
            while node.parent >= 0 {
                labels.append(Int(node.label))
                node = nodes[Int(node.parent)]
            }
            return (labels.reversed(), end.prior)
        }
    }
}

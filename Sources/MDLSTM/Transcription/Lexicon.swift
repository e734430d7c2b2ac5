/// The words that lines are made of.
///
/// A word is a run of letters and marks on them; spaces, digits, apostrophes, hyphens and all other symbols stand between
/// words and are free: of `l'été 1917` the words are `l` and `été`. A word of the lexicon is one too with a capital first
/// letter or in capitals; letters without a capital of one scalar, such as ß, stay as they are.
public struct Lexicon: Sendable, Equatable {
    /// Words in the order of their scalars, one after the other.
    private let letters: [UInt32]

    /// Where each begins, and the end of the last.
    private let starts: [Int]

    /// Words, with those in capitals.
    public var count: Int { starts.count - 1 }

    /// All words of a text, or of a list of words: a file with one in each line.
    ///
    /// - Parameter text: in NFC
    /// - Throws: ``MDLSTMError`` of kind `data` when there is none.
    public init(wordsOf text: String) throws(MDLSTMError) {
        var words: Set<[UInt32]> = []
        for word in text.letterRuns where words.insert(word).inserted {
            let capitals = word.map(Self.capital)
            words.insert([capitals[0]] + word.dropFirst())
            words.insert(capitals)
        }
        guard !words.isEmpty else {
            throw MDLSTMError(.data, "the lexicon has no words; give a text, or a file with a word in each line")
        }
        var letters: [UInt32] = [], starts = [0]
        for word in words.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            letters += word
            starts.append(letters.count)
        }
        (self.letters, self.starts) = (letters, starts)
    }

    private static func capital(_ letter: UInt32) -> UInt32 {
        guard let scalar = Unicode.Scalar(letter) else { return letter }
        let capital = scalar.properties.uppercaseMapping.unicodeScalars
        return capital.count == 1 ? capital.first!.value : letter
    }

    /// Whether a word is in the lexicon.
    public func contains(_ word: String) -> Bool {
        var state = start
        for scalar in word.unicodeScalars {
            guard scalar.isOfWord, case .inside(let next) = step(state, scalar.value, isOfWord: true) else {
                return false
            }
            state = next
        }
        return state.depth > 0 && isWord(state)
    }
}

// The tree of words is that of the sorted list: a node is the range of the words that begin alike.
extension Lexicon {
    /// How far a line has come in a word.
    struct State: Equatable {
        /// The words that begin as this one does; none of a word that is in no lexicon.
        var first: Int32, end: Int32
        /// Letters of the word so far.
        var depth: Int32
    }

    enum Step {
        /// On in a word, or between words.
        case inside(State)
        /// The first letter that no word has there, or the end of what is no whole word.
        case leaving(State)
    }

    /// Between words.
    var start: State { State(first: 0, end: Int32(count), depth: 0) }

    /// What a symbol makes of a state. A word is left once: the rest of it is free.
    func step(_ state: State, _ symbol: UInt32, isOfWord: Bool) -> Step {
        guard isOfWord else { return isWhole(state) ? .inside(start) : .leaving(start) }
        let depth = Int(state.depth)
        var next = State(first: 0, end: 0, depth: state.depth + 1)
        if state.first == state.end { return .inside(next) }
        let range = Int(state.first)..<Int(state.end)
        // A word that ends here is before all others, as if its next letter were less than any.
        func letter(_ word: Int) -> UInt32? {
            starts[word] + depth < starts[word + 1] ? letters[starts[word] + depth] : nil
        }
        let first = range.firstSorted { letter($0).map { $0 >= symbol } ?? false }
        let end = (first..<range.upperBound).firstSorted { letter($0).map { $0 > symbol } ?? false }
        guard first < end else { return .leaving(next) }
        (next.first, next.end) = (Int32(first), Int32(end))
        return .inside(next)
    }

    /// Whether a word may end here: it is one, or was left before, or there is none.
    func isWhole(_ state: State) -> Bool { state.depth == 0 || state.first == state.end || isWord(state) }

    private func isWord(_ state: State) -> Bool {
        let word = Int(state.first)
        return word < Int(state.end) && starts[word + 1] - starts[word] == Int(state.depth)
    }
}

/// What is known of the texts of lines before a line is seen: their language, their length, their words.
///
/// A beam search adds to the log probability of a text
///
///     weight * log P(text) + lengthBonus * symbols - unknownWordPenalty * (words in no lexicon)
///
/// P by the language model, the end of the line included where the model knows of ends.
public struct TextPrior: Sendable, Equatable {
    /// The recogniser's: class 0 is the blank, symbol i is class i + 1.
    public var alphabet: Alphabet

    public var language: CharacterModel?

    /// What the language model counts, 0 or more.
    public var weight: Double

    /// Nats for every symbol: more makes texts longer, which a language model makes shorter.
    public var lengthBonus: Double

    public var lexicon: Lexicon?

    /// Nats that a word costs which is not in the lexicon, 0 or more and finite: such words are read where the line speaks for
    /// them that much, and a line without words of the lexicon is read all the same.
    public var unknownWordPenalty: Double

    public init(
        alphabet: Alphabet, language: CharacterModel? = nil, weight: Double = 0.5, lengthBonus: Double = 0,
        lexicon: Lexicon? = nil, unknownWordPenalty: Double = 4
    ) {
        (self.alphabet, self.language, self.weight, self.lengthBonus) = (alphabet, language, weight, lengthBonus)
        (self.lexicon, self.unknownWordPenalty) = (lexicon, unknownWordPenalty)
    }

    /// - Throws: ``MDLSTMError`` of kind `option` for numbers out of range, of kind `data` for an alphabet of bytes with
    ///   knowledge of characters.
    func check() throws(MDLSTMError) {
        guard weight >= 0, weight.isFinite, lengthBonus.isFinite else {
            throw MDLSTMError(
                .option,
                "the weight of the language must be 0 or more and the length bonus a number, found \(weight) and \(lengthBonus)"
            )
        }
        guard unknownWordPenalty >= 0, unknownWordPenalty.isFinite else {
            throw MDLSTMError(
                .option,
                "what a word costs that is in no lexicon must be 0 or more and finite, found \(unknownWordPenalty)")
        }
        guard alphabet.unit == .characters || (language == nil && lexicon == nil) else {
            throw MDLSTMError(
                .data, "language models and lexicons are of characters; the alphabet is one of bytes: leave them out")
        }
    }
}

/// What a prior says of a prefix, and what one more symbol adds.
struct PriorState {
    /// Nats, for the symbols so far.
    var sum = 0.0

    /// What the language model is asked after.
    var context: UInt128 = 0
    var row = 0

    /// How far the prefix is in a word.
    var word = Lexicon.State(first: 0, end: 0, depth: 0)
}

/// A prior at work on a line.
struct PriorSearch {
    private let prior: TextPrior?
    private var rows: LanguageRows?
    private let isOfWord: [Bool]

    init(_ prior: TextPrior?) {
        self.prior = prior
        // What counts nothing is not asked.
        if let prior, prior.weight > 0 { rows = prior.language.map { LanguageRows($0, alphabet: prior.alphabet) } }
        isOfWord =
            prior?.lexicon == nil
            ? [] : [false] + (prior?.alphabet.symbols.map { Unicode.Scalar($0)?.isOfWord ?? false } ?? [])
    }

    /// The state before a line.
    mutating func start() -> PriorState {
        var state = PriorState()
        if let context = rows?.firstContext {
            state.context = context
            state.row = rows!.row(context)
        }
        if let lexicon = prior?.lexicon { state.word = lexicon.start }
        return state
    }

    /// The most that a symbol can add.
    var most: Double { prior?.lengthBonus ?? 0 }

    /// What a symbol adds, without what it costs to leave the lexicon.
    @inline(__always) func gain(_ state: PriorState, _ label: Int) -> Double {
        guard let prior else { return 0 }
        guard let rows else { return prior.lengthBonus }
        return prior.lengthBonus + prior.weight * rows.log(state.row, label)
    }

    /// What it costs that a symbol leaves the lexicon.
    func cost(_ state: PriorState, _ label: Int) -> Double {
        guard let prior, let lexicon = prior.lexicon else { return 0 }
        let step = lexicon.step(state.word, prior.alphabet.symbols[label - 1], isOfWord: isOfWord[label])
        if case .leaving = step { return prior.unknownWordPenalty }
        return 0
    }

    /// The state behind a symbol.
    mutating func next(_ state: PriorState, _ label: Int) -> PriorState {
        var next = state
        guard let prior else { return next }
        next.sum += gain(state, label) - cost(state, label)
        if rows != nil {
            next.context = rows!.next(state.context, label)
            next.row = rows!.row(next.context)
        }
        if let lexicon = prior.lexicon {
            switch lexicon.step(state.word, prior.alphabet.symbols[label - 1], isOfWord: isOfWord[label]) {
            case .inside(let word), .leaving(let word): next.word = word
            }
        }
        return next
    }

    /// What the end of the line adds.
    func end(_ state: PriorState) -> Double {
        guard let prior else { return 0 }
        let language = rows.map { prior.weight * $0.log(state.row, 0) } ?? 0
        return language - (prior.lexicon?.isWhole(state.word) ?? true ? 0 : prior.unknownWordPenalty)
    }
}

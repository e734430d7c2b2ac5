internal import RealModule

/// How probable a character is after those before it, by counts of a text: what a recogniser of lines knows of the language.
///
/// The probabilities are those of ``ContextCounts`` (Witten and Bell), of contexts of up to `order - 1` characters. A character
/// is a unicode scalar; texts come in NFC, as the recogniser's alphabet does: this module has no tables to normalise with.
public struct CharacterModel: Sendable, Equatable {
    /// Orders there are: the characters of the longest context and the one foretold.
    public static var orders: ClosedRange<Int> { 1...ContextCounts.longest + 1 }

    /// What ends a line in ``alphabet``: U+000A.
    static var lineEnd: UInt32 { 0x0a }

    public let order: Int

    /// The characters of the text, and U+000A where it has line ends.
    public let alphabet: Alphabet

    let counts: ContextCounts

    /// Whether the model foretells where a line ends.
    public var hasLineEnds: Bool { alphabet.symbols.contains(Self.lineEnd) }

    /// The model of texts.
    ///
    /// White space is one space between words, as in the lines that a recogniser learns; lines without a word are none.
    ///
    /// - Parameters:
    ///   - texts: in NFC; whatever ends a line in Unicode does so here
    ///   - order: 1 to 6
    ///   - lineEnds: whether the lines of the texts are lines as they are read, which begin and end where these do. Otherwise,
    ///     as with books whose paragraphs are a line each, line ends are spaces and nothing is known of ends.
    /// - Throws: ``MDLSTMError`` of kind `option` for another order, of kind `data` when the texts have no word.
    public init(of texts: some Sequence<String>, order: Int = 6, lineEnds: Bool = true) throws(MDLSTMError) {
        try Self.check(order: order)
        // A line end before the first line too: what follows it begins a line.
        let separator = lineEnds ? Self.lineEnd : 0x20
        var symbols = [separator]
        for text in texts {
            for line in text.lines {
                symbols += line
                symbols.append(separator)
            }
        }
        guard symbols.count > 1 else {
            throw MDLSTMError(.data, "the text of the language model has no words; give text as it is to be read")
        }
        let alphabet = try Alphabet(.characters, symbols: Set(symbols))
        let classes = Dictionary(uniqueKeysWithValues: zip(alphabet.symbols, 1...))
        var text = SymbolText(classes: alphabet.count)
        text.reserve(symbols.count)
        for symbol in symbols { text.append(UInt32(classes[symbol]!)) }
        self.init(order: order, alphabet: alphabet, counts: ContextCounts(of: text, longest: order - 1))
    }

    init(order: Int, alphabet: Alphabet, counts: ContextCounts) {
        (self.order, self.alphabet, self.counts) = (order, alphabet, counts)
    }

    static func check(order: Int) throws(MDLSTMError) {
        guard orders.contains(order) else {
            throw MDLSTMError(
                .option,
                "the order of a language model must be from \(orders.lowerBound) to \(orders.upperBound), found \(order)"
            )
        }
    }

    /// The log probability, in nats, of a character after the beginning of a line.
    ///
    /// Over all characters of the text, its line end and one unknown character the probabilities sum to 1.
    ///
    /// - Parameters:
    ///   - character: nil for the end of the line; one that the text does not have is the unknown one. Where the model has no
    ///     line ends their log probability is 0: ends cost nothing.
    ///   - line: the characters of the line so far; its beginning counts as context too
    public func logProbability(of character: Unicode.Scalar?, after line: String) -> Double {
        if character == nil, !hasLineEnds { return 0 }
        let symbol = symbolClass(character?.value ?? Self.lineEnd)
        let key = line.unicodeScalars.reduce(firstContext) { next($0, symbolClass($1.value)) }
        var share = 1 / Double(counts.classes)
        let length = self.length(of: key)
        for context in 0...length {
            let followers = counts.followers(of: suffix(key, context), length: context)
            guard !followers.isEmpty else { break }
            let (own, all) = followers.reduce(into: (0, 0)) { sums, entry in
                if symbolClass(of: entry) == symbol { sums.0 = entry.count }
                sums.1 += entry.count
            }
            share = (Double(own) + Double(followers.count) * share) / Double(all + followers.count)
        }
        return .log(share)
    }
}

// Contexts as keys of the counts: each symbol's class plus 1, the last in the lowest bits.
extension CharacterModel {
    /// The context of a line's first character: the end of the line before, or a space.
    var firstContext: UInt128 { next(0, symbolClass(hasLineEnds ? Self.lineEnd : 0x20)) }

    /// The context that a character makes of one.
    func next(_ context: UInt128, _ symbol: Int) -> UInt128 {
        suffix(context << UInt128(counts.bits) | UInt128(symbol + 1), order - 1)
    }

    /// The last characters of a context.
    func suffix(_ context: UInt128, _ length: Int) -> UInt128 {
        context & ((1 << UInt128(length * counts.bits)) - 1)
    }

    /// Characters of a context.
    func length(of context: UInt128) -> Int {
        (UInt128.bitWidth - context.leadingZeroBitCount + counts.bits - 1) / counts.bits
    }

    /// The class of a character; 0 for one that the text does not have.
    func symbolClass(_ character: UInt32) -> Int {
        let symbols = alphabet.symbols
        let place = symbols.indices.firstSorted { symbols[$0] >= character }
        return place < alphabet.symbols.count && alphabet.symbols[place] == character ? place + 1 : 0
    }

    /// The class of what follows in an entry.
    func symbolClass(of entry: ContextCounts.Entry) -> Int {
        Int(truncatingIfNeeded: entry.key & ((1 << UInt128(counts.bits)) - 1)) - 1
    }
}

internal import RealModule

/// Log probabilities of all classes of a recogniser after the contexts that a search comes to, each made once.
///
/// The row of a context is that of the context without its first symbol, mixed with what was counted: one look-up for each
/// symbol of it, and none where the context came up before. Classes that the text of the model does not have share the
/// probability of its unknown character.
struct LanguageRows {
    private let model: CharacterModel

    /// Classes of the recogniser, C.
    private let classes: Int

    /// The model's class of each of the recogniser's, and the other way round; 0 where there is none.
    private let symbols: [Int], labels: [Int]

    /// `[n, C]`, in the place of the blank that of the line's end: probabilities, and their logarithms.
    private var shares: [Double], logs: [Double]

    private var places: [UInt128: Int] = [:]

    init(_ model: CharacterModel, alphabet: Alphabet) {
        self.model = model
        classes = alphabet.count
        symbols = [model.symbolClass(CharacterModel.lineEnd)] + alphabet.symbols.map { model.symbolClass($0) }
        var labels = Array(repeating: 0, count: model.alphabet.count)
        // A line end among the recogniser's own symbols would be no end.
        for label in 1..<symbols.count { labels[symbols[label]] = label }
        if model.hasLineEnds { labels[symbols[0]] = 0 }
        self.labels = labels
        let unknown = symbols.dropFirst().count { $0 == 0 }
        let equal = 1 / Double(model.alphabet.count)
        let none = symbols.map { $0 == 0 ? equal / Double(max(1, unknown)) : equal }
        (shares, logs) = (none, none)
        shares = mixed(none, with: model.counts.followers(of: 0, length: 0))
        if !model.hasLineEnds { shares[0] = 1 }
        logs = shares.map { .log($0) }
        places[0] = 0
    }

    /// The place of the row after a context.
    mutating func row(_ context: UInt128) -> Int {
        if let place = places[context] { return place }
        let length = model.length(of: context)
        let shorter = row(model.suffix(context, length - 1))
        let followers = model.counts.followers(of: context, length: length)
        var place = shorter
        if !followers.isEmpty {
            var row = mixed(Array(shares[shorter * classes..<(shorter + 1) * classes]), with: followers)
            if !model.hasLineEnds { row[0] = 1 }
            place = shares.count / classes
            shares += row
            logs += row.map { .log($0) }
        }
        places[context] = place
        return place
    }

    /// The log probability of a class in a row; 0 is the end of the line.
    @inline(__always) func log(_ row: Int, _ label: Int) -> Double { logs[row * classes + label] }

    /// The context that a class makes of one.
    func next(_ context: UInt128, _ label: Int) -> UInt128 { model.next(context, symbols[label]) }

    var firstContext: UInt128 { model.firstContext }

    /// Witten and Bell's mixture of what was counted with the probabilities after a shorter context.
    private func mixed(_ row: [Double], with followers: ArraySlice<ContextCounts.Entry>) -> [Double] {
        guard !followers.isEmpty else { return row }
        let all = followers.reduce(0) { $0 + $1.count }
        let different = Double(followers.count)
        let sum = Double(all) + different
        var row = row.map { $0 * different / sum }
        for entry in followers {
            let symbol = model.symbolClass(of: entry)
            let isEnd = model.hasLineEnds && symbol == symbols[0]
            // Symbols that the recogniser does not have are nobody's.
            if labels[symbol] > 0 || isEnd { row[labels[symbol]] += Double(entry.count) / sum }
        }
        return row
    }
}

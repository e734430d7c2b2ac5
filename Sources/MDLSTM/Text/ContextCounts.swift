private import RealModule

/// How often symbols follow one another in a text: what foretells the next symbol without a network.
///
/// Probabilities of Witten and Bell (1991), interpolated from longer to shorter contexts:
///
///     p(w | h) = (n(h w) + t(h) p(w | h')) / (n(h) + t(h))
///
/// n counts, t(h) the different symbols that follow h, h' the context without its first symbol; below no context at all stands
/// the same share for every class. Of contexts that never occurred p is that of h'.
public struct ContextCounts: Sendable, Equatable {
    /// Symbols of the longest context, unless a shorter one is asked for.
    public static var longest: Int { 5 }

    /// Classes of the text's alphabet.
    public let classes: Int

    /// Symbols of the longest context that is counted.
    public let longest: Int

    /// Bits of a symbol in a key: the class plus 1; 0 stands for what is before the text.
    let bits: Int

    /// Of each context length the sorted keys, context above symbol, with how often each occurs.
    private(set) var tables: [[Entry]] = []

    struct Entry: Equatable, Sendable {
        let key: UInt128
        var count: Int
    }

    /// The counts of a text.
    ///
    /// - Parameters:
    ///   - text: whose symbols are counted
    ///   - longest: symbols of the longest context, 0 to 5
    public init(of text: SymbolText, longest: Int = Self.longest) {
        self.init(classes: text.classes, longest: longest)
        let most = mask(of: longest)
        var keys: [UInt128] = []
        keys.reserveCapacity(text.count)
        var key: UInt128 = 0
        for index in 0..<text.count {
            key = (key << UInt128(bits) | UInt128(text[index] + 1)) & most
            keys.append(key)
        }
        keys.sort()
        fill(Self.merged(keys.lazy.map { Entry(key: $0, count: 1) }))
    }

    private init(classes: Int, longest: Int) {
        precondition((0...Self.longest).contains(longest), "contexts have 0 to \(Self.longest) symbols, not \(longest)")
        (self.classes, self.longest) = (classes, longest)
        bits = Int.bitWidth - classes.leadingZeroBitCount
    }

    /// The bits of a context and its symbol.
    func mask(of context: Int) -> UInt128 { (1 << UInt128((context + 1) * bits)) - 1 }

    /// Makes the tables of shorter contexts from that of the longest.
    private mutating func fill(_ entries: [Entry]) {
        tables = [entries]
        for context in (0..<longest).reversed() {
            let mask = mask(of: context)
            let shorter = tables[0].map { Entry(key: $0.key & mask, count: $0.count) }
            tables.insert(Self.merged(shorter.sorted { $0.key < $1.key }), at: 0)
        }
    }

    /// Sorted entries with the counts of equal keys added.
    private static func merged(_ sorted: some Sequence<Entry>) -> [Entry] {
        var merged: [Entry] = []
        for entry in sorted {
            if merged.last?.key == entry.key {
                merged[merged.count - 1].count += entry.count
            } else {
                merged.append(entry)
            }
        }
        return merged
    }

    /// Bits a symbol that the counts need for a text, with 0 to `longest` symbols of context; every symbol but the first is
    /// foretold.
    public func bitsPerSymbol(of text: SymbolText) -> [Double] {
        var sums = Array(repeating: 0.0, count: longest + 1)
        var key: UInt128 = text.count > 0 ? UInt128(text[0] + 1) : 0
        for index in stride(from: 1, to: text.count, by: 1) {
            let symbol = text[index]
            var share = 1 / Double(classes)
            for context in 0...longest {
                let (own, all, different) = found(key & (mask(of: context) >> UInt128(bits)), symbol, context: context)
                if all > 0 {
                    share = (Double(own) + Double(different) * share) / Double(all + different)
                }
                sums[context] -= .log2(share)
            }
            key = (key << UInt128(bits) | UInt128(symbol + 1)) & mask(of: longest)
        }
        return sums.map { $0 / Double(max(1, text.count - 1)) }
    }

    /// How often a symbol follows a context, how often any does, and how many different ones do.
    private func found(_ context: UInt128, _ symbol: Int, context length: Int) -> (own: Int, all: Int, different: Int) {
        let key = context << UInt128(bits) | UInt128(symbol + 1)
        var (own, all, different) = (0, 0, 0)
        for entry in followers(of: context, length: length) {
            all += entry.count
            different += 1
            if entry.key == key { own = entry.count }
        }
        return (own, all, different)
    }

    /// The entries of what follows a context of so many symbols; none where it never occurred.
    func followers(of context: UInt128, length: Int) -> ArraySlice<Entry> {
        let table = tables[length]
        let first = table.firstIndex(from: context << UInt128(bits)) { $0.key }
        var end = first
        while end < table.count, table[end].key >> UInt128(bits) == context { end += 1 }
        return table[first..<end]
    }
}

extension Array {
    /// The first place whose key is at least `least`, in an array sorted by keys.
    fileprivate func firstIndex(from least: UInt128, key: (Element) -> UInt128) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if key(self[middle]) < least { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

// In files: the longest contexts with their symbols, `[n, longest + 1]`, classes plus 1, and their counts, `[n]`.
extension ContextCounts {
    static let symbolsName = "counts.symbols", timesName = "counts.times"
    static let names: Set = [symbolsName, timesName]

    /// Bytes in a file.
    public var byteCount: Int { tables[longest].count * ((longest + 1) * (classes < 0x100 ? 1 : 4) + 4) }

    /// The two tensors of a file.
    package var entries: [(name: String, entry: TensorFile.Entry)] {
        let counted = tables[longest]
        let isNarrow = classes < 0x100
        var symbols: [UInt8] = [], times: [UInt8] = []
        for entry in counted {
            for place in (0...longest).reversed() {
                let symbol = UInt32(truncatingIfNeeded: entry.key >> UInt128(place * bits)) & (1 << UInt32(bits) - 1)
                for byte in 0..<(isNarrow ? 1 : 4) {
                    symbols.append(UInt8(truncatingIfNeeded: symbol >> UInt32(8 * byte)))
                }
            }
            for byte in 0..<4 { times.append(UInt8(truncatingIfNeeded: entry.count >> (8 * byte))) }
        }
        return [
            (
                Self.symbolsName,
                TensorFile.Entry(
                    type: isNarrow ? .uint8 : .uint32, shape: [counted.count, longest + 1], bytes: symbols[...])
            ),
            (Self.timesName, TensorFile.Entry(type: .uint32, shape: [counted.count], bytes: times[...])),
        ]
    }

    /// The counts of a file; nil where it has none.
    ///
    /// - Parameters:
    ///   - classes: of the alphabet
    ///   - longest: symbols of the longest context
    /// - Throws: ``MDLSTMError`` of kind `data` when the tensors are misshapen or out of order.
    package init?(_ file: TensorFile, classes: Int, longest: Int = Self.longest) throws(MDLSTMError) {
        guard let symbols = file[Self.symbolsName], let times = file[Self.timesName] else { return nil }
        self.init(classes: classes, longest: longest)
        let width = longest + 1
        let size = classes < 0x100 ? 1 : 4
        guard symbols.type == (size == 1 ? .uint8 : .uint32), times.type == .uint32, times.shape.count == 1,
            symbols.shape == [times.shape[0], width]
        else {
            throw MDLSTMError(
                .data,
                "\(file.name): the tensors '\(Self.symbolsName)' and '\(Self.timesName)' are misshapen; expected [n, \(width)] and "
                    + "[n]")
        }
        func number(_ bytes: ArraySlice<UInt8>, _ index: Int, _ size: Int) -> UInt32 {
            (0..<size).reduce(0) { $0 | UInt32(bytes[bytes.startIndex + index * size + $1]) << UInt32(8 * $1) }
        }
        var entries: [Entry] = []
        for row in 0..<times.shape[0] {
            var key: UInt128 = 0
            for place in 0..<width {
                let symbol = number(symbols.bytes, row * width + place, size)
                guard symbol <= classes, symbol > 0 || place < longest else { throw isDamaged(file.name) }
                key = key << UInt128(bits) | UInt128(symbol)
            }
            guard entries.last.map({ $0.key < key }) ?? true else { throw isDamaged(file.name) }
            entries.append(Entry(key: key, count: Int(number(times.bytes, row, 4))))
        }
        fill(entries)
    }

    private func isDamaged(_ name: String) -> MDLSTMError {
        MDLSTMError(
            .data,
            "\(name): the tensor '\(Self.symbolsName)' is out of order or has symbols beyond \(classes); train again")
    }
}

/// The symbols that a model of text knows: class 0 stands for every other symbol, then each has a class of its own.
public struct Alphabet: Sendable, Hashable {
    /// What a symbol is.
    public enum Unit: String, CaseIterable, Sendable {
        /// A Unicode scalar of UTF-8.
        case characters
        case bytes

        /// A text without the mark of UTF-8 that some programs put at its beginning, which is no character of it.
        package func withoutMark(_ text: [UInt8]) -> [UInt8] {
            self == .characters && text.starts(with: [0xef, 0xbb, 0xbf]) ? Array(text.dropFirst(3)) : text
        }
    }

    public let unit: Unit

    /// Scalars or bytes, ascending; symbol `i` is class `i + 1`.
    public let symbols: [UInt32]

    /// The class of every symbol that is none of the alphabet's.
    public static var unknown: Int { 0 }

    /// Classes: the symbols and one for all others.
    public var count: Int { symbols.count + 1 }

    /// - Throws: ``MDLSTMError`` of kind `data` when there is none, one is listed twice, or one is none of the unit's.
    public init(_ unit: Unit, symbols: some Sequence<UInt32>) throws(MDLSTMError) {
        let sorted = symbols.sorted()
        guard let last = sorted.last else {
            throw MDLSTMError(.data, "the alphabet is empty; expected at least one symbol")
        }
        if let double = zip(sorted, sorted.dropFirst()).first(where: { $0 == $1 }) {
            throw MDLSTMError(.data, "the alphabet has symbol \(double.0) twice; list each once")
        }
        let most: UInt32 = unit == .bytes ? 0xff : 0x10_ffff
        guard last <= most, !sorted.contains(where: { (0xd800...0xdfff).contains($0) }) else {
            throw MDLSTMError(.data, "the alphabet has symbol \(last); expected \(unit.rawValue), at most \(most)")
        }
        (self.unit, self.symbols) = (unit, sorted)
    }

    /// No symbols, where there is no text.
    package init(noneOf unit: Unit) { (self.unit, symbols) = (unit, []) }

    /// The symbols that occur in texts.
    ///
    /// - Throws: ``MDLSTMError`` of kind `data` where a text is not UTF-8, and when nothing occurs.
    public init(_ unit: Unit, in texts: [[UInt8]]) throws(MDLSTMError) {
        var occurs = Array(repeating: false, count: 0x11_0000)
        for text in texts { try forEachSymbol(of: unit, in: text) { occurs[Int($0)] = true } }
        try self.init(unit, symbols: occurs.indices.lazy.filter { occurs[$0] }.map { UInt32($0) })
    }

    /// The classes of a text's symbols, in order.
    ///
    /// - Throws: ``MDLSTMError`` of kind `data` where the text is not UTF-8 and the unit is characters.
    public func classes(of text: [UInt8]) throws(MDLSTMError) -> SymbolText {
        var table = Array(repeating: UInt32(0), count: unit == .bytes ? 0x100 : 0x11_0000)
        for (index, symbol) in symbols.enumerated() { table[Int(symbol)] = UInt32(index + 1) }
        var found = SymbolText(classes: count)
        found.reserve(text.count)
        try forEachSymbol(of: unit, in: text) { found.append(table[Int($0)]) }
        return found
    }

    /// The bytes of a class in a text; U+FFFD, in bytes `?`, for the class of unknown symbols.
    public func bytes(of index: Int) -> [UInt8] {
        guard symbols.indices.contains(index - 1) else {
            return unit == .bytes ? [UInt8(ascii: "?")] : [0xef, 0xbf, 0xbd]
        }
        let symbol = symbols[index - 1]
        guard unit == .characters, let scalar = Unicode.Scalar(symbol) else {
            return [UInt8(truncatingIfNeeded: symbol)]
        }
        return Array(UTF8.encode(scalar)!)
    }

    /// As it stands in files: a list of strings of one character, or of bytes as numbers.
    public var json: JSONValue {
        .array(
            symbols.map { symbol in
                unit == .bytes ? .integer(Int(symbol)) : .string(Unicode.Scalar(symbol).map { String($0) } ?? "")
            })
    }

    /// - Throws: ``MDLSTMError`` of kind `data` for what is no alphabet.
    public init(_ unit: Unit, json: JSONValue, name: String) throws(MDLSTMError) {
        let symbols = json.arrayValue?.compactMap { value -> UInt32? in
            guard unit == .characters else { return value.intValue.flatMap { UInt32(exactly: $0) } }
            let scalars = value.stringValue?.unicodeScalars
            return scalars?.count == 1 ? scalars?.first?.value : nil
        }
        guard let symbols, symbols.count == json.arrayValue?.count else {
            throw MDLSTMError(
                .data,
                "\(name): 'alphabet' must be a list of "
                    + (unit == .bytes ? "bytes, whole numbers from 0 to 255" : "strings of one character each"))
        }
        do { try self.init(unit, symbols: symbols) } catch {
            throw MDLSTMError(.data, "\(name), 'alphabet': \(error.message)")
        }
    }
}

/// A text as classes of an ``Alphabet``, in as few bytes as they need.
public struct SymbolText: Sendable, Equatable {
    private var narrow: [UInt8] = []
    private var wide: [UInt32] = []
    private let isNarrow: Bool

    /// Classes that there are.
    public let classes: Int

    /// An empty text.
    public init(classes: Int) { (self.classes, isNarrow) = (classes, classes <= 0x100) }

    public var count: Int { isNarrow ? narrow.count : wide.count }

    public subscript(index: Int) -> Int { isNarrow ? Int(narrow[index]) : Int(wide[index]) }

    mutating func reserve(_ count: Int) {
        if isNarrow { narrow.reserveCapacity(count) } else { wide.reserveCapacity(count) }
    }

    public mutating func append(_ index: UInt32) {
        if isNarrow { narrow.append(UInt8(truncatingIfNeeded: index)) } else { wide.append(index) }
    }

    public mutating func append(contentsOf other: SymbolText) {
        precondition(classes == other.classes, "texts of one alphabet")
        narrow += other.narrow
        wide += other.wide
    }

    /// A part of the text.
    public func part(_ range: Range<Int>) -> SymbolText {
        var part = SymbolText(classes: classes)
        if isNarrow { part.narrow = Array(narrow[range]) } else { part.wide = Array(wide[range]) }
        return part
    }

    /// 16 hexadecimal digits that tell this text from others: FNV-1a of 64 bits over the classes.
    public var fingerprint: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func add(_ value: UInt32) { hash = (hash ^ UInt64(value)) &* 0x100_0000_01b3 }
        for value in narrow { add(UInt32(value)) }
        for value in wide { add(value) }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// Calls `body` with every symbol of a text.
///
/// Throws `.data` with the place of the first byte that is not UTF-8, where the unit is characters.
func forEachSymbol(
    of unit: Alphabet.Unit, in text: [UInt8], _ body: (UInt32) -> Void
) throws(MDLSTMError) {
    guard unit == .characters else {
        for byte in text { body(UInt32(byte)) }
        return
    }
    var index = 0
    while index < text.count {
        let first = text[index]
        if first < 0x80 {
            body(UInt32(first))
            index += 1
            continue
        }
        guard let (scalar, length) = wideScalar(in: text, at: index) else {
            throw MDLSTMError(
                .data,
                "expected UTF-8, found byte \(first) at byte \(index), which begins no character; convert it to UTF-8, or learn "
                    + "bytes: \"symbols\": \"bytes\" in the config's task")
        }
        body(scalar)
        index += length
    }
}

/// The scalar of more than one byte that begins at a byte, and its length; nil where there is none (RFC 3629, section 4).
private func wideScalar(in text: [UInt8], at index: Int) -> (scalar: UInt32, length: Int)? {
    let first = UInt32(text[index])
    let (length, least): (Int, UInt32) =
        switch first {
        case 0xc2...0xdf: (2, 0x80)
        case 0xe0...0xef: (3, 0x800)
        case 0xf0...0xf4: (4, 0x1_0000)
        default: (0, 0)
        }
    guard length > 0, index + length <= text.count else { return nil }
    var scalar = first & (0x7f >> UInt32(length))
    for place in (index + 1)..<(index + length) {
        guard text[place] & 0xc0 == 0x80 else { return nil }
        scalar = scalar << 6 | UInt32(text[place] & 0x3f)
    }
    guard scalar >= least, scalar <= 0x10_ffff, !(0xd800...0xdfff).contains(scalar) else { return nil }
    return (scalar, length)
}

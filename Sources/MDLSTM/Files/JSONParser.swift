extension JSONValue {
    /// Parses one JSON text, strictly: no duplicate names, no comments, no trailing commas, valid UTF-8 only.
    ///
    /// `name` is the file's, for messages. Throws `.data` with line and column, also when arrays and objects nest
    /// deeper than 64, or there are more than a million values: each takes far more memory than text.
    public init(parsing bytes: some Sequence<UInt8>, name: String) throws(MDLSTMError) {
        var parser = JSONParser(bytes: Array(bytes), name: name)
        self = try parser.document()
    }

    /// Parses the text of a string; see `init(parsing:name:)`.
    public init(parsing text: String, name: String) throws(MDLSTMError) {
        try self.init(parsing: text.utf8, name: name)
    }
}

/// A recursive descent over the bytes of one JSON text.
private struct JSONParser {
    static let deepest = 64
    static let mostValues = 1_000_000

    let bytes: [UInt8]
    let name: String
    var position = 0
    private var values = 0

    init(bytes: [UInt8], name: String) {
        self.bytes = bytes
        self.name = name
    }

    mutating func document() throws(MDLSTMError) -> JSONValue {
        let result = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw failure("the end of the text") }
        return result
    }

    private mutating func value(depth: Int) throws(MDLSTMError) -> JSONValue {
        skipSpace()
        values += 1
        guard values <= Self.mostValues else { throw failure("at most \(Self.mostValues) values", found: "one more") }
        switch peek {
        case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case .some(UInt8(ascii: "0")...UInt8(ascii: "9")), UInt8(ascii: "-"): return try number()
        default: throw failure("a value")
        }
    }

    private mutating func object(depth: Int) throws(MDLSTMError) -> JSONObject {
        try enter(depth)
        var object = JSONObject()
        if skip("}") { return object }
        repeat {
            skipSpace()
            let start = position
            let key = try string()
            guard object[key] == nil else {
                position = start
                throw failure("each name once", found: "\"\(key)\" a second time")
            }
            guard skip(":") else { throw failure("':'") }
            object[key] = try value(depth: depth)
        } while skip(",")
        guard skip("}") else { throw failure("',' or '}'") }
        return object
    }

    private mutating func array(depth: Int) throws(MDLSTMError) -> [JSONValue] {
        try enter(depth)
        var elements: [JSONValue] = []
        if skip("]") { return elements }
        repeat {
            elements.append(try value(depth: depth))
        } while skip(",")
        guard skip("]") else { throw failure("',' or ']'") }
        return elements
    }

    /// Steps over the opening bracket.
    private mutating func enter(_ depth: Int) throws(MDLSTMError) {
        guard depth <= Self.deepest else {
            throw failure("at most \(Self.deepest) nested arrays and objects", found: "one more")
        }
        position += 1
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(MDLSTMError) -> JSONValue {
        let text = word.withUTF8Buffer { Array($0) }
        guard bytes[position...].starts(with: text) else { throw failure(word.description) }
        position += text.count
        return value
    }

    private mutating func number() throws(MDLSTMError) -> JSONValue {
        let start = position
        if peek == UInt8(ascii: "-") { position += 1 }
        let first = peek
        let integerDigits = skipDigits()
        guard integerDigits > 0 else { throw failure("a digit") }
        if first == UInt8(ascii: "0"), integerDigits > 1 {
            position = start
            throw failure("a number without leading zeros")
        }
        var isInteger = true
        if peek == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            guard skipDigits() > 0 else { throw failure("a digit after '.'") }
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            isInteger = false
            position += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { position += 1 }
            guard skipDigits() > 0 else { throw failure("a digit of the exponent") }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        // -0 stays a number: an Int has no negative zero.
        if isInteger, text != "-0", let integer = Int(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else {
            position = start
            throw failure("a number in the range of a double", found: text)
        }
        return .number(number)
    }

    private mutating func skipDigits() -> Int {
        let start = position
        while let byte = peek, UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte { position += 1 }
        return position - start
    }

    private mutating func string() throws(MDLSTMError) -> String {
        guard peek == UInt8(ascii: "\"") else { throw failure("a string in double quotes") }
        position += 1
        var result = ""
        var start = position
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                result += try text(start..<position)
                guard result.isStreamSafe else {
                    throw failure("at most 30 combining marks in a row", found: "more in a string")
                }
                position += 1
                return result
            case UInt8(ascii: "\\"):
                result += try text(start..<position)
                position += 1
                result.unicodeScalars.append(try escape())
                start = position
            case 0..<0x20:
                throw failure("a control character written as \\u00XX")
            default:
                position += 1
            }
        }
        throw failure("'\"' at the end of the string")
    }

    /// The bytes as UTF-8.
    private mutating func text(_ range: Range<Int>) throws(MDLSTMError) -> String {
        guard let text = String(validating: bytes[range], as: UTF8.self) else {
            position = range.lowerBound
            throw failure("valid UTF-8", found: "invalid bytes in a string")
        }
        return text
    }

    /// What follows a backslash.
    private mutating func escape() throws(MDLSTMError) -> Unicode.Scalar {
        let scalar: Unicode.Scalar?
        switch peek.map({ Unicode.Scalar($0) }) {
        case "\"": scalar = "\""
        case "\\": scalar = "\\"
        case "/": scalar = "/"
        case "b": scalar = "\u{8}"
        case "f": scalar = "\u{C}"
        case "n": scalar = "\n"
        case "r": scalar = "\r"
        case "t": scalar = "\t"
        case "u": scalar = nil
        default: throw failure("one of \" \\ / b f n r t u after '\\'")
        }
        position += 1
        if let scalar { return scalar }
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, bytes[position...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else {
            throw failure("a pair of surrogates", found: "half of one")
        }
        position += 2
        let second = try hexadecimal()
        guard 0xDC00..<0xE000 ~= second,
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw failure("a pair of surrogates", found: "half of one") }
        return scalar
    }

    private mutating func hexadecimal() throws(MDLSTMError) -> UInt32 {
        let digits = bytes[position...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }),
            let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw failure("four hexadecimal digits after \\u") }
        position += 4
        return value
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    /// Steps over white space and, if it comes next, one character.
    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard peek == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private func failure(_ expected: String, found: String? = nil) -> MDLSTMError {
        let before = bytes[..<position]
        let line = before.count { $0 == 0x0A } + 1
        let column = position - (before.lastIndex(of: 0x0A) ?? -1)
        let next = peek.map { (0x21...0x7E).contains($0) ? "'\(Unicode.Scalar($0))'" : "byte \($0)" }
        return MDLSTMError(
            .data,
            "\(name): expected \(expected) at line \(line), column \(column), found \(found ?? next ?? "the end"); "
                + "correct the JSON there")
    }
}

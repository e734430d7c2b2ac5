/// What stands before the data of a .npy file: magic, version, length and a Python dictionary.
struct NumpyHeader {
    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    /// Longest dictionary that is read, in bytes; NumPy's own limit.
    static let longest = 10_000

    /// Most bytes before the data.
    static let longestPrefix = magic.count + 2 + 4 + longest

    /// Types that .npy files may hold here, under NumPy's names without the byte order.
    private static let types: [(name: String, type: ElementType)] = [
        ("b1", .bool), ("i1", .int8), ("i2", .int16), ("i4", .int32), ("i8", .int64), ("u1", .uint8), ("u2", .uint16),
        ("u4", .uint32), ("u8", .uint64), ("f2", .float16), ("f4", .float32), ("f8", .float64),
    ]

    private(set) var descr = ""
    private(set) var isFortranOrder = false
    private(set) var shape: [Int] = []

    /// Reads up to the first byte of the data.
    ///
    /// Throws `.data` when anything is not as NumPy writes it.
    init(_ reader: inout ByteReader) throws(MDLSTMError) {
        let name = reader.name
        guard Array(try reader.read(Self.magic.count, "magic")) == Self.magic else {
            throw Self.failure(name, "a .npy file", found: "other bytes at the start")
        }
        let version = Array(try reader.read(2, "version"))
        guard (1...3).contains(version[0]), version[1] == 0 else {
            throw Self.failure(name, "version 1.0, 2.0 or 3.0", found: "\(version[0]).\(version[1])")
        }
        let length =
            version[0] == 1
            ? Int(try reader.integer(UInt16.self, "header length"))
            : Int(try reader.integer(UInt32.self, "header length"))
        guard length <= Self.longest else {
            throw Self.failure(name, "a header of at most \(Self.longest) bytes", found: "\(length)")
        }
        var literal = PythonLiteral(text: Array(try reader.read(length, "header")), name: name)
        try parse(&literal)
    }

    /// Whether elements have their first byte last.
    var isBigEndian: Bool { descr.hasPrefix(">") }

    /// The type of the elements and the bytes of all of them.
    ///
    /// Throws `.data` for Python objects, records and other types, and for arrays beyond any memory.
    func elements(of name: String) throws(MDLSTMError) -> (type: ElementType, byteCount: Int) {
        // `|` has no byte order: a single byte alone may be so.
        guard let order = descr.first, let type = Self.types.first(where: { $0.name == descr.dropFirst() })?.type,
            order == "<" || order == ">" || order == "|" && type.size == 1
        else {
            let known = Self.types.map(\.name).joined(separator: " ")
            throw Self.failure(
                name, "one of the types \(known), < or > before it", found: "'\(descr)'",
                advice: "convert the array first, .astype('float32'), then save it again")
        }
        guard let count = type.byteCount(shape: shape) else {
            throw Self.failure(
                name, "an array of at most \(ElementType.mostAxes) axes and a size that can be addressed",
                found: "shape \(shape)")
        }
        return (type, count)
    }

    /// What stands before the data: version 1, the data at a multiple of 64.
    static func bytes(type: ElementType, shape: [Int], isFortranOrder: Bool = false) -> [UInt8] {
        let descr = (type.size == 1 ? "|" : "<") + (types.first { $0.type == type }?.name ?? "")
        let extents = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
        let order = isFortranOrder ? "True" : "False"
        var header = Array("{'descr': '\(descr)', 'fortran_order': \(order), 'shape': (\(extents)), }".utf8)
        let prefix = magic.count + 4
        header += Array(repeating: UInt8(ascii: " "), count: 63 - (prefix + header.count) % 64)
        header.append(UInt8(ascii: "\n"))
        let length = UInt16(header.count)
        return magic + [1, 0, UInt8(truncatingIfNeeded: length), UInt8(length >> 8)] + header
    }

    /// `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`, the members in any order.
    private mutating func parse(_ literal: inout PythonLiteral) throws(MDLSTMError) {
        var missing: Set<String> = ["descr", "fortran_order", "shape"]
        try literal.expect("{")
        while !literal.skip("}") {
            let key = try literal.string()
            guard missing.remove(key) != nil else {
                throw literal.failure("descr, fortran_order and shape once each", found: "'\(key)'")
            }
            try literal.expect(":")
            switch key {
            case "descr": descr = try literal.string()
            case "fortran_order": isFortranOrder = try literal.boolean()
            default: shape = try literal.tuple()
            }
            if !literal.skip(",") {
                try literal.expect("}")
                break
            }
        }
        guard missing.isEmpty else { throw literal.failure("also \(missing.sorted().joined(separator: " and "))") }
        try literal.expectEnd()
    }

    static func failure(
        _ file: String, _ expected: String, found: String, advice: String = "save the array again with numpy.save"
    ) -> MDLSTMError {
        MDLSTMError(.data, "\(file): expected \(expected), found \(found); \(advice)")
    }
}

/// A cursor over the few Python literals that a .npy header is made of.
private struct PythonLiteral {
    let text: [UInt8]
    let name: String
    var position = 0

    mutating func skip(_ word: String) -> Bool {
        while position < text.count, [0x20, 0x0A, 0x09].contains(text[position]) { position += 1 }
        guard text[position...].starts(with: word.utf8) else { return false }
        position += word.utf8.count
        return true
    }

    mutating func expect(_ word: String) throws(MDLSTMError) {
        guard skip(word) else { throw failure("'\(word)'") }
    }

    mutating func expectEnd() throws(MDLSTMError) {
        guard skip(""), position == text.count else { throw failure("the end of the header") }
    }

    /// A string in single or double quotes, without escapes.
    mutating func string() throws(MDLSTMError) -> String {
        guard let quote = skip("'") ? "'" : skip("\"") ? "\"" : nil else {
            throw failure("a plain string (records and objects are not read)")
        }
        guard let end = text[position...].firstIndex(of: Array(quote.utf8)[0]) else { throw failure(quote) }
        defer { position = end + 1 }
        return String(decoding: text[position..<end], as: UTF8.self)
    }

    mutating func boolean() throws(MDLSTMError) -> Bool {
        if skip("True") { return true }
        if skip("False") { return false }
        throw failure("True or False")
    }

    /// A tuple of non-negative integers: `()`, `(3,)`, `(3, 4)`, and Python 2's `(3L, 4L)`.
    mutating func tuple() throws(MDLSTMError) -> [Int] {
        try expect("(")
        var elements: [Int] = []
        var comma = true
        while !skip(")") {
            guard comma else { throw failure("','") }
            let digits = text[position...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard let value = Int(String(decoding: digits, as: UTF8.self)) else {
                throw failure("a non-negative integer that fits 64 bits")
            }
            position = digits.endIndex
            elements.append(value)
            if position < text.count, text[position] == UInt8(ascii: "L") { position += 1 }
            comma = skip(",")
        }
        guard elements.count != 1 || comma else { throw failure("',' after the only extent") }
        return elements
    }

    func failure(_ expected: String, found: String? = nil) -> MDLSTMError {
        let rest = String(decoding: text[position...].prefix(20), as: UTF8.self)
        let found = found ?? (rest.isEmpty ? "the end" : "'\(rest.replacing("\n", with: " "))'")
        return NumpyHeader.failure(name, "\(expected) in the header", found: found)
    }
}

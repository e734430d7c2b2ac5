import MDLSTM

/// Reads a pickle as far as a state dict needs it and runs nothing.
///
/// Python's machine, with values that stand for what would be made: a stack, marks in it, and a memo. A class or function
/// that no state dict needs is refused by its name where it is named, before anything could call it. Opcodes: Python's
/// Lib/pickletools.py.
struct PickleReader {
    var pickle: Pickle
    private var position = 0
    private var stack: [PickleValue] = []

    /// Heights of the stack where it was marked.
    private var marks: [Int] = []
    private var memo: [Int: PickleValue] = [:]

    /// Most values on the stack at a time.
    private static let deepest = 1 << 21

    private init(_ pickle: Pickle) { self.pickle = pickle }

    /// Throws `.data` naming what is no part of a state dict, and where the pickle is damaged.
    static func read(_ bytes: [UInt8], name: String) throws(MDLSTMError) -> Pickle {
        var reader = PickleReader(Pickle(bytes, name: name))
        guard bytes.count <= Pickle.mostBytes else {
            throw reader.pickle.failure("at most \(Pickle.mostBytes) bytes", found: "\(bytes.count)")
        }
        while try reader.step() {}
        return reader.pickle
    }

    /// Carries out one opcode; false once it is the last.
    private mutating func step() throws(MDLSTMError) -> Bool {
        let code = try number(1)
        switch UInt8(code) {
        case UInt8(ascii: "."):
            pickle.root = try pop()
            return false
        case 0x80: try readProtocol()
        case 0x95: try skip(8)
        case UInt8(ascii: "("):
            guard marks.count < Self.deepest else { throw tooDeep() }
            marks.append(stack.count)
        case UInt8(ascii: "0"):
            // Of two marks in a row the upper one is popped.
            if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
        case UInt8(ascii: "1"): drop(to: try popMark())
        case UInt8(ascii: "2"): try push(try top())
        case UInt8(ascii: "N"): try push(.none)
        case 0x88: try push(.bool(true))
        case 0x89: try push(.bool(false))
        case UInt8(ascii: "K"): try push(.integer(try number(1)))
        case UInt8(ascii: "M"): try push(.integer(try number(2)))
        case UInt8(ascii: "J"): try push(.integer(Int(Int32(truncatingIfNeeded: try number(4)))))
        case 0x8A: try pushLong(try number(1))
        case 0x8B: try pushLong(try number(4))
        case UInt8(ascii: "I"), UInt8(ascii: "L"): try pushDecimal()
        case UInt8(ascii: "F"):
            _ = try line()
            try push(.other)
        case UInt8(ascii: "G"):
            try skip(8)
            try push(.other)
        case UInt8(ascii: "X"): try pushText(try number(4))
        case 0x8C: try pushText(try number(1))
        case 0x8D: try pushText(try number(8))
        case UInt8(ascii: "T"): try pushText(try number(4))
        case UInt8(ascii: "U"): try pushText(try number(1))
        case UInt8(ascii: "B"): try pushBytes(try number(4))
        case UInt8(ascii: "C"): try pushBytes(try number(1))
        case 0x8E, 0x96: try pushBytes(try number(8))
        case UInt8(ascii: "q"): try remember(at: try number(1))
        case UInt8(ascii: "r"): try remember(at: try number(4))
        case 0x94: try remember(at: memo.count)
        case UInt8(ascii: "h"): try recall(try number(1))
        case UInt8(ascii: "j"): try recall(try number(4))
        default: try build(UInt8(code))
        }
        return true
    }

    /// Opcodes that make or fill a container, or name or call something.
    private mutating func build(_ code: UInt8) throws(MDLSTMError) {
        switch code {
        case UInt8(ascii: ")"): try pushTuple(from: stack.count)
        case 0x85, 0x86, 0x87: try pushTuple(from: try place(ofLast: Int(code) - 0x84))
        case UInt8(ascii: "t"): try pushTuple(from: try popMark())
        case UInt8(ascii: "]"): try push(.list)
        case UInt8(ascii: "l"):
            drop(to: try popMark())
            try push(.list)
        case 0x8F: try push(.other)
        case 0x91:
            drop(to: try popMark())
            try push(.other)
        case UInt8(ascii: "a"):
            drop(to: try place(ofLast: 1))
            try expectList()
        case UInt8(ascii: "e"):
            drop(to: try popMark())
            try expectList()
        case 0x90:
            drop(to: try popMark())
            guard case .other = try top() else { throw unexpected("a set to add to") }
        case UInt8(ascii: "}"): try push(try pickle.addDictionary())
        case UInt8(ascii: "d"):
            let first = try popMark()
            let dictionary = try pickle.addDictionary()
            try fill(dictionary, from: first)
            try push(dictionary)
        case UInt8(ascii: "s"): try fill(from: try place(ofLast: 2))
        case UInt8(ascii: "u"): try fill(from: try popMark())
        case UInt8(ascii: "c"):
            let module = try line()
            try pushGlobal("\(module).\(try line())")
        case 0x93: try pushStackGlobal()
        case UInt8(ascii: "Q"): try push(try pickle.storage(of: try pop()))
        case UInt8(ascii: "R"):
            let arguments = try pop()
            try push(try pickle.call(try pop(), arguments))
        case UInt8(ascii: "b"):
            // The attributes of an OrderedDict, `_metadata`.
            _ = try pop()
            guard case .dictionary = try top() else { throw unexpected("a dictionary whose state is set") }
        case UInt8(ascii: "i"):
            let module = try line()
            throw pickle.refusal(of: "\(module).\(try line())")
        default: throw refusal(of: code)
        }
    }

    /// The error of an opcode that no state dict has.
    private func refusal(of code: UInt8) -> MDLSTMError {
        let kinds: [UInt8: String] = [
            UInt8(ascii: "o"): "an object of a class (OBJ)", 0x81: "an object of a class (NEWOBJ)",
            0x92: "an object of a class (NEWOBJ_EX)", 0x82: "a registered extension (EXT1)",
            0x83: "a registered extension (EXT2)", 0x84: "a registered extension (EXT4)",
            UInt8(ascii: "P"): "a persistent name that is text (PERSID)", 0x97: "a buffer beside the file",
            0x98: "a buffer beside the file", UInt8(ascii: "g"): "an opcode of protocol 0",
            UInt8(ascii: "p"): "an opcode of protocol 0", UInt8(ascii: "S"): "an opcode of protocol 0",
            UInt8(ascii: "V"): "an opcode of protocol 0",
        ]
        return unexpected("what a state dict is made of", kinds[code] ?? "opcode \(code)")
    }
}

// MARK: - The stack

extension PickleReader {
    private mutating func push(_ value: PickleValue) throws(MDLSTMError) {
        guard stack.count < Self.deepest else { throw tooDeep() }
        stack.append(value)
    }

    private func top() throws(MDLSTMError) -> PickleValue {
        guard stack.count > marks.last ?? 0, let value = stack.last else { throw unexpected("a value on its stack") }
        return value
    }

    private mutating func pop() throws(MDLSTMError) -> PickleValue {
        let value = try top()
        stack.removeLast()
        return value
    }

    /// The height of the stack without its last values.
    private func place(ofLast count: Int) throws(MDLSTMError) -> Int {
        guard stack.count - count >= marks.last ?? 0 else { throw unexpected("\(count) values on its stack", "fewer") }
        return stack.count - count
    }

    /// Takes the last mark away and gives the height of the stack where it was.
    private mutating func popMark() throws(MDLSTMError) -> Int {
        guard let mark = marks.popLast() else { throw unexpected("a mark on its stack", "none") }
        return mark
    }

    private mutating func drop(to height: Int) { stack.removeLast(stack.count - height) }

    // What is above a place is read where it stands and dropped then: a slice that lived on would be a copy of the stack.

    private mutating func pushTuple(from first: Int) throws(MDLSTMError) {
        let tuple = try pickle.addTuple(stack[first...])
        drop(to: first)
        try push(tuple)
    }

    private func expectList() throws(MDLSTMError) {
        guard case .list = try top() else { throw unexpected("a list to append to") }
    }

    /// Sets members of the dictionary below them: keys and values by turns.
    private mutating func fill(from first: Int) throws(MDLSTMError) {
        guard first > marks.last ?? 0 else { throw unexpected("a dictionary", "none") }
        try fill(stack[first - 1], from: first)
    }

    private mutating func fill(_ target: PickleValue, from first: Int) throws(MDLSTMError) {
        guard case .dictionary(let dictionary) = target, (stack.count - first) % 2 == 0 else {
            throw unexpected("a dictionary, keys and values")
        }
        for place in stride(from: first, to: stack.count, by: 2) {
            try pickle.set(stack[place], to: stack[place + 1], in: dictionary)
        }
        drop(to: first)
    }

    private mutating func remember(at index: Int) throws(MDLSTMError) {
        try pickle.count(2)
        memo[index] = try top()
    }

    private mutating func recall(_ index: Int) throws(MDLSTMError) {
        guard let value = memo[index] else { throw unexpected("entry \(index) of its memo", "none") }
        try push(value)
    }

    private mutating func pushGlobal(_ name: String) throws(MDLSTMError) {
        guard let global = PickleGlobal(name) else { throw pickle.refusal(of: name) }
        try push(.global(global))
    }

    private mutating func pushStackGlobal() throws(MDLSTMError) {
        guard let name = try pop().text, let module = try pop().text else {
            throw unexpected("the name of a class or function")
        }
        try pushGlobal("\(pickle.shown(module)).\(pickle.shown(name))")
    }

    private func unexpected(_ expected: String, _ found: String = "something else") -> MDLSTMError {
        pickle.failure("\(expected) at byte \(max(0, position - 1))", found: found)
    }

    private func tooDeep() -> MDLSTMError {
        pickle.failure("at most \(Self.deepest) values on its stack", found: "more")
    }
}

// MARK: - The bytes

extension PickleReader {
    /// Goes over bytes.
    @discardableResult
    private mutating func skip(_ count: Int) throws(MDLSTMError) -> Range<Int> {
        guard count <= pickle.bytes.count - position else {
            throw unexpected("\(count) bytes", "\(pickle.bytes.count - position)")
        }
        position += count
        return position - count..<position
    }

    /// A little-endian number of up to 8 bytes, at most `Int.max`.
    private mutating func number(_ size: Int) throws(MDLSTMError) -> Int {
        var value: UInt64 = 0
        for (index, place) in try skip(size).enumerated() { value |= UInt64(pickle.bytes[place]) << (8 * index) }
        return Int(clamping: value)
    }

    /// The text up to the end of a line.
    private mutating func line() throws(MDLSTMError) -> String {
        guard let end = pickle.bytes[position...].firstIndex(of: UInt8(ascii: "\n")) else {
            throw unexpected("the end of a line", "the end of the pickle")
        }
        defer { position = end + 1 }
        return pickle.shown(PickleText(position..<end))
    }

    private mutating func readProtocol() throws(MDLSTMError) {
        let version = try number(1)
        guard version <= 5 else { throw unexpected("protocol 5 or below", "\(version)") }
    }

    private mutating func pushText(_ count: Int) throws(MDLSTMError) { try push(.text(PickleText(try skip(count)))) }

    private mutating func pushBytes(_ count: Int) throws(MDLSTMError) {
        try skip(count)
        try push(.other)
    }

    /// An integer of so many bytes in two's complement.
    private mutating func pushLong(_ count: Int) throws(MDLSTMError) {
        let range = try skip(count)
        guard count <= 8 else { return try push(.other) }
        var value: UInt64 = range.last.map { pickle.bytes[$0] >= 0x80 ? .max : 0 } ?? 0
        for place in range.reversed() { value = value << 8 | UInt64(pickle.bytes[place]) }
        try push(.integer(Int(truncatingIfNeeded: value)))
    }

    /// A number in digits; `01` and `00` are true and false.
    private mutating func pushDecimal() throws(MDLSTMError) {
        let digits = try line()
        if digits == "01" || digits == "00" { return try push(.bool(digits == "01")) }
        try push(Int(digits.hasSuffix("L") ? String(digits.dropLast()) : digits).map { .integer($0) } ?? .other)
    }
}

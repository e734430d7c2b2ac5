import MDLSTM

/// Reads a pickle as far as a state dict needs it and runs nothing.
///
/// Python's machine, with values that stand for what would be made: a stack, marks in it, and a memo. A class or function
/// that no state dict needs is refused by its name where it is named, before anything could call it. Opcodes: Python's
/// Lib/pickletools.py.
struct PickleReader {
    var pickle: Pickle
    var position = 0
    var stack: [PickleValue] = []

    /// Heights of the stack where it was marked.
    var marks: [Int] = []
    var memo: [Int: PickleValue] = [:]

    /// Most values on the stack at a time.
    static let deepest = 1 << 19

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

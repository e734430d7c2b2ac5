import MDLSTM

/// The stack and the memo.
extension PickleReader {
    mutating func push(_ value: PickleValue) throws(MDLSTMError) {
        guard stack.count < Self.deepest else { throw tooDeep() }
        stack.append(value)
    }

    func top() throws(MDLSTMError) -> PickleValue {
        guard stack.count > marks.last ?? 0, let value = stack.last else { throw unexpected("a value on its stack") }
        return value
    }

    mutating func pop() throws(MDLSTMError) -> PickleValue {
        let value = try top()
        stack.removeLast()
        return value
    }

    /// The height of the stack without its last values.
    func place(ofLast count: Int) throws(MDLSTMError) -> Int {
        guard stack.count - count >= marks.last ?? 0 else {
            throw unexpected("\(counted(count, "value")) on its stack", "fewer")
        }
        return stack.count - count
    }

    /// Takes the last mark away and gives the height of the stack where it was.
    mutating func popMark() throws(MDLSTMError) -> Int {
        guard let mark = marks.popLast() else { throw unexpected("a mark on its stack", "none") }
        return mark
    }

    mutating func drop(to height: Int) { stack.removeLast(stack.count - height) }

    // What is above a place is read where it stands and dropped then: a slice that lived on would be a copy of the stack.

    mutating func pushTuple(from first: Int) throws(MDLSTMError) {
        let tuple = try pickle.addTuple(stack[first...])
        drop(to: first)
        try push(tuple)
    }

    func expectList() throws(MDLSTMError) {
        guard case .list = try top() else { throw unexpected("a list to append to") }
    }

    /// Sets members of the dictionary below them: keys and values by turns.
    mutating func fill(from first: Int) throws(MDLSTMError) {
        guard first > marks.last ?? 0 else { throw unexpected("a dictionary", "none") }
        try fill(stack[first - 1], from: first)
    }

    mutating func fill(_ target: PickleValue, from first: Int) throws(MDLSTMError) {
        guard case .dictionary(let dictionary) = target, (stack.count - first) % 2 == 0 else {
            throw unexpected("a dictionary, keys and values")
        }
        for place in stride(from: first, to: stack.count, by: 2) {
            try pickle.set(stack[place], to: stack[place + 1], in: dictionary)
        }
        drop(to: first)
    }

    mutating func remember(at index: Int) throws(MDLSTMError) {
        try pickle.count(2)
        memo[index] = try top()
    }

    mutating func recall(_ index: Int) throws(MDLSTMError) {
        guard let value = memo[index] else { throw unexpected("entry \(index) of its memo", "none") }
        try push(value)
    }

    mutating func pushGlobal(_ name: String) throws(MDLSTMError) {
        guard let global = PickleGlobal(name) else { throw pickle.refusal(of: name) }
        try push(.global(global))
    }

    mutating func pushStackGlobal() throws(MDLSTMError) {
        guard let name = try pop().text, let module = try pop().text else {
            throw unexpected("the name of a class or function")
        }
        try pushGlobal("\(pickle.shown(module)).\(pickle.shown(name))")
    }

    func unexpected(_ expected: String, _ found: String = "something else") -> MDLSTMError {
        pickle.failure("\(expected) at byte \(max(0, position - 1))", found: found)
    }

    func tooDeep() -> MDLSTMError {
        pickle.failure("at most \(Self.deepest) values on its stack", found: "more")
    }
}

/// The bytes.
extension PickleReader {
    /// Goes over bytes.
    @discardableResult
    mutating func skip(_ count: Int) throws(MDLSTMError) -> Range<Int> {
        guard count <= pickle.bytes.count - position else {
            throw unexpected("\(counted(count, "byte"))", "\(pickle.bytes.count - position)")
        }
        position += count
        return position - count..<position
    }

    /// A little-endian number of up to 8 bytes, at most `Int.max`.
    mutating func number(_ size: Int) throws(MDLSTMError) -> Int {
        var value: UInt64 = 0
        for (index, place) in try skip(size).enumerated() { value |= UInt64(pickle.bytes[place]) << (8 * index) }
        return Int(clamping: value)
    }

    /// The text up to the end of a line.
    mutating func line() throws(MDLSTMError) -> String {
        guard let end = pickle.bytes[position...].firstIndex(of: UInt8(ascii: "\n")) else {
            throw unexpected("the end of a line", "the end of the pickle")
        }
        defer { position = end + 1 }
        return pickle.shown(PickleText(position..<end))
    }

    mutating func readProtocol() throws(MDLSTMError) {
        let version = try number(1)
        guard version <= 5 else { throw unexpected("protocol 5 or below", "\(version)") }
    }

    mutating func pushText(_ count: Int) throws(MDLSTMError) { try push(.text(PickleText(try skip(count)))) }

    mutating func pushBytes(_ count: Int) throws(MDLSTMError) {
        try skip(count)
        try push(.other)
    }

    /// An integer of so many bytes in two's complement.
    mutating func pushLong(_ count: Int) throws(MDLSTMError) {
        let range = try skip(count)
        guard count <= 8 else { return try push(.other) }
        var value: UInt64 = range.last.map { pickle.bytes[$0] >= 0x80 ? .max : 0 } ?? 0
        for place in range.reversed() { value = value << 8 | UInt64(pickle.bytes[place]) }
        try push(.integer(Int(truncatingIfNeeded: value)))
    }

    /// A number in digits; `01` and `00` are true and false.
    mutating func pushDecimal() throws(MDLSTMError) {
        let digits = try line()
        if digits == "01" || digits == "00" { return try push(.bool(digits == "01")) }
        try push(Int(digits.hasSuffix("L") ? String(digits.dropLast()) : digits).map { .integer($0) } ?? .other)
    }
}

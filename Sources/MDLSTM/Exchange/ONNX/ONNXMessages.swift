// The messages of onnx.proto as far as weights need them; the numbers of their fields are those of ONNX 1.

/// A NodeProto: an operation on values, which have names.
struct ONNXNode {
    var name = ""
    var operation = ""
    var domain = ""
    var inputs: [String] = []
    var outputs: [String] = []
    var attributes: [ONNXAttribute] = []

    init(_ bytes: ArraySlice<UInt8>, file: String) throws(MDLSTMError) {
        var reader = ProtobufReader(bytes, "NodeProto", file: file)
        while let field = try reader.next() {
            switch field.number {
            case 1: inputs.append(try field.string())
            case 2: outputs.append(try field.string())
            case 3: name = try field.string()
            case 4: operation = try field.string()
            case 5: attributes.append(try ONNXAttribute(field.bytes(), file: file))
            case 7: domain = try field.string()
            default: break
            }
            // They take more memory than they take in the file.
            guard inputs.count + outputs.count <= 1 << 16, attributes.count <= 64 else {
                throw MDLSTMError(
                    .data,
                    "\(file): a node has more than \(1 << 16) inputs and outputs or 64 attributes; none of ONNX has")
            }
        }
    }

    /// The attribute of that name, if the node has it.
    func attribute(_ name: String) -> ONNXAttribute? { attributes.first { $0.name == name } }

    /// Whether it is this operator of ONNX itself.
    func isOperator(_ name: String) -> Bool { operation == name && (domain.isEmpty || domain == "ai.onnx") }

    /// The input of that number; nil where it is left out.
    func input(_ index: Int) -> String? {
        guard index < inputs.count, !inputs[index].isEmpty else { return nil }
        return inputs[index]
    }

    /// The first of the outputs that are used.
    var firstOutput: String? { outputs.first { !$0.isEmpty } }

    /// What messages call the node.
    var description: String { name.isEmpty ? "the node of output '\(firstOutput ?? "")'" : "node '\(name)'" }
}

/// An AttributeProto: a named parameter of a node.
struct ONNXAttribute {
    /// AttributeProto.AttributeType; other values are graphs and the like.
    enum Kind: Int {
        case float = 1, integer, text, tensor
        case floats = 6, integers, texts
    }

    var name = ""
    /// nil for a kind that no attribute here has.
    private var kind: Kind?
    private var number: Float = 0
    private var whole = 0
    private var text: ArraySlice<UInt8> = []
    private var message: ArraySlice<UInt8> = []
    private var numbers: ArraySlice<UInt8> = []
    private var wholes: [Int] = []
    private var strings: [ArraySlice<UInt8>] = []

    /// The most elements of a list; the longest that an LSTM or the path to its weights needs has 65 axes.
    private static let mostElements = 1 << 16

    init(_ bytes: ArraySlice<UInt8>, file: String) throws(MDLSTMError) {
        var reader = ProtobufReader(bytes, "AttributeProto", file: file)
        // Files from before IR version 2 do not say the kind: it is that of the field there is.
        var stated: Int?
        var present: Kind?
        while let field = try reader.next() {
            switch field.number {
            case 1: name = try field.string()
            case 2: (number, present) = (try field.float(), .float)
            case 3: (whole, present) = (try field.integer(), .integer)
            case 4: (text, present) = (try field.bytes(), .text)
            case 5: (message, present) = (try field.bytes(), .tensor)
            case 7:
                try field.append(to: &numbers, size: 4)
                present = .floats
            case 8:
                try field.append(to: &wholes, most: Self.mostElements)
                present = .integers
            case 9:
                strings.append(try field.bytes())
                present = .texts
                guard strings.count <= Self.mostElements else {
                    throw MDLSTMError(
                        .data, "\(file): an attribute has more than \(Self.mostElements) texts; none of ONNX has")
                }
            case 20: stated = try field.integer()
            default: break
            }
        }
        kind = stated.map(Kind.init) ?? present
    }

    // The value as an operator has it; errors do not name the file.

    func float() throws(MDLSTMError) -> Float {
        try require(.float, "a number")
        return number
    }

    func integer() throws(MDLSTMError) -> Int {
        try require(.integer, "a whole number")
        return whole
    }

    func string() throws(MDLSTMError) -> String {
        try require(.text, "a text")
        return String(decoding: text, as: UTF8.self)
    }

    func tensor() throws(MDLSTMError) -> ArraySlice<UInt8> {
        try require(.tensor, "a tensor")
        return message
    }

    func floats() throws(MDLSTMError) -> [Float] {
        try require(.floats, "a list of numbers")
        return ElementType.float32.decode(numbers, as: Float.self)
    }

    func integers() throws(MDLSTMError) -> [Int] {
        try require(.integers, "a list of whole numbers")
        return wholes
    }

    func texts() throws(MDLSTMError) -> [String] {
        try require(.texts, "a list of texts")
        return strings.map { String(decoding: $0, as: UTF8.self) }
    }

    private func require(_ expected: Kind, _ words: String) throws(MDLSTMError) {
        guard kind == expected else { throw mismatch(words) }
    }

    private func mismatch(_ expected: String) -> MDLSTMError {
        MDLSTMError(
            .data, "attribute '\(name)' is not \(expected), which it has to be; export the model again")
    }
}

/// The GraphProto of a model: which values there are and which node makes them.
///
/// Nodes and tensors stay the bytes they are in the file until they are asked for.
struct ONNXGraph: Sendable {
    let file: String

    /// The LSTM nodes of the graph itself, in order.
    private(set) var lstms: [ONNXNode] = []

    /// The operators of the graph, each once, in the order of their first use.
    private(set) var operators: [String] = []

    private var nodes: [ArraySlice<UInt8>] = []
    private var makers: [String: Int] = [:]
    private var tensors: [String: ArraySlice<UInt8>] = [:]
    private var inputs: Set<String> = []

    /// Most nodes, and most names of values: more than any model has, and what they take in memory is bounded.
    private static let mostNames = 1 << 18

    /// Most LSTM nodes, which are kept whole.
    private static let mostLSTMs = 1 << 12

    /// The graph of the ModelProto that a file holds.
    init(parsing bytes: [UInt8], file: String) throws(MDLSTMError) {
        self.file = file
        var reader = ProtobufReader(bytes[...], "ModelProto", file: file)
        var hasGraph = false
        while let field = try reader.next() {
            guard field.number == 7 else { continue }
            guard !hasGraph else {
                throw MDLSTMError(.data, "\(file): two graphs; expected the one of a model: export it again")
            }
            hasGraph = true
            try read(try field.bytes())
        }
        guard hasGraph else {
            throw MDLSTMError(.data, "\(file): no graph; expected an ONNX model, as torch.onnx.export writes it")
        }
    }

    private mutating func read(_ bytes: ArraySlice<UInt8>) throws(MDLSTMError) {
        var reader = ProtobufReader(bytes, "GraphProto", file: file)
        var seen: Set<String> = []
        while let field = try reader.next() {
            switch field.number {
            case 1:
                let node = try ONNXNode(field.bytes(), file: file)
                if seen.insert(node.operation).inserted { operators.append(node.operation) }
                if node.isOperator("LSTM") { lstms.append(node) }
                for output in node.outputs where !output.isEmpty {
                    guard makers.updateValue(nodes.count, forKey: output) == nil else {
                        throw MDLSTMError(
                            .data, "\(file): two nodes have the output '\(output)'; export the model again")
                    }
                }
                nodes.append(try field.bytes())
            case 5:
                let tensor = try field.bytes()
                let name = try ONNXTensor.name(of: tensor, file: file)
                guard tensors.updateValue(tensor, forKey: name) == nil else {
                    throw MDLSTMError(.data, "\(file): two tensors are called '\(name)'; export the model again")
                }
            case 11: inputs.insert(try Self.inputName(field.bytes(), file: file))
            default: break
            }
            guard nodes.count + makers.count + tensors.count + inputs.count <= Self.mostNames,
                lstms.count <= Self.mostLSTMs
            else {
                throw MDLSTMError(
                    .data,
                    "\(file): more than \(Self.mostNames) nodes and values or \(Self.mostLSTMs) LSTMs; convert a model of "
                        + "the LSTM alone")
            }
        }
    }

    /// The name of a ValueInfoProto.
    private static func inputName(_ bytes: ArraySlice<UInt8>, file: String) throws(MDLSTMError) -> String {
        var name = ""
        var reader = ProtobufReader(bytes, "ValueInfoProto", file: file)
        while let field = try reader.next() {
            if field.number == 1 { name = try field.string() }
        }
        return name
    }

    /// The initialiser of that name, if there is one.
    func initializer(_ name: String) throws(MDLSTMError) -> ONNXTensor? {
        guard let bytes = tensors[name] else { return nil }
        return try ONNXTensor(bytes, file: file)
    }

    /// The node that makes a value, if one does.
    func maker(of name: String) throws(MDLSTMError) -> ONNXNode? {
        guard let index = makers[name] else { return nil }
        return try ONNXNode(nodes[index], file: file)
    }

    /// Whether the caller of the model gives the value.
    func isInput(_ name: String) -> Bool { inputs.contains(name) }
}

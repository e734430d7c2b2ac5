/// What is known of a value of a graph before anything runs.
enum ONNXValue {
    /// All of it.
    case constant(TensorFile.Entry)

    /// A tensor that is repeated along axes, how often depends on the input: an initial state for every sample.
    case repeated(TensorFile.Entry)

    /// Nothing; where it comes from, in words.
    case unknown(String)
}

/// The values of a graph that its initialisers and constants make, as exporters write them: cut into gates, put together
/// for both directions, given an axis.
struct ONNXConstants {
    let graph: ONNXGraph
    let data: ONNXExternalData
    private var known: [String: ONNXValue] = [:]

    /// Bytes of the tensors used as they are in files, and of all that was made of them.
    private var (read, made) = (0, 0)

    /// Nodes between a value and its constants; exporters need five or so.
    private static let longestChain = 64

    /// What may be made of however little: axes, shapes.
    private static let mostBesides = 1 << 16

    init(_ graph: ONNXGraph, data: ONNXExternalData) { (self.graph, self.data) = (graph, data) }

    /// The value of that name.
    mutating func value(_ name: String) throws(MDLSTMError) -> ONNXValue { try value(name, depth: 0) }

    private mutating func value(_ name: String, depth: Int) throws(MDLSTMError) -> ONNXValue {
        if let value = known[name] { return value }
        let value: ONNXValue
        if let tensor = try graph.initializer(name) {
            let entry = try tensor.entry(reading: data)
            read += entry.bytes.count
            value = .constant(entry)
        } else if let node = try graph.maker(of: name) {
            value = try self.value(of: node, output: name, depth: depth)
        } else {
            value = .unknown(
                graph.isInput(name) ? "the model's input '\(name)'" : "'\(name)', which is not in the file")
        }
        known[name] = value
        return value
    }

    private mutating func value(
        of node: ONNXNode, output: String, depth: Int
    ) throws(MDLSTMError) -> ONNXValue {
        let origin = ONNXValue.unknown("\(node.description), \(node.operation), at run time")
        guard ONNXNode.foldable.contains(where: node.isOperator), node.outputs.first == output else { return origin }
        guard depth < Self.longestChain else { throw tooMuch(output) }
        // Shapes depend on the input of the model, and do not matter.
        let isRepetition = node.isOperator("Expand") || node.isOperator("ConstantOfShape")
        var entries: [TensorFile.Entry?] = []
        var repeats = isRepetition
        for index in node.inputs.indices where !isRepetition || index == 0 && node.isOperator("Expand") {
            guard let name = node.input(index) else {
                entries.append(nil)
                continue
            }
            switch try value(name, depth: depth + 1) {
            case .constant(let entry): entries.append(entry)
            case .repeated(let entry):
                entries.append(entry)
                repeats = true
            case .unknown(let words): return .unknown(words)
            }
        }
        // Cutting, joining, both biases and directions: five times the weights. Before it is made, that which may be larger
        // than any input.
        let growth = node.isOperator("Cast") ? 4 : node.isOperator("Concat") ? 1 : 0
        let most = entries.reduce(0) { $0 + ($1?.bytes.count ?? 0) } * growth
        guard made + most <= 6 * read + Self.mostBesides else { throw tooMuch(output) }
        if repeats { return try node.repeated(entries, data: data).map(ONNXValue.repeated) ?? origin }
        guard let entry = try node.folded(entries, data: data) else { return origin }
        if node.isOperator("Constant") { read += entry.bytes.count } else { made += entry.bytes.count }
        return .constant(entry)
    }

    private func tooMuch(_ name: String) -> MDLSTMError {
        MDLSTMError(
            .data,
            "\(graph.file): '\(name)' is made of constants by more than the exporters known write; export the model with "
                + "its constants folded")
    }
}

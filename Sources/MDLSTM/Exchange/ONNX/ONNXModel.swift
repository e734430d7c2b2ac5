/// A model in ONNX's own format, of whose LSTM nodes layers can be made.
///
/// Nodes within other nodes (Loop, If, Scan) and within functions are not looked at.
public struct ONNXModel: Sendable {
    private let graph: ONNXGraph
    private let data: ONNXExternalData

    /// Reads a model; tensors in other files are looked for in its folder, and there alone.
    ///
    /// - Throws: ``MDLSTMError`` when the file cannot be read or is damaged.
    public init(contentsOf path: String) throws(MDLSTMError) {
        try self.init(parsing: try readFile(path), name: path)
    }

    /// - Parameters:
    ///   - name: the path of the file
    ///   - hasFolder: whether tensors in other files are read
    package init(parsing bytes: [UInt8], name: String, hasFolder: Bool = true) throws(MDLSTMError) {
        graph = try ONNXGraph(parsing: bytes, file: name)
        let folder = name.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(name[...$0]) } ?? ""
        data = ONNXExternalData(file: name, folder: hasFolder ? folder : nil)
    }

    /// The names by which ``lstm(_:)`` takes the LSTM nodes: their own, or of their first output where that is empty or
    /// another's too; `#1`, their number, where there is neither.
    public var lstmNames: [String] {
        graph.lstms.enumerated().map { index, node in
            let isOwn = !node.name.isEmpty && graph.lstms.count { $0.name == node.name } == 1
            return isOwn ? node.name : node.firstOutput ?? "#\(index + 1)"
        }
    }

    /// An LSTM node with its weights.
    ///
    /// - Parameter name: its name; nil for the only one
    /// - Throws: ``MDLSTMError`` of kind `data` when there is no such node, or more than one and no name; for weights that
    ///   are not in the file, attributes that no layer has, and tensors of wrong shapes.
    public func lstm(_ name: String? = nil) throws(MDLSTMError) -> ONNXLSTM {
        let names = lstmNames
        guard !names.isEmpty else { throw hasNone() }
        let list = names.map { "'\($0)'" }.joined(separator: ", ")
        if let name {
            guard let index = names.firstIndex(of: name) else {
                throw MDLSTMError(.data, "\(graph.file): no LSTM node '\(name)'; expected one of \(list)")
            }
            return try ONNXLSTM(graph.lstms[index], of: graph, data: data)
        }
        guard names.count == 1 else {
            throw MDLSTMError(
                .data, "\(graph.file): \(names.count) LSTM nodes; expected the name of one: \(list)")
        }
        return try ONNXLSTM(graph.lstms[0], of: graph, data: data)
    }

    private func hasNone() -> MDLSTMError {
        if let other = ["GRU", "RNN"].first(where: graph.operators.contains) {
            return MDLSTMError(
                .data, "\(graph.file): has nodes of operator \(other) and no LSTM; only the LSTM is supported")
        }
        let inner = ["If", "Loop", "Scan"].filter(graph.operators.contains)
        let operators = graph.operators.isEmpty ? "none" : graph.operators.joined(separator: ", ")
        return MDLSTMError(
            .data,
            "\(graph.file): no node of operator LSTM, found \(operators)"
                + (inner.isEmpty ? "" : "; what is within nodes such as \(inner[0]) is not looked at"))
    }
}

public import MDLSTM

/// A model in ONNX's format, written by hand.
public struct ONNXWriter {
    /// A TensorProto's content after its name.
    public struct Content: Sendable {
        /// Writes the fields of the tensor's type, shape and data.
        let write: @Sendable (inout ProtobufWriter) -> Void

        public init(_ write: @escaping @Sendable (inout ProtobufWriter) -> Void) { self.write = write }
    }

    /// An attribute of a node.
    public enum Attribute {
        case float(Float), int(Int), string(String), tensor(Content), floats([Float]), ints([Int]), strings([String])
    }

    public private(set) var nodes: [[UInt8]] = []
    public private(set) var initializers: [[UInt8]] = []
    private var inputs: [String] = []

    public init() {}

    /// Declares an input of the model.
    public mutating func addInput(_ name: String) { inputs.append(name) }

    /// Adds an initialiser; `raw_data` of float32 unless `content` says otherwise.
    public mutating func addTensor(_ name: String, _ content: Content) {
        initializers.append(Self.tensor(name, content))
    }

    public mutating func addTensor(_ name: String, _ tensor: Tensor<Float>) { addTensor(name, .raw(tensor)) }

    public mutating func addNode(
        _ operation: String, _ inputs: [String], _ outputs: [String], name: String = "", domain: String? = nil,
        _ attributes: [(String, Attribute)] = []
    ) {
        var node = ProtobufWriter()
        for input in inputs { node.write(1, input) }
        for output in outputs { node.write(2, output) }
        if !name.isEmpty { node.write(3, name) }
        node.write(4, operation)
        for (name, value) in attributes { node.write(5, Self.attribute(name, value)) }
        if let domain { node.write(7, domain) }
        nodes.append(node.bytes)
    }

    /// The GraphProto.
    public var graph: [UInt8] {
        var graph = ProtobufWriter()
        for node in nodes { graph.write(1, node) }
        graph.write(2, "graph")
        for tensor in initializers { graph.write(5, tensor) }
        for input in inputs {
            var value = ProtobufWriter()
            value.write(1, input)
            graph.write(11, value.bytes)
        }
        return graph.bytes
    }

    /// The whole file, of IR version 10.
    public var bytes: [UInt8] {
        var model = ProtobufWriter()
        model.write(1, 10)
        model.write(2, "writer")
        model.write(7, graph)
        var operators = ProtobufWriter()
        operators.write(2, 22)
        model.write(8, operators.bytes)
        return model.bytes
    }

    static func tensor(_ name: String, _ content: Content) -> [UInt8] {
        var tensor = ProtobufWriter()
        content.write(&tensor)
        tensor.write(8, name)
        return tensor.bytes
    }

    private static func attribute(_ name: String, _ value: Attribute) -> [UInt8] {
        var attribute = ProtobufWriter()
        attribute.write(1, name)
        switch value {
        case .float(let value):
            attribute.write(2, value)
            attribute.write(20, 1)
        case .int(let value):
            attribute.write(3, value)
            attribute.write(20, 2)
        case .string(let value):
            attribute.write(4, value)
            attribute.write(20, 3)
        case .tensor(let content):
            attribute.write(5, tensor("", content))
            attribute.write(20, 4)
        case .floats(let values):
            for value in values { attribute.write(7, value) }
            attribute.write(20, 6)
        case .ints(let values):
            for value in values { attribute.write(8, value) }
            attribute.write(20, 7)
        case .strings(let values):
            for value in values { attribute.write(9, value) }
            attribute.write(20, 8)
        }
        return attribute.bytes
    }
}

extension ONNXWriter.Content {
    /// Shape and type, then what `data` writes.
    public static func custom(
        type: Int, _ shape: [Int], data: @escaping @Sendable (inout ProtobufWriter) -> Void
    ) -> Self {
        Self { tensor in
            // Packed, as C++ and Python write them.
            tensor.write(1, shape.flatMap(ProtobufWriter.varint))
            tensor.write(2, type)
            data(&tensor)
        }
    }

    public static func raw(_ tensor: Tensor<Float>) -> Self {
        custom(type: 1, tensor.shape) { $0.write(9, tensor.values.flatMap { littleEndian($0.bitPattern) }) }
    }

    public static func integers(_ values: [Int]) -> Self {
        custom(type: 7, [values.count]) { $0.write(9, values.flatMap { littleEndian(Int64($0)) }) }
    }

    /// Bytes of another file.
    public static func external(_ shape: [Int], type: Int = 1, _ place: [(String, String)]) -> Self {
        custom(type: type, shape) { tensor in
            for (key, value) in place {
                var pair = ProtobufWriter()
                pair.write(1, key)
                pair.write(2, value)
                tensor.write(13, pair.bytes)
            }
            tensor.write(14, 1)
        }
    }
}

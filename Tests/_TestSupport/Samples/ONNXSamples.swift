import MDLSTM

/// Models in ONNX's format that a reader must accept or refuse.
public enum ONNXSamples {
    /// A model of an LSTM of one unit on one feature.
    ///
    /// - Parameter W: its input weights, where they are others
    public static func model(
        W: ONNXWriter.Content? = nil, _ change: (inout ONNXWriter) -> Void = { _ in }
    ) -> ONNXWriter {
        var writer = ONNXWriter()
        writer.addTensor("W", W ?? .raw(Tensor(repeating: 0.5, shape: [1, 4, 1])))
        writer.addTensor("R", Tensor(repeating: 0.25, shape: [1, 4, 1]))
        change(&writer)
        writer.addNode("LSTM", ["x", "W", "R"], ["y"], name: "l", [("hidden_size", .int(1))])
        return writer
    }

    /// A ModelProto of these fields.
    private static func file(_ write: (inout ProtobufWriter) -> Void) -> [UInt8] {
        var model = ProtobufWriter()
        model.write(1, 10)
        write(&model)
        return model.bytes
    }

    /// The model with fields added to its graph, as they are.
    private static func graph(adding write: (inout ProtobufWriter) -> Void) -> [UInt8] {
        var more = ProtobufWriter()
        write(&more)
        return file { $0.write(7, model().graph + more.bytes) }
    }

    /// The model with fields added to its node.
    private static func node(adding write: (inout ProtobufWriter) -> Void) -> [UInt8] {
        var more = ProtobufWriter()
        write(&more)
        return file { writer in
            let model = model()
            var graph = ProtobufWriter()
            graph.write(1, model.nodes[0] + more.bytes)
            for tensor in model.initializers { graph.write(5, tensor) }
            writer.write(7, graph.bytes)
        }
    }

    public static let accepted: [SampleFile] = [
        SampleFile("as it is written", model().bytes),
        SampleFile("the graph alone", file { $0.write(7, model().graph) }),
        SampleFile(
            "unknown fields of every kind",
            file { writer in
                writer.write(100, 7)
                writer.write(101, 1.5)
                writer.write(102, Float(1.5))
                writer.write(103, [UInt8](repeating: 0xFF, count: 9))
                writer.write(7, model().graph)
                writer.write(0x1FFF_FFFF, 1)
            }),
        SampleFile("unknown fields of the graph", graph { $0.write(13, [1, 2, 3]) }),
        SampleFile("unknown fields of the node", node { $0.write(99, "text") }),
        SampleFile(
            "a number of ten bytes",
            file { writer in
                writer.write(key: 100, 0, [UInt8](repeating: 0x80, count: 9) + [1])
                writer.write(7, model().graph)
            }),
        SampleFile(
            "an attribute of the first version",
            node { writer in
                var attribute = ProtobufWriter()
                attribute.write(1, "output_sequence")
                attribute.write(3, 1)
                writer.write(5, attribute.bytes)
            }),
        SampleFile(
            "a tensor that nobody reads", model { $0.addTensor("unused", .custom(type: 8, [-1]) { _ in }) }.bytes),
    ]

    public static let rejected: [SampleFile] = [
        SampleFile("empty", [], "no graph"),
        SampleFile("no graph", file { $0.write(2, "producer") }, "no graph"),
        SampleFile(
            "two graphs",
            file {
                $0.write(7, model().graph); $0.write(7, model().graph)
            }, "two graphs"),
        SampleFile("cut short", Array(model().bytes.dropLast(9)), "cut short"),
        SampleFile("cut within a tensor", Array(model().bytes.prefix(60)), "cut short"),
        SampleFile("a group", file { $0.write(key: 7, 3, []) }, "written in the way 3"),
        SampleFile("the end of a group", graph { $0.write(key: 1, 4, []) }, "written in the way 4"),
        SampleFile("wire type 6", graph { $0.write(key: 1, 6, []) }, "written in the way 6"),
        SampleFile("field 0", graph { $0.write(key: 0, 0, [1]) }, "the number 0"),
        SampleFile("a field beyond 29 bits", graph { $0.write(key: 1 << 29, 0, [1]) }, "the number 536870912"),
        SampleFile(
            "a number of eleven bytes", graph { $0.write(key: 2, 0, .init(repeating: 0x80, count: 10) + [1]) },
            "10 bytes"),
        SampleFile("a number without an end", graph { $0.write(key: 2, 0, [0x80, 0x80]) }, "end of the message"),
        SampleFile(
            "a length of 2^63", graph { $0.write(key: 1, 2, .init(repeating: 0x80, count: 9) + [1]) },
            "bytes of GraphProto"),
        SampleFile("a length beyond the message", graph { $0.write(key: 1, 2, [100]) }, "100 bytes of GraphProto"),
        SampleFile("4 bytes that are missing", graph { $0.write(key: 30, 5, [1, 2]) }, "4 bytes of GraphProto"),
        SampleFile("a node that is a number", graph { $0.write(1, 7) }, "a message in field 1"),
        SampleFile("a name that is no text", node { $0.write(3, [0xFF, 0xFE]) }, "UTF-8 in field 3"),
        SampleFile(
            "a name of combining marks", node { $0.write(3, String(repeating: "\u{301}", count: 40)) },
            "UTF-8 in field 3"),
        SampleFile("two nodes of one output", graph { $0.write(1, model().nodes[0]) }, "two nodes have the output 'y'"),
        SampleFile(
            "two tensors of one name", model { $0.addTensor("R", .integers([1])) }.bytes, "two tensors are called 'R'"),
        SampleFile(
            "an attribute of another kind",
            node { writer in
                var attribute = ProtobufWriter()
                attribute.write(1, "direction")
                attribute.write(3, 1)
                writer.write(5, attribute.bytes)
            }, "attribute 'direction' is not a text"),
        SampleFile(
            "an attribute that refers to a function's",
            node { writer in
                var attribute = ProtobufWriter()
                attribute.write(1, "clip")
                attribute.write(20, 1 << 40)
                writer.write(5, attribute.bytes)
            }, "attribute 'clip' is not a number"),
        SampleFile("many inputs", node { writer in for _ in 0...(1 << 16) { writer.write(1, "") } }, "65536 inputs"),
        SampleFile(
            "many attributes", node { writer in for _ in 0..<65 { writer.write(5, [UInt8]()) } }, "64 attributes"),
        SampleFile(
            "many nodes", graph { writer in for _ in 0...(1 << 18) { writer.write(1, [UInt8]()) } }, "262144 nodes"),
        SampleFile(
            "many numbers",
            node { writer in
                var attribute = ProtobufWriter()
                attribute.write(1, "clip")
                attribute.write(8, [UInt8](repeating: 1, count: 1 << 17))
                writer.write(5, attribute.bytes)
            }, "65536 whole numbers"),
        SampleFile("dimensions", model(W: .custom(type: 1, .init(repeating: 1, count: 65)) { _ in }).bytes, "64 whole"),
        SampleFile("a tensor of 2^60 bytes", model(W: .custom(type: 1, [1 << 58]) { _ in }).bytes, "'W'"),
        SampleFile(
            "a file beside it", model(W: .external([1, 4, 1], [("location", "w.bin")])).bytes, "'W'"),
        SampleFile(
            "a file outside", model(W: .external([1, 4, 1], [("location", "../w.bin")])).bytes, "'../w.bin'"),
        SampleFile("NaN", model(W: .raw(Tensor(repeating: .nan, shape: [1, 4, 1]))).bytes, "nan"),
    ]
}

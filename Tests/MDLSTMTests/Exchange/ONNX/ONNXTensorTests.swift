import Foundation
import MDLSTM
import Testing
import _TestSupport

/// The ways in which a model holds a tensor; all of them hold the same numbers.
struct ONNXTensorTests {
    private typealias Content = ONNXWriter.Content

    /// The bits of exact numbers as float16, which has 5 bits of exponent to float32's 8, and as bfloat16.
    private static func half(_ value: Float) -> UInt16 {
        guard value != 0 else { return 0 }
        let bits = value.bitPattern
        return UInt16(bits >> 16 & 0x8000) | UInt16((bits >> 23 & 0xFF) - 112) << 10 | UInt16(bits >> 13 & 0x3FF)
    }

    private static func words(_ tensor: Tensor<Float>, _ bits: (Float) -> UInt16) -> [UInt8] {
        tensor.values.flatMap { value in [UInt8(bits(value) & 0xFF), UInt8(bits(value) >> 8)] }
    }

    private static func brain(_ value: Float) -> UInt16 { UInt16(value.bitPattern >> 16) }

    private static let contents: [(name: String, content: @Sendable (Tensor<Float>) -> Content)] = [
        ("raw_data", { .raw($0) }),
        (
            "packed float_data",
            { tensor in
                .custom(type: 1, tensor.shape) { writer in
                    writer.write(
                        4, tensor.values.flatMap { value in (0..<4).map { UInt8(value.bitPattern >> (8 * $0) & 0xFF) } }
                    )
                }
            }
        ),
        (
            "float_data one by one",
            { tensor in
                .custom(type: 1, tensor.shape) { writer in for value in tensor.values { writer.write(4, value) } }
            }
        ),
        (
            "dimensions one by one",
            { tensor in
                .init { writer in
                    for extent in tensor.shape { writer.write(1, extent) }
                    writer.write(2, 1)
                    for value in tensor.values { writer.write(4, value) }
                }
            }
        ),
        (
            "double_data",
            { tensor in
                .custom(type: 11, tensor.shape) { writer in
                    for value in tensor.values { writer.write(10, Double(value)) }
                }
            }
        ),
        (
            "float16 in raw_data",
            { tensor in
                .custom(type: 10, tensor.shape) { $0.write(9, words(tensor, half)) }
            }
        ),
        (
            "float16 in int32_data",
            { tensor in
                .custom(type: 10, tensor.shape) {
                    $0.write(5, tensor.values.flatMap { ProtobufWriter.varint(Int(half($0))) })
                }
            }
        ),
        (
            "bfloat16 in int32_data",
            { tensor in
                .custom(type: 16, tensor.shape) { writer in
                    for value in tensor.values { writer.write(5, Int(brain(value))) }
                }
            }
        ),
        (
            "bfloat16 in raw_data",
            { tensor in
                .custom(type: 16, tensor.shape) { $0.write(9, words(tensor, brain)) }
            }
        ),
    ]

    @Test(arguments: contents.indices) func types(_ index: Int) throws {
        let expected: LayerFile<Double> = try ONNXNodeModel().model().lstm().layer()
        let lstm = try ONNXNodeModel { $0.content = Self.contents[index].content }.model().lstm()
        #expect(lstm.precision == (Self.contents[index].name == "double_data" ? .float64 : .float32))
        let layer: LayerFile<Double> = try lstm.layer()
        #expect(layer.parameters == expected.parameters, "\(Self.contents[index].name)")
    }

    @Test func otherFiles() throws {
        let folder = try TemporaryFolder()
        let tensors = ONNXNodeModel().tensors
        var data: [UInt8] = [1, 2, 3]
        var places: [(String, [(String, String)])] = []
        for (name, tensor) in tensors {
            places.append(
                (name, [("location", "w/data.bin"), ("offset", "\(data.count)"), ("length", "\(tensor.count * 4)")]))
            data += tensor.values.flatMap { value in (0..<4).map { UInt8(value.bitPattern >> (8 * $0) & 0xFF) } }
        }
        try FileManager.default.createDirectory(atPath: folder.file("w"), withIntermediateDirectories: true)
        try writeFile(data, to: folder.file("w/data.bin"))
        func lstm(_ change: (String, [(String, String)]) -> [(String, String)]) throws -> LayerFile<Float> {
            var writer = ONNXWriter()
            for ((name, tensor), (_, place)) in zip(tensors, places) {
                writer.addTensor(name, .external(tensor.shape, change(name, place)))
            }
            writer.addNode("LSTM", ["x", "W", "R", "B"], ["y"], name: "l")
            try writeFile(writer.bytes, to: folder.file("m.onnx"))
            return try ONNXModel(contentsOf: folder.file("m.onnx")).lstm().layer()
        }
        let expected: LayerFile<Float> = try ONNXNodeModel().model().lstm().layer()
        #expect(try lstm { _, place in place }.parameters == expected.parameters)
        // Without a length, it is that of the shape.
        #expect(try lstm { _, place in place.filter { $0.0 != "length" } }.parameters == expected.parameters)
        func refuse(_ parts: [String], _ key: String, _ value: String) {
            expectMDLSTMError(.data, ["m.onnx", "tensor 'R'"] + parts) {
                _ = try lstm { name, place in name == "R" ? place.filter { $0.0 != key } + [(key, value)] : place }
            }
        }
        for location in ["", "/etc/passwd", "../w/data.bin", "w/../../x", "w//data.bin"] {
            refuse(["in the folder of the model", "'\(location)'"], "location", location)
        }
        refuse(["99 bytes", "expected 64"], "length", "99")
        refuse(["offset '-1'"], "offset", "-1")
        refuse(["offset '1e3'"], "offset", "1e3")
        refuse(["from byte 100000 on", "has \(data.count)"], "offset", "100000")
        // A pipe is not even opened, and a link leads nowhere else.
        #expect(mkfifo(folder.file("w/pipe"), 0o600) == 0)
        refuse(["no regular file"], "location", "w/pipe")
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("w/out"), withDestinationPath: ProcessInfo.processInfo.arguments[0])
        refuse(["a link out of the model's folder"], "location", "w/out")
        try FileManager.default.createSymbolicLink(atPath: folder.file("in"), withDestinationPath: "w/data.bin")
        #expect(
            try lstm { _, place in place.map { $0.0 == "location" ? ("location", "in") : $0 } }.parameters
                == expected.parameters)
        expectMDLSTMError(.missingInput, ["w/none.bin"]) {
            _ = try lstm { name, place in name == "W" ? [("location", "w/none.bin")] : place }
        }
    }

    @Test func misfittingTensorsAreRefused() {
        func refuse(_ parts: [String], _ content: Content) {
            expectMDLSTMError(.data, ["source"] + parts) {
                _ = try ONNXNodeModel { $0.content = { _ in content } }.model().lstm().layer(as: Float.self)
            }
        }
        refuse(["'W'", "has 4 bytes", "expected 96"], .custom(type: 1, [1, 8, 3]) { $0.write(9, [0, 0, 0, 0]) })
        refuse(["'W'", "has 0 bytes"], .custom(type: 1, [1, 8, 3]) { _ in })
        refuse(["'W'", "element type 8"], .custom(type: 8, [1]) { _ in })
        refuse(["'W'", "segment"], .custom(type: 1, [1]) { $0.write(3, [UInt8]()) })
        refuse(["'W'", "shape [-1]"], .custom(type: 1, [-1]) { _ in })
        refuse(["'W'", "addressed"], .custom(type: 1, [1 << 40, 1 << 40]) { _ in })
        refuse(["'W'", "I64"], .integers([1, 2, 3]))
        refuse(["field 4"], .custom(type: 1, [1]) { $0.write(4, 7) })
    }
}

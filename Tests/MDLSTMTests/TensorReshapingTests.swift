import MDLSTM
import Testing
import _TestSupport

/// Cutting, joining and turning of constants, through a model's LSTM weights: `R` is made by the nodes of a test.
///
/// Expected values are NumPy's.
struct TensorReshapingTests {
    /// Values of R `[1, 4, 1]` that a chain makes of `v`, `[2, 3, 4]` of 0, 1, ..
    private func made(_ add: (inout ONNXWriter) -> Void) throws -> [Float] {
        var writer = ONNXWriter()
        writer.addTensor("W", Tensor(zeros: [1, 4, 1]))
        writer.addTensor("v", Tensor(shape: [2, 3, 4], values: (0..<24).map { Float($0) }))
        add(&writer)
        writer.addNode("LSTM", ["x", "W", "R"], ["y"], name: "l")
        let layer: LayerFile<Float> = try ONNXModel(parsing: writer.bytes, name: "source").lstm().layer()
        // Gates i, o, f, c of ONNX.
        let rows = layer.parameters["weight_hh"]!.values
        return [rows[0], rows[3], rows[1], rows[2]]
    }

    /// `v[starts:ends:steps]` along axes, then reshaped to R.
    private func sliced(_ starts: [Int], _ ends: [Int], _ axes: [Int], _ steps: [Int]) throws -> [Float] {
        try made { writer in
            for (name, values) in [("s", starts), ("e", ends), ("a", axes), ("t", steps), ("shape", [1, -1, 1])] {
                writer.addTensor(name, .integers(values))
            }
            writer.addNode("Slice", ["v", "s", "e", "a", "t"], ["part"])
            writer.addNode("Reshape", ["part", "shape"], ["R"])
        }
    }

    @Test func slices() throws {
        #expect(try sliced([1, 0], [2, 1], [0, 1], [1, 1]) == [12, 13, 14, 15])
        #expect(try sliced([0, -1], [2, .max], [0, 1], [2, 1]) == [8, 9, 10, 11])
        #expect(try sliced([-1, -1, 3], [.min, .max, .min], [0, 1, 2], [-2, 1, -1]) == [23, 22, 21, 20])
        #expect(try sliced([0, 1, 1], [99, 2, 3], [0, 1, -1], [1, 1, 1]) == [5, 6, 17, 18])
    }

    @Test func slicesAlongThreeAxes() throws {
        // v[:, 2:0:-2, 3:0:-2]
        #expect(try sliced([2, 3], [0, 0], [1, 2], [-2, -2]) == [11, 9, 23, 21])
        // v[::9, ::9, :]: a step beyond the extent takes one.
        #expect(try sliced([0, 0], [2, 3], [0, 1], [9, 9]) == [0, 1, 2, 3])
    }

    @Test func transposedAndJoined() throws {
        let turned = try made { writer in
            writer.addTensor("two", .integers([2]))
            writer.addTensor("one", .integers([1]))
            writer.addTensor("zero", .integers([0]))
            writer.addTensor("shape", .integers([0, 4, -1]))
            // v.transpose(2, 0, 1)[2:3][:, :, 0:2] is v[:, 0:2, 2].
            writer.addNode("Transpose", ["v"], ["t"], [("perm", .ints([2, 0, 1]))])
            writer.addNode("Slice", ["t", "two", "three"], ["a"])
            writer.addTensor("three", .integers([3]))
            writer.addNode("Slice", ["a", "zero", "two", "two"], ["b"])
            writer.addNode("Reshape", ["b", "shape"], ["R"])
        }
        #expect(turned == [2, 6, 14, 18])
        let joined = try made { writer in
            writer.addTensor("a", Tensor(shape: [1, 2, 1], values: [1, 2]))
            writer.addTensor("b", Tensor(shape: [2], values: [3, 4]))
            writer.addTensor("axes", .integers([0, -1]))
            writer.addNode("Unsqueeze", ["b", "axes"], ["c"])
            writer.addNode("Concat", ["c", "a"], ["d"], [("axis", .int(-2))])
            writer.addNode("Squeeze", ["d"], ["e"])
            writer.addNode("Cast", ["e"], ["f"], [("to", .int(11))])
            writer.addNode("Cast", ["f"], ["g"], [("to", .int(1))])
            writer.addNode("Unsqueeze", ["g", "axes"], ["R"])
        }
        #expect(joined == [3, 4, 1, 2])
    }

    /// Forms that ONNX does not allow are not followed, and nothing is read beyond a tensor.
    @Test func wrongForms() {
        func refuse(_ add: (inout ONNXWriter) -> Void, sourceLocation: SourceLocation = #_sourceLocation) {
            expectMDLSTMError(.data, ["source, node 'l'", "weights R", "at run time"], sourceLocation: sourceLocation) {
                _ = try made(add)
            }
        }
        func slice(_ starts: [Int], _ ends: [Int], _ axes: [Int], _ steps: [Int]) {
            refuse { writer in
                for (name, values) in [("s", starts), ("e", ends), ("a", axes), ("t", steps)] {
                    writer.addTensor(name, .integers(values))
                }
                writer.addNode("Slice", ["v", "s", "e", "a", "t"], ["R"])
            }
        }
        slice([0], [1], [3], [1])
        slice([0], [1], [-4], [1])
        slice([0], [1], [0], [0])
        slice([0], [1], [0], [.min])
        slice([0, 0], [1, 1], [0, -3], [1, 1])
        slice([0, 0], [1], [0], [1])
        func node(_ operation: String, _ values: [Int]) {
            refuse { writer in
                writer.addTensor("i", .integers(values))
                writer.addNode(operation, ["v", "i"], ["R"])
            }
        }
        node("Reshape", [5, 5])
        node("Reshape", [-1, -1])
        node("Reshape", [-1, 7])
        node("Reshape", [-1, 0, 0, 0, 0])
        node("Reshape", [-2])
        node("Reshape", [.max, .max])
        node("Unsqueeze", [9])
        node("Unsqueeze", [0, 0])
        node("Squeeze", [0])
        refuse { $0.addNode("Transpose", ["v"], ["R"], [("perm", .ints([0, 1, 1]))]) }
        refuse { $0.addNode("Transpose", ["v"], ["R"], [("perm", .ints([0, 1]))]) }
        refuse { $0.addNode("Concat", ["v", "W"], ["R"], [("axis", .int(0))]) }
        refuse { $0.addNode("Concat", ["v", ""], ["R"], [("axis", .int(0))]) }
        refuse { $0.addNode("Concat", [], ["R"], [("axis", .int(0))]) }
        refuse { $0.addNode("Cast", ["v"], ["R"], [("to", .int(10))]) }
        refuse { $0.addNode("Slice", ["v"], ["R"]) }
        refuse { $0.addNode("Constant", [], ["R"], [("value_string", .string("text"))]) }
    }
}

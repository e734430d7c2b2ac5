import MDLSTM
import Testing
import _TestSupport

/// Weights and states that other nodes make, as torch.onnx.export writes them.
struct ONNXConstantTests {
    private typealias Node = ONNXNodeModel

    /// An LSTM of torch.onnx.export without constant folding: rows i, f, g, o of PyTorch cut and put together as i, o, f, c.
    @Test func gatesCutAndPutTogether() throws {
        let names = ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"]
        let tensors = [
            exactNumbers([8, 3], from: 1), exactNumbers([8, 2], from: 2), exactNumbers([8], from: 3),
            exactNumbers([8], from: 4),
        ]
        var writer = ONNXWriter()
        var state = TensorFile(name: "source")
        writer.addTensor("zero", .integers([0]))
        for (name, tensor) in zip(names, tensors) {
            state.append(name, tensor)
            writer.addTensor(name, tensor)
            for (part, (start, end)) in [(0, 2), (6, 8), (2, 6)].enumerated() {
                writer.addNode("Constant", [], ["\(name)_s\(part)"], [("value", .tensor(.integers([start])))])
                writer.addNode("Constant", [], ["\(name)_e\(part)"], [("value_ints", .ints([end]))])
                writer.addNode(
                    "Slice", [name, "\(name)_s\(part)", "\(name)_e\(part)", "zero"], ["\(name)_\(part)"])
            }
            writer.addNode("Concat", (0..<3).map { "\(name)_\($0)" }, ["\(name)_all"], [("axis", .int(0))])
        }
        writer.addNode("Concat", ["bias_ih_l0_all", "bias_hh_l0_all"], ["bias"], [("axis", .int(-1))])
        writer.addNode("Unsqueeze", ["weight_ih_l0_all", "zero"], ["W"])
        // The axes were an attribute before opset 13.
        writer.addNode("Unsqueeze", ["weight_hh_l0_all"], ["R"], [("axes", .ints([0]))])
        writer.addNode("Unsqueeze", ["bias", "zero"], ["B"])
        writer.addNode("LSTM", ["x", "W", "R", "B"], ["y"], name: "l")
        let layer: LayerFile<Float> = try ONNXModel(parsing: writer.bytes, name: "source").lstm().layer()
        guard case .layer(let expected) = try WeightFile<Float>(state, from: .pytorch) else {
            Issue.record("expected a layer")
            return
        }
        #expect(layer.configuration == expected.configuration && layer.parameters == expected.parameters)
    }

    /// A state of zeros, in the ways in which exporters make it, is none.
    @Test(arguments: ["fixed", "expanded", "of shape", "sliced", "negative"]) func zeros(_ form: String) throws {
        let lstm = try Node { $0.states = ["", "h", "h"] }.model { writer in
            writer.addInput("batch")
            switch form {
            case "fixed": writer.addTensor("h", Tensor(zeros: [1, 5, 2]))
            case "negative": writer.addTensor("h", Tensor(repeating: -0.0, shape: [1, 5, 2]))
            case "expanded":
                writer.addNode("Constant", [], ["z"], [("value", .tensor(.raw(Tensor(zeros: [1, 5, 2]))))])
                writer.addNode("Expand", ["z", "batch"], ["h"])
            case "of shape": writer.addNode("ConstantOfShape", ["batch"], ["h"])
            default:
                writer.addNode("ConstantOfShape", ["batch"], ["all"])
                writer.addTensor("one", .integers([1]))
                writer.addNode("Slice", ["all", "one", "batch", "one"], ["part"])
                writer.addTensor("three", .integers([3]))
                writer.addNode("Slice", ["part", "one", "three"], ["h"])
            }
        }
        if form == "sliced" {
            // Where the cut is depends on the input.
            #expect(throws: Never.self) { try lstm.lstm() }
            #expect(try lstm.lstm().stateOrigins.count == 2)
        } else {
            let node = try lstm.lstm()
            #expect(!node.hasInitialState && node.stateOrigins.isEmpty && !node.repeatsInitialState)
            let state: BoundaryState<Float> = try node.initialState(of: node.layer())
            #expect(
                state.h[0]
                    == Tensor(zeros: [1, form == "fixed" || form == "negative" || form == "expanded" ? 5 : 1, 1, 2]))
        }
    }

    /// A learned state, repeated for every sample.
    @Test func repeatedStates() throws {
        let lstm = try Node { $0.states = ["", "h", "c"] }.model { writer in
            writer.addInput("shape")
            writer.addTensor("learned", exactNumbers([2, 1, 2], from: 3))
            writer.addNode("Expand", ["learned", "shape"], ["both"])
            for (name, start, end) in [("h", 0, 1), ("c", 1, Int.max)] {
                writer.addTensor("\(name)s", .integers([start]))
                writer.addTensor("\(name)e", .integers([end]))
                writer.addNode("Slice", ["both", "\(name)s", "\(name)e"], [name])
            }
        }.lstm()
        #expect(lstm.hasInitialState && lstm.repeatsInitialState)
        let state: BoundaryState<Float> = try lstm.initialState(of: lstm.layer())
        #expect(state.h[0] == exactNumbers([1, 1, 1, 2], from: 3))
        #expect(state.c[0] == exactNumbers([1, 1, 1, 2], from: 5))
        // One number for all, which is not zero.
        let filled = try Node { $0.states = ["", "h", ""] }.model { writer in
            writer.addNode(
                "ConstantOfShape", ["shape"], ["h"],
                [("value", .tensor(.raw(Tensor(repeating: 0.5, shape: [1]))))])
        }.lstm()
        let same: BoundaryState<Float> = try filled.initialState(of: filled.layer())
        #expect(same.h[0] == Tensor(repeating: 0.5, shape: [1, 1, 1, 2]) && same.c[0] == Tensor(zeros: [1, 1, 1, 2]))
    }

    @Test func whatTheModelIsGivenIsNamed() throws {
        let lstm = try Node { $0.states = ["lengths", "h", "c"] }.model { writer in
            writer.addInput("h")
            writer.addInput("lengths")
            writer.addNode("Relu", ["h"], ["c"], name: "made")
        }.lstm()
        #expect(lstm.lengths == "the model's input 'lengths'")
        #expect(
            lstm.stateOrigins == ["h from the model's input 'h'", "c from node 'made', Relu, at run time"])
        #expect(!lstm.hasInitialState)
        expectMDLSTMError(.data, ["source, node 'l'", "h from the model's input 'h'", "only what is in the file"]) {
            _ = try lstm.initialState(of: lstm.layer(as: Float.self))
        }
        let plain = try Node().model().lstm()
        #expect(plain.lengths == nil && plain.stateOrigins.isEmpty)
        expectMDLSTMError(.data, ["no initial state"]) { _ = try plain.initialState(of: plain.layer(as: Float.self)) }
    }

    @Test func statesThatDoNotFit() {
        func refuse(_ parts: [String], _ tensor: Tensor<Float>) {
            expectMDLSTMError(.data, ["source, node 'l'", "initial_h"] + parts) {
                let lstm = try Node { $0.states = ["", "h", ""] }.model { $0.addTensor("h", tensor) }.lstm()
                _ = try lstm.initialState(of: lstm.layer(as: Float.self))
            }
        }
        refuse(["[1, 2, 3]", "[1, 2, 2]"], exactNumbers([1, 2, 3], from: 1))
        refuse(["[2, 3, 2]", "[1, 3, 2]"], exactNumbers([2, 3, 2], from: 1))
        refuse(["[1, 1, 1, 2]"], exactNumbers([1, 1, 1, 2], from: 1))
        refuse(["nan"], Tensor(repeating: .nan, shape: [1, 1, 2]))
    }

    /// Weights that are not in the file are named, with where they come from.
    @Test func weightsFromElsewhere() {
        func refuse(_ parts: [String], _ add: (inout ONNXWriter) -> Void) {
            expectMDLSTMError(.data, ["source, node 'l'", "weights R"] + parts) {
                var writer = ONNXWriter()
                writer.addTensor("W", exactNumbers([1, 8, 3], from: 1))
                add(&writer)
                writer.addNode("LSTM", ["x", "W", "R"], ["y"], name: "l")
                _ = try ONNXModel(parsing: writer.bytes, name: "source").lstm()
            }
        }
        refuse(["the model's input 'R'"]) { $0.addInput("R") }
        refuse(["'R', which is not in the file"]) { _ in }
        refuse(["node 'q', DequantizeLinear"]) { $0.addNode("DequantizeLinear", ["a", "b"], ["R"], name: "q") }
        refuse(["the model's input 'outer'"]) {
            $0.addInput("outer")
            $0.addNode("Identity", ["outer"], ["R"])
        }
        refuse(["a repeated value"]) { $0.addNode("ConstantOfShape", ["shape"], ["R"]) }
        // A cut along an axis that there is not.
        refuse(["Slice, at run time"]) {
            $0.addTensor("r", exactNumbers([8, 2], from: 1))
            $0.addTensor("seven", .integers([7]))
            $0.addNode("Slice", ["r", "seven", "seven", "seven"], ["R"])
        }
        refuse(["Identity, at run time"]) { $0.addNode("Identity", ["x"], ["R"], domain: "com.example") }
    }

    /// A short file cannot become much: chains that double, circles, chains without end.
    @Test func chainsAreBounded() {
        func refuse(_ add: (inout ONNXWriter) -> Void) {
            expectMDLSTMError(.data, ["source", "made of constants by more"]) {
                var writer = ONNXWriter()
                writer.addTensor("v0", exactNumbers([8, 8], from: 1))
                add(&writer)
                writer.addNode("LSTM", ["x", "W", "W"], ["y"])
                _ = try ONNXModel(parsing: writer.bytes, name: "source").lstm()
            }
        }
        refuse { writer in
            for k in 0..<40 {
                writer.addNode("Concat", ["v\(k)", "v\(k)"], [k == 39 ? "W" : "v\(k + 1)"], [("axis", .int(0))])
            }
        }
        refuse { $0.addNode("Identity", ["W"], ["W"]) }
        refuse { writer in
            for k in 0..<100 { writer.addNode("Identity", ["v\(k)"], [k == 99 ? "W" : "v\(k + 1)"]) }
        }
    }
}

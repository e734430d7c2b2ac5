import MDLSTM
import Testing
import _TestSupport

/// The attributes of the operator: outputs are those of onnxruntime 1.32.
struct ONNXOperatorTests {
    private typealias Node = ONNXNodeModel

    @Test func defaults() throws {
        expectNumbers(
            try output(of: Node().model().lstm()),
            [0.1241362, -0.1948355, 0.1622443, -0.238356, 0.1836267, -0.2610753])
    }

    @Test func reverseWithoutBias() throws {
        let node = Node([("direction", .string("reverse"))]) { $0.hasBias = false }
        expectNumbers(
            try output(of: node.model().lstm()),
            [0.1134379, -0.1069052, 0.1124302, -0.1073689, 0.08865186, -0.0812781])
    }

    /// input_forget is f = 1 - i, and clips what peepholes add to.
    @Test func inputForgetAndClip() throws {
        let coupled = Node([("input_forget", .int(1))])
        expectNumbers(
            try output(of: coupled.model().lstm()),
            [0.1241362, -0.1948355, 0.1380295, -0.2650809, 0.1469476, -0.2977805])
        let both = Node([("clip", .float(0.5)), ("input_forget", .int(1))]) { $0.hasPeepholes = true }
        expectNumbers(
            try output(of: both.model().lstm()),
            [0.1056999, -0.1370502, 0.1422325, -0.2025293, 0.1553057, -0.2346068])
        let clipped = Node([("clip", .float(0.25))]) { $0.hasPeepholes = true }
        expectNumbers(
            try output(of: clipped.model().lstm()),
            [0.05990474, -0.06638195, 0.0927465, -0.09451506, 0.110766, -0.1065791])
    }

    @Test func activations() throws {
        let hard = Node([
            ("activations", .strings(["HardSigmoid", "Tanh", "Relu"])), ("activation_alpha", .floats([0.25])),
            ("activation_beta", .floats([0.375])),
        ])
        expectNumbers(try output(of: hard.model().lstm()), [0.04689664, 0, 0.07054251, 0, 0.08590384, 0])
        // alpha 0.2 and beta 0.5 unless given; names in any case.
        let clipped = Node([("activations", .strings(["hardsigmoid", "RELU", "tanh"])), ("clip", .float(0.5))])
        expectNumbers(try output(of: clipped.model().lstm()), [0.116525, 0, 0.1739438, 0, 0.2018061, 0])
    }

    /// Only functions that have parameters take one of the lists.
    @Test func activationsOfBothDirections() throws {
        let direction = ("direction", ONNXWriter.Attribute.string("bidirectional"))
        let linear = Node([
            direction, ("activations", .strings(["Sigmoid", "Affine", "Affine", "Sigmoid", "Affine", "Affine"])),
            ("activation_alpha", .floats([1, 1, 1, 1])), ("activation_beta", .floats([0, 0, 0, 0])),
        ]) { $0.directions = 2 }
        expectNumbers(
            try output(of: linear.model().lstm()),
            [
                0.1761955, -0.2206461, 0.2019262, 0.1813836, 0.2401343, -0.2688793, 0.1673617, 0.1620124, 0.2864058,
                -0.3008925, 0.1047888, 0.1239448,
            ])
        // Another beta in each direction is another bias.
        let hard = Node([
            direction, ("activations", .strings(["HardSigmoid", "Tanh", "Tanh", "HardSigmoid", "Tanh", "Tanh"])),
            ("activation_alpha", .floats([0.25, 0.25])), ("activation_beta", .floats([0.375, 0.625])),
        ]) { $0.directions = 2 }
        expectNumbers(
            try output(of: hard.model().lstm()),
            [
                0.04382531, -0.1302056, 0.2343876, 0.2605287, 0.05757703, -0.1460804, 0.1938051, 0.2323743, 0.06898379,
                -0.1554747, 0.1195978, 0.1737684,
            ])
    }

    /// Initial states `[D, B, H]`, or `[B, D, H]` where the batch is first.
    @Test(arguments: [0, 1]) func initialStates(layout: Int) throws {
        let node = Node([("direction", .string("bidirectional")), ("layout", .int(layout))]) {
            ($0.directions, $0.hasPeepholes, $0.states) = (2, true, ["", "h", "c"])
        }
        let shape = layout == 0 ? [2, 1, 2] : [1, 2, 2]
        let lstm = try node.model { writer in
            writer.addTensor("h", exactNumbers(shape, from: 7))
            writer.addTensor("c", exactNumbers(shape, from: 8))
        }.lstm()
        #expect(lstm.isBatchFirst == (layout == 1) && lstm.hasInitialState && !lstm.repeatsInitialState)
        let state: BoundaryState<Float> = try lstm.initialState(of: lstm.layer())
        #expect(state.h[0] == exactNumbers([2, 1, 1, 2], from: 7))
        expectNumbers(
            try output(of: lstm, from: state),
            [
                0.07388737, -0.3618357, 0.1266316, 0.169198, 0.1374018, -0.2634803, 0.1143524, 0.1410395, 0.1614022,
                -0.2696941, 0.1253999, 0.01323451,
            ])
    }

    /// Several samples, whose states lie otherwise with the batch first.
    @Test func statesOfSeveralSamples() throws {
        let node = Node([("direction", .string("bidirectional")), ("layout", .int(1))]) {
            ($0.directions, $0.states) = (2, ["", "h", ""])
        }
        let lstm = try node.model { $0.addTensor("h", exactNumbers([3, 2, 2], from: 7)) }.lstm()
        let state: BoundaryState<Float> = try lstm.initialState(of: lstm.layer())
        let h = exactNumbers([3, 2, 2], from: 7).values
        let swapped = [0, 1, 4, 5, 8, 9, 2, 3, 6, 7, 10, 11].map { h[$0] }
        #expect(state.h[0] == Tensor(shape: [2, 3, 1, 2], values: swapped))
        #expect(state.c[0] == Tensor(zeros: [2, 3, 1, 2]))
    }

    @Test func sizesMustAgree() {
        var writer = ONNXWriter()
        for (name, tensor) in Node().tensors { writer.addTensor(name, tensor) }
        writer.addNode("LSTM", ["x", "W", "R", "B"], ["y"], [("hidden_size", .int(3))])
        expectMDLSTMError(.data, ["source, the node of output 'y'", "hidden_size is 3", "'R'"]) {
            _ = try ONNXModel(parsing: writer.bytes, name: "source").lstm().layer(as: Float.self)
        }
    }

    @Test func whatNoLayerHasIsRefusedByName() throws {
        func refuse(
            _ attributes: [(String, ONNXWriter.Attribute)], _ parts: [String], directions: Int = 1,
            sourceLocation: SourceLocation = #_sourceLocation
        ) {
            expectMDLSTMError(.data, ["source, node 'l': "] + parts, sourceLocation: sourceLocation) {
                let lstm = try Node(attributes) { $0.directions = directions }.model().lstm()
                _ = try lstm.layer(as: Float.self)
            }
        }
        func activations(_ names: String...) -> (String, ONNXWriter.Attribute) { ("activations", .strings(names)) }
        refuse([("direction", .string("Forward"))], ["direction 'Forward'", "bidirectional"])
        refuse([("direction", .string("bidirectional"))], ["'W'", "[1, 8, 3]", "[2, 8, 3]"])
        refuse([("layout", .int(7))], ["layout is 7", "0 or 1"])
        refuse([("clip", .float(0))], ["clip is 0"])
        refuse([("clip", .float(.infinity))], ["clip is inf"])
        refuse([("gain", .float(1))], ["'gain'", "input_forget"])
        refuse([activations("Tanh", "Tanh", "Tanh")], ["Tanh of the gates", "HardSigmoid"])
        refuse([activations("Sigmoid", "LeakyRelu", "Tanh")], ["LeakyRelu of the candidate", "Relu"])
        refuse([activations("Sigmoid", "Tanh", "Softsign")], ["Softsign of the output"])
        refuse([activations("Sigmoid", "Affine", "Tanh")], ["Affine of the candidate", "alpha 1"])
        refuse([activations("Sigmoid", "Tanh")], ["2 activations", "expected 3"])
        refuse(
            [activations("Sigmoid", "ThresholdedRelu", "Tanh"), ("activation_alpha", .floats([2]))],
            ["ThresholdedRelu(alpha 2.0)"])
        refuse(
            [activations("HardSigmoid", "Tanh", "Tanh"), ("activation_alpha", .floats([-0.2]))],
            ["HardSigmoid(alpha -0.2) of the gates", "above 0"])
        refuse(
            [activations("HardSigmoid", "Tanh", "Tanh"), ("activation_beta", .floats([0.4])), ("clip", .float(1))],
            ["together with clip", "beta 0.5"])
        let both = ("direction", ONNXWriter.Attribute.string("bidirectional"))
        refuse(
            [both, activations("Sigmoid", "Tanh", "Tanh", "Sigmoid", "Relu", "Tanh")],
            ["Sigmoid, Tanh, Tanh forwards", "Sigmoid, Relu, Tanh in reverse"], directions: 2)
        refuse(
            [
                both, activations("HardSigmoid", "Tanh", "Tanh", "HardSigmoid", "Tanh", "Tanh"),
                ("activation_alpha", .floats([0.2, 0.3])),
            ], ["HardSigmoid(alpha 0.2)", "in reverse"], directions: 2)
    }
}

import MDLSTM
import Testing
import _TestSupport

/// Numbers that are exact in every float: `((7 k + 3) mod 11 - 5) / 8` for k from `first` on.
func exactNumbers(_ shape: [Int], from first: Int) -> Tensor<Float> {
    let count = shape.reduce(1, *)
    return Tensor(shape: shape, values: (first..<(first + count)).map { Float(($0 * 7 + 3) % 11 - 5) / 8 })
}

/// A model of one LSTM node `l` on I 3 and H 2, and what is changed in it.
struct ONNXNodeModel {
    var directions = 1
    var hasBias = true
    var hasPeepholes = false
    var attributes: [(String, ONNXWriter.Attribute)] = []

    /// Inputs sequence_lens, initial_h and initial_c.
    var states = ["", "", ""]

    /// How a tensor is written.
    var content: (Tensor<Float>) -> ONNXWriter.Content = ONNXWriter.Content.raw

    init(_ attributes: [(String, ONNXWriter.Attribute)] = [], _ change: (inout Self) -> Void = { _ in }) {
        self.attributes = attributes
        change(&self)
    }

    /// The inputs of the operator under their names.
    var tensors: [(String, Tensor<Float>)] {
        let D = directions
        return [("W", exactNumbers([D, 8, 3], from: 1)), ("R", exactNumbers([D, 8, 2], from: 5))]
            + (hasBias ? [("B", exactNumbers([D, 16], from: 4))] : [])
            + (hasPeepholes ? [("P", exactNumbers([D, 6], from: 6))] : [])
    }

    /// The file, with what `add` adds to it.
    func bytes(adding add: (inout ONNXWriter) -> Void = { _ in }) -> [UInt8] {
        var writer = ONNXWriter()
        for (name, tensor) in tensors { writer.addTensor(name, content(tensor)) }
        writer.addInput("x")
        add(&writer)
        writer.addNode(
            "LSTM", ["x", "W", "R", hasBias ? "B" : ""] + states + [hasPeepholes ? "P" : ""], ["y"], name: "l",
            [("hidden_size", .int(2))] + attributes)
        return writer.bytes
    }

    func model(adding add: (inout ONNXWriter) -> Void = { _ in }) throws -> ONNXModel {
        try ONNXModel(parsing: bytes(adding: add), name: "source")
    }
}

/// What a node makes of an input of 3 steps, `[1, 3, D*2]`.
func output(of lstm: ONNXLSTM, from state: BoundaryState<Float>? = nil) throws -> Tensor<Float> {
    let layer: LayerFile<Float> = try lstm.layer()
    var call = LayerCall(input: exactNumbers([1, 3, 3], from: 2))
    call.initialState = state
    return try ReferenceBackend<Float>().run(layer.configuration, parameters: layer.parameters, call: call).output
}

/// Expects the numbers of another library, in float32.
func expectNumbers(
    _ actual: Tensor<Float>, _ expected: [Float], sourceLocation: SourceLocation = #_sourceLocation
) {
    expectClose(
        actual, Tensor(shape: actual.shape, values: expected), absolute: 1e-6, relative: 1e-6, "output",
        sourceLocation: sourceLocation)
}

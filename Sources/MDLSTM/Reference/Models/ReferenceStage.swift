/// One layer of a model at work on the CPU, by plain loops.
protocol ReferenceStage<T> {
    associatedtype T: Scalar

    /// The output of every site, flat, from the input; keeps what the backward pass needs.
    mutating func forward(_ x: [T]) -> [T]

    /// The gradients, from input, output and dL/dy.
    func backward(x: [T], y: [T], dy: [T]) -> StageGradients<T>

    /// What the next piece of a sequence finds, after the forward pass; nil of a layer without states.
    var leaving: CarriedLayer<T>? { get }

    /// What the layer then keeps of the batch, under its own names, after a forward pass in training; nil of a layer that keeps
    /// nothing.
    var running: ParameterTensors<T>? { get }

    /// The least and the largest cell state, after the forward pass; nil of a layer without any.
    var cellRange: CellRange<T>? { get }
}

extension ReferenceStage {
    var leaving: CarriedLayer<T>? { nil }
    var running: ParameterTensors<T>? { nil }
    var cellRange: CellRange<T>? { nil }
}

/// The derivatives of a loss by what went into a layer of a model.
struct StageGradients<T: Scalar> {
    /// By the input; nil for symbols, which have none.
    var x: [T]?

    /// By the layer's own tensors, under their own names.
    var parameters = ParameterTensors<T>()
}

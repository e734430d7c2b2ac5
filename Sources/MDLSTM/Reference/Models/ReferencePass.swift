/// One forward pass of a model by plain loops, with what the backward pass needs of it.
struct ReferencePass<T: Scalar> {
    private let model: ModelConfiguration
    private let inputShape: [Int]
    private var stages: [any ReferenceStage<T>] = []

    /// The input, then the output of every layer, flat.
    private var values: [[T]]

    /// dL/dx of the last backward pass, where it is wanted, `[B, E1, .., EN, I]`.
    private(set) var inputGradient: Tensor<T>?

    /// The grid after the last layer.
    private(set) var outputGrid: Grid

    /// - Parameters:
    ///   - noise: of dropout and zoneout in training; nil in inference
    ///   - frozen: layers that do not learn
    ///   - entering: what the piece of the sequence before left; nil where nothing enters
    init(
        model: ModelConfiguration, parameters: ParameterTensors<T>, input: Tensor<T>, grid: Grid,
        noise: NoiseKey? = nil, frozen: Set<Int> = [], entering: ParameterTensors<T>? = nil
    ) throws(MDLSTMError) {
        self.model = model
        inputShape = input.shape
        values = [input.values]
        outputGrid = grid
        var features = model.inputSize
        for (index, layer) in model.layers.enumerated() {
            var own = ParameterTensors<T>()
            for shape in layer.kind.parameterShapes { own[shape.name] = parameters["\(index).\(shape.name)"] }
            var stage: any ReferenceStage<T>
            let isFrozen = frozen.contains(index) && layer.runningCount > 0
            let key = isFrozen ? nil : noise?.of(layer: index)
            if let recurrent = layer.kind as? RecurrentLayer, let h = entering?["\(index).h"],
                let c = entering?["\(index).c"]
            {
                stage = try recurrent.makeReference(
                    grid: outputGrid, parameters: own, noise: key, entering: CarriedLayer(h: h.values, c: c.values))
            } else {
                stage = try layer.kind.makeReference(
                    grid: outputGrid, inputSize: features, parameters: own, noise: key)
            }
            values.append(stage.forward(values[index]))
            stages.append(stage)
            outputGrid = try layer.kind.outputGrid(of: outputGrid)
            features = model.featureSizes[index]
        }
    }

    /// The model's output, `[B, E1, .., EN, O]`.
    var output: Tensor<T> {
        Tensor(shape: [outputGrid.batch] + outputGrid.extents + [model.outputSize], values: values.last!)
    }

    /// The largest |c| of all layers; nil where none has cell states.
    var largestCell: T? { stages.compactMap { $0.cellRange?.largestMagnitude }.largestOrNaN }

    /// What the next piece of a sequence finds: see `ModelConfiguration.carriedShapes(batch:)`.
    var leaving: ParameterTensors<T> {
        var tensors = ParameterTensors<T>()
        let shapes = Dictionary(
            uniqueKeysWithValues: model.carriedShapes(batch: outputGrid.batch).map { ($0.name, $0) })
        for (index, stage) in stages.enumerated() {
            guard let state = stage.leaving else { continue }
            for (name, values) in [("\(index).h", state.h), ("\(index).c", state.c)] {
                tensors[name] = Tensor(shape: shapes[name]!.shape, values: values)
            }
        }
        return tensors
    }

    /// What the layers then keep of the batch.
    var running: ParameterTensors<T> {
        var tensors = ParameterTensors<T>()
        for (index, stage) in stages.enumerated() {
            for (name, tensor) in stage.running ?? ParameterTensors() { tensors["\(index).\(name)"] = tensor }
        }
        return tensors
    }

    /// Input and layer outputs by name, in order.
    func named() -> [(name: String, values: [T])] {
        values.enumerated().map { ($0 == 0 ? "the input" : "the output of layer \($0 - 1)", $1) }
    }

    /// Gradients by all parameters of the model; zeros in layers that do not learn. Where it is wanted, that by the input
    /// stays in ``inputGradient``.
    mutating func backward(outputGradient: [T], training: TrainingConfiguration) -> ParameterTensors<T> {
        var dy = outputGradient
        var gradients = ParameterTensors<T>(zeros: model.parameterShapes)
        for index in model.layers.indices.reversed() {
            let d = stages[index].backward(x: values[index], y: values[index + 1], dy: dy)
            if training.trains(index, of: model) {
                for (name, tensor) in d.parameters { gradients["\(index).\(name)"] = tensor }
            }
            guard let dx = d.x else { break }
            dy = dx
            if index == 0, training.wantsInputGradient { inputGradient = Tensor(shape: self.inputShape, values: dx) }
        }
        return gradients
    }
}

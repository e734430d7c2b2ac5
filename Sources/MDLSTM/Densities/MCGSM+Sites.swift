/// What a mixture says of sites.
public struct MCGSMResult<Element: Scalar>: Sendable {
    /// log p(y | h) in nats, in the shape of the sites.
    public let nats: Tensor<Element>

    /// Gradients of the sum of ``nats`` by every tensor under its name, by `h` and by `y`; nil unless asked for.
    public let gradients: ParameterTensors<Element>?
}

extension Backend {
    /// The log-likelihoods of sites under a mixture.
    ///
    /// - Parameters:
    ///   - head: of D inputs and O outputs
    ///   - parameters: in the shapes of ``MCGSM/parameterShapes``
    ///   - h: what the density is conditional on, `[.., D]`
    ///   - y: what it is of, `[.., O]`
    ///   - wantsGradients: whether the gradients of their sum are computed too
    /// - Throws: ``MDLSTMError`` of kind `data` where shapes do not fit; the backend's own error when its device fails.
    public func run(
        _ head: MCGSM, parameters: ParameterTensors<Element>, h: Tensor<Element>, y: Tensor<Element>,
        wantsGradients: Bool = false
    ) throws -> MCGSMResult<Element> {
        try parameters.validate(against: head.parameterShapes)
        let (D, O) = (head.inputs, head.outputs)
        let shape = Array(h.shape.dropLast())
        guard h.shape.last == D, y.shape == shape + [O], !h.values.isEmpty else {
            throw MDLSTMError(
                .data,
                "h has the shape \(h.shape), y \(y.shape); expected [.., \(D)] and [.., \(O)] of the same sites")
        }
        let sites = h.count / D
        var rows: [Element] = []
        for site in 0..<sites {
            rows += h.values[(site * D)..<((site + 1) * D)]
            rows += y.values[(site * O)..<((site + 1) * O)]
        }
        let model = try ModelConfiguration(inputSize: D + O, axes: 1, layers: [.mcgsm(head)])
        let input = Tensor(shape: [1, sites, D + O], values: rows)
        let named = parameters.named(inLayer: 0)
        guard wantsGradients else {
            let nats = try makeModel(model, parameters: named).predict(input)
            return MCGSMResult(nats: nats.reshaped(shape), gradients: nil)
        }
        var training = TrainingConfiguration(loss: .negativeLogLikelihood, optimizer: .sgd())
        training.wantsInputGradient = true
        let trainer = try makeTrainer(model: model, parameters: named, training: training)
        let nats = try trainer.forward(TrainingBatch(input: input))
        try trainer.backward(outputGradient: Tensor(repeating: 1, shape: nats.shape))
        var gradients = ParameterTensors(shapes: head.parameterShapes, flat: try trainer.gradients().flat)
        let byInput = try trainer.inputGradient().values
        func columns(_ columns: Range<Int>) -> [Element] {
            (0..<sites).flatMap { site -> ArraySlice<Element> in
                let first = site * (D + O)
                return byInput[(first + columns.lowerBound)..<(first + columns.upperBound)]
            }
        }
        gradients["h"] = Tensor(shape: h.shape, values: columns(0..<D))
        gradients["y"] = Tensor(shape: y.shape, values: columns(D..<(D + O)))
        return MCGSMResult(nats: nats.reshaped(shape), gradients: gradients)
    }
}

extension ParameterTensors {
    /// The tensors of one layer under their names in a model.
    fileprivate func named(inLayer index: Int) -> ParameterTensors {
        var named = ParameterTensors()
        for (name, tensor) in self { named["\(index).\(name)"] = tensor }
        return named
    }
}

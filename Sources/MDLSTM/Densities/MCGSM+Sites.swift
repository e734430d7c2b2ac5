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
        let rows = (0..<(h.count / D)).map { site in
            Array(h.values[(site * D)..<((site + 1) * D)] + y.values[(site * O)..<((site + 1) * O)])
        }
        guard wantsGradients else {
            let model = try ModelConfiguration(inputSize: D + O, axes: 1, layers: [.mcgsm(head)])
            let input = Tensor(shape: [1, rows.count, D + O], values: Array(rows.joined()))
            let nats = try makeModel(model, parameters: parameters.named(inLayer: 0)).predict(input)
            return MCGSMResult(nats: nats.reshaped(shape), gradients: nil)
        }
        // Sites as symbols: the gradient by their vectors is that by h and y.
        let piece = min(rows.count, 1024)
        let model = try ModelConfiguration(
            inputSize: 1, axes: 1, layers: [.embedding(symbols: piece, size: D + O), .mcgsm(head)])
        var nats: [Element] = [], byH: [Element] = [], byY: [Element] = []
        var sums = Array(repeating: 0.0, count: parameters.flat.count)
        for sites in rows.indices.pieces(ofAtMost: piece) {
            var all = ParameterTensors<Element>()
            let missing = Array(repeating: Element(0), count: (piece - sites.count) * (D + O))
            all["0.weight"] = Tensor(shape: [piece, D + O], values: rows[sites].flatMap { $0 } + missing)
            for (name, tensor) in parameters.named(inLayer: 1) { all[name] = tensor }
            let trainer = try makeTrainer(
                model: model, parameters: all,
                training: TrainingConfiguration(loss: .negativeLogLikelihood, optimizer: .sgd()))
            let symbols = (0..<sites.count).map { Element($0) }
            let found = try trainer.forward(
                TrainingBatch(input: Tensor(shape: [1, sites.count, 1], values: symbols)))
            nats += found.values
            try trainer.backward(outputGradient: Tensor(repeating: 1, shape: found.shape))
            let gradients = try trainer.gradients().flat
            for site in 0..<sites.count {
                byH += gradients[(site * (D + O))..<(site * (D + O) + D)]
                byY += gradients[(site * (D + O) + D)..<((site + 1) * (D + O))]
            }
            for (index, value) in gradients[(piece * (D + O))...].enumerated() { sums[index] += Double(value) }
        }
        var gradients = ParameterTensors(shapes: head.parameterShapes, flat: sums.map { Element($0) })
        gradients["h"] = Tensor(shape: h.shape, values: byH)
        gradients["y"] = Tensor(shape: y.shape, values: byY)
        return MCGSMResult(nats: Tensor(shape: shape, values: nats), gradients: gradients)
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

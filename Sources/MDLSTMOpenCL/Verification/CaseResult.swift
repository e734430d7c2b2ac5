package import MDLSTM

/// What a backend computes in a case, tensor by tensor.
package struct CaseResult {
    /// Outputs and states; a model's first prediction and the losses of its steps.
    private var forward: [[Double]] = []

    /// Gradients; after a model's steps those of the last, and the parameters.
    private var backward: [[Double]] = []

    /// A layer, forward and backward.
    package init<Element: Scalar>(of layer: LayerCase, on backend: some Backend<Element>) throws {
        let configuration = layer.configuration
        let result = try backend.run(configuration, parameters: layer.parameters(), call: layer.call())
        forward = [Self.numbers(result.output)] + result.finalState!.named.entries.map { Self.numbers($0.tensor) }
        let gradients = result.gradients!
        backward =
            [Self.numbers(gradients.input)]
            + configuration.parameterShapes.map { Self.numbers(gradients.parameters[$0.name]!) }
            + (gradients.initialState?.named.entries.map { Self.numbers($0.tensor) } ?? [])
    }

    /// A model, trained for the case's steps.
    package init<Element: Scalar>(of model: ModelCase, on backend: some Backend<Element>) throws {
        let trainer = try backend.makeTrainer(
            model: model.model, parameters: model.parameters(), training: model.training)
        let first: TrainingBatch<Element> = try model.batch(step: 0)
        forward.append(Self.numbers(try trainer.predict(first.input, samples: model.samples)))
        for step in 1...model.steps {
            let batch: TrainingBatch<Element> = try model.batch(step: step)
            if model.isAccumulated {
                forward.append(try Self.accumulate(batch, loss: model.training.loss, by: trainer))
            } else {
                let report = try trainer.step(batch)
                forward += [[report.loss], [report.probeError]]
            }
        }
        for tensors in [try trainer.gradients(), try trainer.parameters()] {
            backward += model.model.parameterShapes.map { Self.numbers(tensors[$0.name]!) }
        }
    }

    /// A step in two parts of the batch; returns loss and gradient norm.
    private static func accumulate<Element: Scalar>(
        _ batch: TrainingBatch<Element>, loss: Loss, by trainer: some Trainer<Element>
    ) throws -> [Double] {
        var (sum, divisor) = (0.0, 0.0)
        for part in [0..<1, 1..<batch.input.shape[0]].map(batch.part) {
            let value = try loss.evaluate(try trainer.forward(part), target: part.target, samples: part.samples)
            try trainer.backward(outputGradient: value.outputGradient)
            sum += Double(value.sum)
            divisor += value.divisor
        }
        return [sum / divisor, try trainer.apply(scale: 1 / divisor).gradientNorm]
    }

    private static func numbers<Element: Scalar>(_ tensor: Tensor<Element>) -> [Double] {
        tensor.values.map { Double($0) }
    }

    /// The largest normalised mean squared errors of both passes.
    package func errors(against expected: CaseResult) -> (forward: Double, backward: Double) {
        func largest(_ actual: [[Double]], _ expected: [[Double]]) -> Double {
            guard actual.count == expected.count else { return .infinity }
            return zip(actual, expected).reduce(0) { max($0, normalizedError($1.0, $1.1)) }
        }
        return (largest(forward, expected.forward), largest(backward, expected.backward))
    }
}

/// What the reference computes in Double, each case once.
package final class ExpectedResults {
    private var results: [String: CaseResult] = [:]

    package init() {}

    package func result(of layer: LayerCase) throws -> CaseResult {
        try result(layer.name) { try CaseResult(of: layer, on: ReferenceBackend<Double>()) }
    }

    package func result(of model: ModelCase) throws -> CaseResult {
        try result(model.name) { try CaseResult(of: model, on: ReferenceBackend<Double>()) }
    }

    private func result(_ name: String, _ make: () throws -> CaseResult) throws -> CaseResult {
        if let result = results[name] { return result }
        let result = try make()
        results[name] = result
        return result
    }
}

extension OpenCLBackend {
    /// Largest normalised errors of a layer against the Double reference.
    package func errors(
        of layer: LayerCase, expected: ExpectedResults = ExpectedResults()
    ) throws -> (forward: Double, backward: Double) {
        try CaseResult(of: layer, on: self).errors(against: expected.result(of: layer))
    }

    /// Largest normalised errors of a model: its predictions and losses, and the gradients and parameters after its steps.
    package func errors(
        of model: ModelCase, expected: ExpectedResults = ExpectedResults()
    ) throws -> (forward: Double, backward: Double) {
        try CaseResult(of: model, on: self).errors(against: expected.result(of: model))
    }
}

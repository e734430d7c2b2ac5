/// Weights that a training step leaves out: those by which hidden states enter a recurrent layer, `weight_hh` and a grid's `weight_vh`
/// (Merity, Keskar and Socher 2018, arXiv 1708.02182, after DropConnect, Wan et al. 2013).
///
/// In a step each of them is 0 with probability ``rate`` and w / (1 - rate) otherwise, the same for all samples and sites; its
/// gradient is multiplied by the same factor. Word 0 of the random block of element e decides, e the weight's place among all
/// parameters of the model, on stream ``RandomStreams/weights``.
package struct WeightDropout: Sendable {
    package let rate: Double

    /// The layers whose weights are left out, and where among all parameters of the model these are.
    package let parts: [(layer: Int, range: Range<Int>)]

    private let seed: UInt64

    /// Of the layers of a model that learn; nil in a training without.
    package init?(of model: ModelConfiguration, _ training: TrainingConfiguration) {
        guard training.weightDropout > 0 else { return nil }
        var parts: [(layer: Int, range: Range<Int>)] = []
        var first = 0
        for (index, layer) in model.layers.enumerated() {
            for shape in layer.parameterShapes {
                if training.trains(index, of: model), Self.isLeftOut(shape.name) {
                    parts.append((index, first..<(first + shape.count)))
                }
                first += shape.count
            }
        }
        (rate, seed, self.parts) = (training.weightDropout, training.seed, parts)
    }

    /// Whether a layer's tensor is one that hidden states enter by; of an untied grid some have `_depth` behind their names.
    private static func isLeftOut(_ name: String) -> Bool { name.hasPrefix("weight_hh") || name.hasPrefix("weight_vh") }

    /// What a weight that stays is multiplied by.
    package var scale: Double { 1 / (1 - rate) }

    /// Weights, or gradients by them, times the factors of a step.
    func applied<T: Scalar>(to tensors: ParameterTensors<T>, step: UInt32) -> ParameterTensors<T> {
        let (stream, threshold) = (
            RandomStream(seed: seed, step: step, stream: RandomStreams.weights), NoiseKey.threshold(rate)
        )
        var flat = tensors.flat
        for (_, range) in parts {
            for place in range { flat[place] = stream.block(place).x < threshold ? 0 : T(scale) * flat[place] }
        }
        return ParameterTensors(shapes: tensors.shapes, flat: flat)
    }
}

extension TrainingConfiguration {
    /// Refuses a share that is none, and a model that has no such weights.
    func validateWeightDropout(for model: ModelConfiguration) throws(MDLSTMError) {
        guard (0..<1).contains(weightDropout) else {
            throw MDLSTMError(.option, "the weight dropout is \(weightDropout); expected a number from 0 below 1")
        }
        guard let dropout = WeightDropout(of: model, self), dropout.parts.isEmpty else { return }
        throw MDLSTMError(
            .option,
            "the weight dropout is \(weightDropout), but no layer that learns has weights by which hidden states enter it; leave it "
                + "out, or add a recurrent layer")
    }
}

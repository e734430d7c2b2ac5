/// Weights that a training step leaves out: those by which hidden states enter a recurrent layer, `weight_hh` (Merity, Keskar and
/// Socher 2018, arXiv 1708.02182, after DropConnect, Wan et al. 2013).
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
                if training.trains(index, of: model), shape.name.hasPrefix("weight_hh") {
                    parts.append((index, first..<(first + shape.count)))
                }
                first += shape.count
            }
        }
        (rate, seed, self.parts) = (training.weightDropout, training.seed, parts)
    }

    /// What a weight that stays is multiplied by.
    package var scale: Double { 1 / (1 - rate) }

    /// The same values with the weights of a step left out, or of gradients theirs.
    func applied<T: Scalar>(to tensors: ParameterTensors<T>, step: UInt32) -> ParameterTensors<T> {
        let (stream, threshold) = (
            RandomStream(seed: seed, step: step, stream: RandomStreams.weights), NoiseKey.threshold(rate)
        )
        var flat = tensors.flat
        for (_, range) in parts {
            for place in range { flat[place] *= stream.block(place).x < threshold ? 0 : T(scale) }
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

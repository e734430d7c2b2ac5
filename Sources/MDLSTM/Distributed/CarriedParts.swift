/// The states that layers carry, `[B * F, V, H]` each: a layer that carries states has one direction, so that the rows of a
/// sequence follow those of the one before.
extension ParameterTensors {
    /// Those of some of the sequences.
    ///
    /// - Parameters:
    ///   - range: of the sequences, those of `batch`
    ///   - model: whose layers the states are of
    func sequences(_ range: Range<Int>, of batch: Int, _ model: ModelConfiguration) -> ParameterTensors {
        var part = ParameterTensors()
        for shape in model.carriedShapes(batch: range.count) {
            let values = self[shape.name]!.values
            let own = values.count / batch
            part[shape.name] = Tensor(
                shape: shape.shape, values: Array(values[(range.lowerBound * own)..<(range.upperBound * own)]))
        }
        return part
    }

    /// The states of sequences one after the other, from those of parts of them.
    static func joined(_ parts: [ParameterTensors], batch: Int, _ model: ModelConfiguration) -> ParameterTensors {
        var whole = ParameterTensors()
        for shape in model.carriedShapes(batch: batch) {
            whole[shape.name] = Tensor(shape: shape.shape, values: parts.flatMap { $0[shape.name]!.values })
        }
        return whole
    }
}

import MDLSTM

/// Gradients of some layers in a row, which a backward pass makes final before those of the layers before them.
struct GradientPart {
    /// Their places among all parameters.
    let range: Range<Int>

    /// The layer whose backward pass is the last of them.
    let firstLayer: Int

    /// The parts of a model, the last layers first; layers that no gradient reaches are in the last part.
    ///
    /// - Parameter least: bytes of a part, but for the last
    static func parts<Element: Scalar>(
        of model: ModelConfiguration, _ training: TrainingConfiguration, least: Int, _: Element.Type
    ) -> [GradientPart] {
        let counts = model.layers.map { $0.parameterShapes.reduce(0) { $0 + $1.count } }
        let starts = counts.reduce(into: [0]) { $0.append($0.last! + $1) }
        let firstReached = training.firstReached(of: model)
        var parts: [GradientPart] = []
        var end = starts.last!
        for layer in model.layers.indices.reversed() where layer > firstReached {
            guard (end - starts[layer]) * MemoryLayout<Element>.stride >= least else { continue }
            parts.append(GradientPart(range: starts[layer]..<end, firstLayer: layer))
            end = starts[layer]
        }
        if end > 0 || parts.isEmpty { parts.append(GradientPart(range: 0..<end, firstLayer: firstReached)) }
        return parts
    }
}

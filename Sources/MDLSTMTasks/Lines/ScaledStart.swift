public import MDLSTM

extension LinePipeline {
    /// Weights to begin with: drawn, then those of each dense layer and convolution but the last scaled so that what it says of
    /// some lines has deviation 1.
    ///
    /// Every recurrent layer makes numbers smaller; after a few, what a stack says hardly depends on the picture, and a
    /// training takes long to find that it can. "All you need is a good init", Mishkin and Matas 2016 (arXiv 1511.06422).
    ///
    /// - Parameters:
    ///   - set: of which a few lines are looked at
    ///   - seed: of the draw
    /// - Throws: the errors of reading a sample.
    public func initialParameters<T: Scalar>(on set: any DataSet<T>, seed: UInt64) throws -> ParameterTensors<T> {
        var parameters: ParameterTensors<T> = model.initialParameters(seed: seed)
        var (features, axes) = (model.inputSize, model.axes)
        var current = try ExamplePictures.chosen(Self.mostLooked, of: set.count).map { index in
            let input = judged(try set.sample(at: index)).input
            return input.reshaped([1] + input.shape)
        }
        let last = model.layers.dropLast().lastIndex { Self.isScaled($0) } ?? -1
        for (index, layer) in model.layers.prefix(last + 1).enumerated() {
            let alone = try ModelConfiguration(inputSize: features, axes: axes, layers: [layer])
            let names = alone.parameterShapes.map { String($0.name.dropFirst(2)) }
            var own = ParameterTensors<T>()
            for name in names { own["0.\(name)"] = parameters["\(index).\(name)"] }
            let stage = try ReferenceBackend<T>().makeModel(alone, parameters: own)
            var found = try current.map { try stage.predict($0, samples: nil) }
            let deviation = T(Self.deviation(found))
            // What never changes stays as it is.
            if Self.isScaled(layer), deviation > 1e-6 {
                for name in names {
                    parameters["\(index).\(name)"] = own["0.\(name)"].map { $0.divided(by: deviation) }
                }
                found = found.map { $0.divided(by: deviation) }
            }
            (current, features, axes) = (found, alone.outputSize, alone.outputAxes)
        }
        return parameters
    }

    private static func isScaled(_ layer: LayerDescription) -> Bool {
        switch layer {
        case .dense, .convolution: true
        default: false
        }
    }

    /// Lines that are looked at.
    private static var mostLooked: Int { 4 }

    /// Of all numbers from their mean.
    private static func deviation<T: Scalar>(_ tensors: [Tensor<T>]) -> Double {
        let values = tensors.flatMap { $0.values.map { Double($0) } }
        let mean = values.reduce(0, +) / Double(max(1, values.count))
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, values.count))).squareRoot()
    }
}

extension Tensor where Element: Scalar {
    fileprivate func divided(by divisor: Element) -> Tensor {
        Tensor(shape: shape, values: values.map { $0 / divisor })
    }
}

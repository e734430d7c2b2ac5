/// One network of a density with its whitening and its weights.
public struct PlaneDensity<Element: Scalar>: Equatable, Sendable {
    public var model: DensityModel
    public var whitening: ConditionalWhitening

    /// Of `model.network`.
    public var parameters: ParameterTensors<Element>

    public init(_ model: DensityModel, _ whitening: ConditionalWhitening, parameters: ParameterTensors<Element>) {
        (self.model, self.whitening, self.parameters) = (model, whitening, parameters)
    }

    /// The least and the largest of every number that is drawn, less its mean, of pictures in a range.
    package func limits(_ range: ClosedRange<Double>) -> [ClosedRange<Double>] {
        whitening.outputMean.values.map { mean in
            guard model.plane == .chroma else { return (range.lowerBound - mean)...(range.upperBound - mean) }
            let half = (range.upperBound - range.lowerBound) / 2
            return (-half - mean)...(half - mean)
        }
    }
}

extension PlaneDensity {
    /// Takes the tensors of a file whose names begin with `prefix`, the whitening's in float64.
    ///
    /// - Throws: ``MDLSTMError`` naming the tensor that is missing, misshapen or not finite.
    init(_ model: DensityModel, from file: TensorFile, prefix: String) throws(MDLSTMError) {
        let layers = model.layers.count
        var own = ParameterTensors<Element>(), fitted = ParameterTensors<Double>()
        for name in file.names where name.hasPrefix(prefix) {
            if name.hasPrefix(prefix + "whitening.") {
                fitted[String(name.dropFirst(prefix.count))] = try file.tensor(name, as: Double.self)
            } else {
                own[name] = try file.tensor(name, as: Element.self)
            }
        }
        let whitening: ConditionalWhitening
        do {
            whitening = try ConditionalWhitening(
                tensors: fitted, inputSize: model.neighbourhood.inputSize, outputSize: model.neighbourhood.outputSize)
        } catch { throw MDLSTMError(.data, error.message.naming(prefix)) }
        let shapes = model.network.parameterShapes
        own = try own.ordered(
            as: shapes.map { ParameterShape(name: prefix + Self.outer($0.name, layers), shape: $0.shape) })
        try own.requireFinite()
        self.init(model, whitening, parameters: ParameterTensors(shapes: shapes, flat: own.flat))
    }

    /// Appends the tensors under their names in files, each after `prefix`.
    func append(to file: inout TensorFile, prefix: String) {
        for (name, tensor) in whitening.tensors { file.append(prefix + name, tensor) }
        for (name, tensor) in parameters { file.append(prefix + Self.outer(name, model.layers.count), tensor) }
    }

    /// `0.weight_ih` is `layers.0.weight_ih`, and what the last layer has `head.priors`.
    private static func outer(_ name: String, _ layers: Int) -> String {
        let (layer, own) = DensityModel.parts(of: name)
        return layer < layers ? "layers.\(name)" : "head.\(own)"
    }
}

extension String {
    /// A message about the tensors of a whitening, with what their names begin with in the file.
    fileprivate func naming(_ prefix: String) -> String { replacing("'whitening.", with: "'\(prefix)whitening.") }
}

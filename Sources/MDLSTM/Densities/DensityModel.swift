/// A density of gray pictures: each pixel given those before it in raster order (Theis and Bethge 2015, arXiv 1506.03478).
///
/// A site's causal neighbourhood x and its pixel y are whitened to u and v (``ConditionalWhitening``); recurrent layers over
/// the sites read u, a head (``MCGSM``) gives log p(v | h, u). Without layers it is the plain mixture.
public struct DensityModel: Hashable, Sendable {
    public let options: DensityOptions

    /// Recurrent layers over two axes, which see no site that comes later.
    public let layers: [LayerConfiguration]
    public let neighbourhood: CausalNeighbourhood

    /// From rows of u and v, `[.., D + 1]`, to nats a site.
    public let network: ModelConfiguration

    /// From pixels less the mean of the whitening's outputs, `[B, H, W, 1]`, in a border that is padded with an indicator
    /// beside each, to nats a site; layer 0 whitens.
    public let model: ModelConfiguration

    /// - Throws: ``MDLSTMError`` of kind `option` for layers that would see later pixels or do not fit one another.
    public init(_ options: DensityOptions, layers: [LayerConfiguration]) throws(MDLSTMError) {
        (self.options, self.layers) = (options, layers)
        neighbourhood = try CausalNeighbourhood(size: options.neighbourhood)
        let conditions = Self.conditions(options, neighbourhood)
        var descriptions: [LayerDescription] = []
        var size = conditions
        for (index, layer) in layers.enumerated() {
            guard layer.directions == [.forward(axes: 2)], !layer.hasDepth else {
                let found = layer.directions.map(\.description).joined(separator: ", ")
                throw MDLSTMError(
                    .option,
                    "layer \(index) of the density has the directions \(found); expected \"++\" alone, over 2 axes: any other "
                        + "sees pixels that come later")
            }
            // Past the first layer goes what the head sees besides: u where there is a skip, and v.
            let first = index > 0 ? size : options.skip ? 0 : conditions
            descriptions.append(.skip(.recurrent(layer), from: first))
            size = layer.hiddenSize
        }
        let seen = layers.isEmpty ? conditions : size + (options.skip ? conditions : 0)
        descriptions.append(.mcgsm(options.mcgsm(inputs: seen)))
        network = try ModelConfiguration(inputSize: conditions + 1, axes: 2, layers: descriptions)
        let channels = options.border == .pad ? 2 : 1
        let m = neighbourhood.rowsAbove
        let whitening = LayerDescription.convolution(
            window: [m + 1, 2 * m + 1], stride: [1, 1], padding: .none, inputSize: channels,
            outputSize: conditions + 1)
        model = try ModelConfiguration(inputSize: channels, axes: 2, layers: [whitening] + descriptions)
    }

    /// Features D of a site that its pixel is conditional on: u and, in a padded border, which of them are padding.
    public static func conditions(_ options: DensityOptions) throws(MDLSTMError) -> Int {
        conditions(options, try CausalNeighbourhood(size: options.neighbourhood))
    }

    private static func conditions(_ options: DensityOptions, _ neighbourhood: CausalNeighbourhood) -> Int {
        neighbourhood.inputSize * (options.border == .pad ? 2 : 1)
    }

    /// The weights of layer 0 of ``model``, which is given pixels less the mean `outputMean` of the whitening.
    package func whiteningWeights<T: Scalar>(_ whitening: ConditionalWhitening) -> ParameterTensors<T> {
        let (inputs, m, isPadded) = (neighbourhood.inputSize, neighbourhood.rowsAbove, options.border == .pad)
        let (matrix, offset, center) = (whitening.matrix, whitening.offset, whitening.outputMean.values[0])
        let (window, channels) = ((m + 1) * (2 * m + 1), isPadded ? 2 : 1)
        let places = neighbourhood.inputs.map { ($0.row + m) * (2 * m + 1) + $0.column + m } + [window - m - 1]
        let outputs = network.inputSize
        var weight = Array(repeating: T(0), count: outputs * window * channels)
        var bias = Array(repeating: T(0), count: outputs)
        for row in 0...inputs {
            let output = row < inputs ? row : outputs - 1
            var sum = offset.values[row]
            for (column, place) in places.enumerated() {
                let factor = matrix.values[row * (inputs + 1) + column]
                weight[(output * window + place) * channels] = T(factor)
                sum += factor * center
            }
            bias[output] = T(sum)
        }
        // Indicators are handed on as they are.
        if isPadded {
            for row in 0..<inputs { weight[((inputs + row) * window + places[row]) * channels + 1] = 1 }
        }
        var tensors = ParameterTensors<T>()
        tensors["0.weight"] = Tensor(shape: [outputs, window * channels], values: weight)
        tensors["0.bias"] = Tensor(shape: [outputs], values: bias)
        return tensors
    }

    /// The weights of a dense layer that whitens neighbourhoods of pixels less the whitening's mean, `[rows, D]`, with the
    /// indicators of a padded border behind them.
    package func windowWeights<T: Scalar>(_ whitening: ConditionalWhitening) -> ParameterTensors<T> {
        let (inputs, size) = (neighbourhood.inputSize, network.inputSize - 1)
        let center = whitening.outputMean.values[0]
        var weight = Array(repeating: T(0), count: size * size), bias = Array(repeating: T(0), count: size)
        for row in 0..<inputs {
            var sum = 0.0
            for column in 0..<inputs {
                let factor = whitening.inputWhitening.values[row * inputs + column]
                weight[row * size + column] = T(factor)
                sum += factor * (center - whitening.inputMean.values[column])
            }
            bias[row] = T(sum)
        }
        for row in inputs..<size { weight[row * size + row] = 1 }
        var tensors = ParameterTensors<T>()
        tensors["weight"] = Tensor(shape: [size, size], values: weight)
        tensors["bias"] = Tensor(shape: [size], values: bias)
        return tensors
    }

    /// The parameters of ``network`` among those of ``model``.
    package func networkParameters<T: Scalar>(_ parameters: ParameterTensors<T>) -> ParameterTensors<T> {
        moved(parameters, by: -1)
    }

    /// The parameters of ``model``: those of ``network`` and of the whitening.
    package func modelParameters<T: Scalar>(
        _ parameters: ParameterTensors<T>, _ whitening: ConditionalWhitening
    ) -> ParameterTensors<T> {
        var all: ParameterTensors<T> = whiteningWeights(whitening)
        for (name, tensor) in moved(parameters, by: 1) { all[name] = tensor }
        return all
    }

    private func moved<T: Scalar>(_ parameters: ParameterTensors<T>, by step: Int) -> ParameterTensors<T> {
        var moved = ParameterTensors<T>()
        for (name, tensor) in parameters {
            let (index, own) = Self.parts(of: name)
            if index + step >= 0 { moved["\(index + step).\(own)"] = tensor }
        }
        return moved
    }

    /// The layer of a tensor, and its name in it.
    static func parts(of name: String) -> (layer: Int, name: String) {
        let dot = name.firstIndex(of: ".") ?? name.endIndex
        return (Int(name[..<dot]) ?? 0, String(name[dot...].dropFirst()))
    }
}

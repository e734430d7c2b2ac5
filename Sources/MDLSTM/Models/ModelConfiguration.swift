/// What becomes of the outputs of a layer's directions.
public enum DirectionMerge: String, CaseIterable, Sendable {
    /// Side by side: S * H features.
    case concatenate
    /// Added: H features.
    case sum
}

/// A function of every site's features.
public enum Activation: String, CaseIterable, Sendable {
    case sigmoid, tanh
    /// Over the features of a site.
    case softmax
}

/// One layer of a model.
public enum LayerDescription: Hashable, Sendable {
    /// A recurrent layer over the grid.
    case recurrent(LayerConfiguration, merge: DirectionMerge = .concatenate)
    /// `y = W x + b` at every site.
    case dense(inputSize: Int, outputSize: Int)
    case activation(Activation)
    /// Joins the sites of each window into one site of a coarser grid: features are the window's sites in row-major
    /// order, each with its own; sites beyond the grid are zero.
    case patch(window: [Int])
    /// A learned vector for each symbol; the first layer only. The model's one input feature is the symbol's number,
    /// from 0.
    case embedding(symbols: Int, size: Int)
    /// In training, sets features to zero with probability `rate` and scales the others by 1 / (1 - rate); in inference
    /// it does nothing.
    case dropout(rate: Double)
}

/// Layers applied one after the other.
public struct ModelConfiguration: Hashable, Sendable {
    public let layers: [LayerDescription]

    /// Features of the model's input.
    public let inputSize: Int

    /// Number of axes N of the grids the model takes; 0 where each sample is a single site.
    public let axes: Int

    /// Features after each layer.
    public let featureSizes: [Int]

    /// Features of the model's output.
    public var outputSize: Int { featureSizes.last ?? inputSize }

    /// A model of `layers` for inputs `[B, E1, .., EN, inputSize]`.
    ///
    /// - Throws: ``MDLSTMError`` naming the first layer that does not take what the one before it gives.
    public init(inputSize: Int, axes: Int, layers: [LayerDescription]) throws(MDLSTMError) {
        guard (1...65_536).contains(inputSize), (0...LayerConfiguration.maximumAxes).contains(axes), !layers.isEmpty
        else {
            throw MDLSTMError(
                .option,
                "a model needs 1 to 65536 input features, 0 to \(LayerConfiguration.maximumAxes) axes and a layer")
        }
        var size = inputSize
        var sizes: [Int] = []
        for (index, layer) in layers.enumerated() {
            if let expected = layer.inputSize, expected != size {
                throw MDLSTMError(
                    .option, "layer \(index) expects \(counted(expected, "feature")); it is given \(size)")
            }
            if let expected = layer.axes, expected != axes {
                throw MDLSTMError(
                    .option, "layer \(index) is for \(counted(expected, "axis", plural: "axes")); the model has \(axes)"
                )
            }
            if case .patch(let window) = layer, !window.allSatisfy({ $0 >= 1 }) {
                throw MDLSTMError(.option, "layer \(index) has the window \(window); every extent must be at least 1")
            }
            if case .dropout(let rate) = layer, !(0..<1).contains(rate) {
                throw MDLSTMError(.option, "layer \(index) drops \(rate); expected a rate from 0 up to below 1")
            }
            if case .embedding(let symbols, let size) = layer {
                guard (1...1 << 24).contains(symbols), (1...65_536).contains(size) else {
                    throw MDLSTMError(
                        .option,
                        "layer \(index) embeds \(symbols) symbols in \(size) features; expected at least 1 of "
                            + "each, at most \(1 << 24) and 65536")
                }
                guard index == 0 else {
                    throw MDLSTMError(
                        .option,
                        "layer \(index) is an embedding: symbols have no gradient, so that it must be the first")
                }
            }
            if case .dense(_, let outputs) = layer, !(1...65_536).contains(outputs) {
                throw MDLSTMError(.option, "layer \(index) has \(outputs) outputs; expected from 1 to 65536")
            }
            guard let outputSize = layer.outputSize(for: size), outputSize <= 1 << 24 else {
                throw MDLSTMError(.option, "layer \(index) makes more than the \(1 << 24) features supported")
            }
            size = outputSize
            sizes.append(size)
        }
        self.inputSize = inputSize
        self.axes = axes
        self.layers = layers
        featureSizes = sizes
        // Every tensor has fewer than 2^31 elements by the limits of its layer.
        let count = parameterShapes.reduce(0) { $0 + $1.count }
        guard count <= Int(Int32.max) else {
            throw MDLSTMError(.option, "the model has \(count) parameters; at most \(Int32.max) are supported")
        }
    }

    /// Names and shapes of all tensors, each layer's under its index: `0.weight_ih`.
    public var parameterShapes: [ParameterShape] {
        layers.enumerated().flatMap { index, layer in
            layer.parameterShapes.map { ParameterShape(name: "\(index).\($0.name)", shape: $0.shape) }
        }
    }

    /// Initial parameters: those of each layer, reproducible from the seed on every machine and backend.
    public func initialParameters<T: Scalar>(seed: UInt64, as type: T.Type = T.self) -> ParameterTensors<T> {
        var parameters = ParameterTensors<T>()
        var tensor = 0
        for (index, layer) in layers.enumerated() {
            let initial: ParameterTensors<T> = layer.initialParameters(seed: seed, firstTensor: tensor)
            for (name, value) in initial.entries { parameters["\(index).\(name)"] = value }
            tensor += initial.names.count
        }
        return parameters
    }

    /// The grid after each layer.
    public func grids(from grid: Grid) throws(MDLSTMError) -> [Grid] {
        var grids: [Grid] = []
        for layer in layers {
            let before = grids.last ?? grid
            if case .patch(let window) = layer {
                grids.append(try PatchTable.outputGrid(of: before, window: window))
            } else {
                grids.append(before)
            }
        }
        return grids
    }
}

extension LayerDescription {
    /// Features the layer needs; nil where any number will do.
    var inputSize: Int? {
        switch self {
        case .recurrent(let configuration, _): configuration.inputSize
        case .dense(let inputSize, _): inputSize
        case .embedding: 1
        case .activation, .patch, .dropout: nil
        }
    }

    /// Axes the layer needs; nil where any number will do.
    var axes: Int? {
        switch self {
        case .recurrent(let configuration, _): configuration.inputAxes
        case .patch(let window): window.count
        case .dense, .activation, .embedding, .dropout: nil
        }
    }

    /// Features the layer makes out of `size` features; nil when they do not fit an `Int`.
    func outputSize(for size: Int) -> Int? {
        switch self {
        case .recurrent(let configuration, .concatenate): configuration.outputSize
        case .recurrent(let configuration, .sum): configuration.hiddenSize
        case .dense(_, let outputSize): outputSize
        case .activation, .dropout: size
        case .embedding(_, let size): size
        case .patch(let window):
            window.reduce(Optional(size)) { product, extent in
                let next = product?.multipliedReportingOverflow(by: extent)
                return next?.overflow == false ? next?.partialValue : nil
            }
        }
    }

    /// Names and shapes of the layer's own tensors; a dense layer has `weight [O, I]` and `bias [O]`, an
    /// embedding `weight [symbols, size]`.
    var parameterShapes: [ParameterShape] {
        switch self {
        case .recurrent(let configuration, _): configuration.parameterShapes
        case .dense(let inputs, let outputs):
            [
                ParameterShape(name: "weight", shape: [outputs, inputs]),
                ParameterShape(name: "bias", shape: [outputs]),
            ]
        case .embedding(let symbols, let size): [ParameterShape(name: "weight", shape: [symbols, size])]
        case .activation, .patch, .dropout: []
        }
    }

    func initialParameters<T: Scalar>(seed: UInt64, firstTensor: Int) -> ParameterTensors<T> {
        switch self {
        case .recurrent(let configuration, _):
            return configuration.initialParameters(seed: seed, firstTensor: firstTensor)
        case .dense(let inputs, let outputs):
            var parameters = ParameterTensors<T>()
            let bound = 1 / Double(inputs).squareRoot()
            parameters["weight"] = .uniform(shape: [outputs, inputs], bound: bound, seed: seed, tensor: firstTensor)
            parameters["bias"] = Tensor(zeros: [outputs])
            return parameters
        case .embedding(let symbols, let size):
            // Of the standard normal distribution, as PyTorch's.
            let stream = RandomStream(
                seed: seed, tensor: UInt32(firstTensor), stream: RandomStreams.initialization)
            var parameters = ParameterTensors<T>()
            parameters["weight"] = Tensor(shape: [symbols, size], values: stream.normal(count: symbols * size))
            return parameters
        case .activation, .patch, .dropout:
            return ParameterTensors()
        }
    }
}

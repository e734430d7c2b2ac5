/// How the outputs of a layer's directions are combined.
public enum DirectionMerge: String, CaseIterable, Sendable {
    /// Side by side: D * H features, D the directions.
    case concatenate
    /// Added: H features.
    case sum
}

/// A function of every site's features.
public enum Activation: String, CaseIterable, Sendable {
    case sigmoid, tanh
    /// max(x, 0).
    case relu
    /// Over the features of a site.
    case softmax
}

/// What a pool makes of the values of a feature.
public enum PoolFunction: String, CaseIterable, Sendable {
    case sum, mean, max
    /// The value at the last site along every pooled axis.
    case last
}

/// What a convolution finds beyond the grid.
public enum ConvolutionPadding: String, CaseIterable, Sendable {
    /// Zeros, as many as there must be for an output site every `stride` sites; the odd one behind.
    case same
    /// Nothing: windows lie within the sample, which may be too small for one and then has no sites.
    case none
}

/// One layer of a model.
public indirect enum LayerDescription: Hashable, Sendable {
    /// A recurrent layer over the grid.
    case recurrent(LayerConfiguration, merge: DirectionMerge = .concatenate)
    /// `y = W x + b` at every site.
    case dense(inputSize: Int, outputSize: Int)
    case activation(Activation)
    /// Joins the sites of each window into one site of a coarser grid. Its features are the features of the window's
    /// sites in row-major order; sites beyond the grid count as zero.
    case patch(window: [Int])
    /// Of each feature the sum, mean, largest or last value over all sites of a sample along some axes, counted from 0,
    /// which the output does not have; along all where none are named, so that each sample becomes a single site. Each
    /// sample counts its own extents; one without sites gives zeros.
    case pool(axes: Set<Int>? = nil, by: PoolFunction)
    /// The largest value of each feature in every window; windows do not overlap, and the last ones of a sample have what
    /// is left.
    case maxPool(window: [Int])
    /// `y = W z + b`, z the features of the sites in a window, one site after the other in row-major order.
    case convolution(
        window: [Int], stride: [Int], padding: ConvolutionPadding = .same, inputSize: Int, outputSize: Int)
    /// The sites of every sample turned round along the axes that are marked `-`, each within the sample's own extents.
    case reverse(Direction)
    /// A learned vector for each symbol; the first layer only. The model's one input feature is the symbol's number,
    /// from 0.
    case embedding(symbols: Int, size: Int)
    /// A vector for each symbol that is 1 at its number and 0 elsewhere; the first layer only, of a model whose one input
    /// feature is the symbol's number, from 0.
    case oneHot(symbols: Int)
    /// In training, sets features to zero with probability `rate` and scales the others by 1 / (1 - rate); in inference
    /// it does nothing.
    case dropout(rate: Double)
    /// Of each feature `weight (x - mean) / sqrt(variance + epsilon) + bias` (Ioffe and Szegedy 2015, arXiv 1502.03167).
    ///
    /// In training mean and variance are those over all sites of the samples in the batch; each update takes those of its
    /// last batch into the running ones, `running += momentum (batch - running)`, the variance over one site less, as PyTorch
    /// does. In inference, and where the layer is frozen, they are the running ones.
    case batchNorm(inputSize: Int, momentum: Double = 0.1, epsilon: Double = 1e-5)
    /// The density of the last features of a site, y, given the others: log p(y | h) in nats.
    case mcgsm(MCGSM)
    /// A layer over the first features of a site, as many as it takes; the features from number `from` on go past it and
    /// follow its output. The layer is recurrent or dense.
    case skip(LayerDescription, from: Int)
}

/// Layers applied one after the other.
public struct ModelConfiguration: Hashable, Sendable {
    public let layers: [LayerDescription]

    /// Features of the model's input.
    public let inputSize: Int

    /// Number of axes N of the grids the model takes; 0 where each sample is a single site.
    public let axes: Int

    /// Number of axes of the output.
    public let outputAxes: Int

    /// Features after each layer.
    public let featureSizes: [Int]

    /// Features of the model's output.
    public var outputSize: Int { featureSizes.last ?? inputSize }

    /// A model of `layers` for inputs `[B, E1, .., EN, inputSize]`.
    ///
    /// - Throws: ``MDLSTMError`` naming the first layer whose input does not fit the output of the layer before it.
    public init(inputSize: Int, axes: Int, layers: [LayerDescription]) throws(MDLSTMError) {
        guard (1...65_536).contains(inputSize), (0...LayerConfiguration.maximumAxes).contains(axes), !layers.isEmpty
        else {
            throw MDLSTMError(
                .option,
                "a model needs 1 to 65536 input features, 0 to \(LayerConfiguration.maximumAxes) axes and a layer")
        }
        var (size, current) = (inputSize, axes)
        var sizes: [Int] = []
        for (index, layer) in layers.enumerated() {
            if let expected = layer.kind.inputSize, expected != size {
                throw MDLSTMError(
                    .option, "layer \(index) expects \(counted(expected, "feature")); it is given \(size)")
            }
            if let expected = layer.kind.axes, expected != current {
                throw MDLSTMError(
                    .option,
                    "layer \(index) is for \(counted(expected, "axis", plural: "axes")); "
                        + (current == axes ? "the model has \(axes)" : "it is given \(current)"))
            }
            try layer.kind.validate(at: index, axes: current)
            if case .skip(let inner, let first) = layer, let taken = inner.kind.inputSize, size < taken || size <= first
            {
                throw MDLSTMError(
                    .option,
                    "layer \(index) skips from feature \(first) past a layer of \(counted(taken, "feature")); it is given \(size)"
                )
            }
            guard let outputSize = layer.kind.outputSize(for: size), outputSize <= 1 << 24 else {
                throw MDLSTMError(.option, "layer \(index) makes more than the \(1 << 24) features supported")
            }
            size = outputSize
            current = layer.kind.outputAxes(for: current)
            sizes.append(size)
        }
        self.inputSize = inputSize
        self.axes = axes
        self.layers = layers
        featureSizes = sizes
        outputAxes = current
        // Every tensor has fewer than 2^31 elements by the limits of its layer.
        let count = parameterShapes.reduce(0) { $0 + $1.count }
        guard count <= Int(Int32.max) else {
            throw MDLSTMError(.option, "the model has \(count) parameters; at most \(Int32.max) are supported")
        }
    }

    /// Names and shapes of all tensors, each layer's under its index: `0.weight_ih`.
    public var parameterShapes: [ParameterShape] {
        layers.enumerated().flatMap { index, layer in
            layer.kind.parameterShapes.map { ParameterShape(name: "\(index).\($0.name)", shape: $0.shape) }
        }
    }

    /// The initial parameters of all layers. The same seed gives the same parameters on every machine and backend.
    public func initialParameters<T: Scalar>(seed: UInt64, as type: T.Type = T.self) -> ParameterTensors<T> {
        var parameters = ParameterTensors<T>()
        var tensor = 0
        for (index, layer) in layers.enumerated() {
            let initial: ParameterTensors<T> = layer.kind.initialParameters(seed: seed, firstTensor: tensor)
            for (name, value) in initial.entries { parameters["\(index).\(name)"] = value }
            tensor += initial.names.count
        }
        return parameters
    }

    /// The grid after each layer.
    public func grids(from grid: Grid) throws(MDLSTMError) -> [Grid] {
        var grids: [Grid] = []
        for layer in layers { grids.append(try layer.kind.outputGrid(of: grids.last ?? grid)) }
        return grids
    }
}

extension LayerConfiguration {
    /// Axes of a `grid` that are LSTMs, counted from 0; all axes of any other cell.
    public var lstmAxes: [Int] { (0..<axes).filter { function(ofAxis: $0) == .lstm } }

    /// Axes of a `grid` that are not LSTMs, counted from 0.
    public var plainAxes: [Int] { (0..<axes).filter { function(ofAxis: $0) != .lstm } }

    /// What updates axis `k` of a `grid`.
    public func function(ofAxis k: Int) -> AxisFunction {
        options.grid.functions.isEmpty ? .lstm : options.grid.functions[k]
    }

    /// Whether h is tanh(o * c), not o * tanh(c), in a cell with the output of the LSTM.
    package var squashesProduct: Bool { hasStatesByAxis && options.grid.output == .tanhOfProduct }

    /// Names and shapes of the layer's tensors, in order.
    public var parameterShapes: [ParameterShape] { hasStatesByAxis ? gridShapes : recurrentShapes }

    private var recurrentShapes: [ParameterShape] {
        let (S, N, G, H) = (setCount, axes, gates.count, hiddenSize)
        var shapes = [
            ParameterShape(name: "weight_ih", shape: [S, G * H, inputSize]),
            ParameterShape(name: "weight_hh", shape: [S, N, G * H, H]),
        ]
        if hasBias { shapes.append(ParameterShape(name: "bias", shape: [S, G * H])) }
        if options.peepholes {
            shapes.append(ParameterShape(name: "weight_ch", shape: [S, peepholeVectors.count, H]))
        }
        if options.extended { shapes.append(ParameterShape(name: "weight_ch", shape: [S, N, G * H, H])) }
        if options.variant == .fullGateRecurrence {
            shapes.append(ParameterShape(name: "weight_gh", shape: [S, 3, 3 * H, H]))
        }
        if let rows = normRows {
            shapes.append(ParameterShape(name: "norm_weight", shape: [S, rows.weight, H]))
            shapes.append(ParameterShape(name: "norm_bias", shape: [S, rows.bias, H]))
        }
        return shapes
    }

    private var gridShapes: [ParameterShape] {
        let (D, S, N, H) = (directions.count, setCount, axes, hiddenSize)
        let entering = function(ofAxis: N - 1) == .lstm ? 2 * H : H
        var shapes = [
            ParameterShape(name: "weight_in", shape: [D, entering, inputSize]),
            ParameterShape(name: "bias_in", shape: [D, entering]),
        ]
        func append(_ sets: Int, lstms: Int, plain: Int, suffix: String = "") {
            func append(_ name: String, _ shape: [Int]) {
                shapes.append(ParameterShape(name: name + suffix, shape: [sets] + shape))
            }
            if lstms > 0 {
                append("weight_hh", [lstms, 4 * H, N * H])
                append("bias", [lstms, 4 * H])
                if options.peepholes { append("weight_ch", [lstms, 3, H]) }
            }
            if plain > 0 {
                append("weight_vh", [plain, H, N * H])
                append("bias_v", [plain, H])
            }
        }
        append(S, lstms: ownLSTMAxes.count, plain: ownPlainAxes.count)
        if sharesDepthAxis {
            let isLSTM = function(ofAxis: N - 1) == .lstm
            append(D, lstms: isLSTM ? 1 : 0, plain: isLSTM ? 0 : 1, suffix: Self.depthSuffix)
        }
        return shapes
    }

    /// What the names of the tensors of the depth's axis end with where the depths share them.
    package static let depthSuffix = "_depth"

    /// Axes that are LSTMs, and those that are not, with a place in the tensors of every set: all but a depth that is shared.
    package var ownLSTMAxes: [Int] { lstmAxes.filter { !sharesDepthAxis || $0 < axes - 1 } }
    package var ownPlainAxes: [Int] { plainAxes.filter { !sharesDepthAxis || $0 < axes - 1 } }

    /// Whether there is a bias apart from the shifts of a layer norm.
    public var hasBias: Bool { options.layerNorm == .none || options.layerNorm == .inputRecurrentCell }

    /// Rows of H gains in `norm_weight` and of H shifts in `norm_bias`; nil without layer norm.
    ///
    /// Forms `gates` and `gatesAndCell`: the gates, then the cell state. Form `inputRecurrentCell`: gains of the input's
    /// gates, of the recurrent gates and of the cell state, but one shift, that of the cell state: `bias` shifts the
    /// gates.
    public var normRows: (weight: Int, bias: Int)? {
        switch options.layerNorm {
        case .none: nil
        case .gates, .gatesAndCell: (gates.count + 1, gates.count + 1)
        case .inputRecurrentCell: (2 * gates.count + 1, 1)
        }
    }

    /// Initial parameters: uniform within ±1/sqrt(H) as PyTorch's LSTM, gains of layer norms 1, biases and shifts zero
    /// but the forget gates' ``forgetBias``; the same on every machine and backend.
    ///
    /// - Parameters:
    ///   - seed: what the weights are drawn from
    ///   - type: the type of the elements
    ///   - firstTensor: the number of the first tensor in the random stream; layers of a model differ in it
    public func initialParameters<T: Scalar>(
        seed: UInt64, as type: T.Type = T.self, firstTensor: Int = 0
    ) -> ParameterTensors<T> {
        let bound = 1 / Double(hiddenSize).squareRoot()
        var parameters = ParameterTensors<T>()
        for (index, shape) in parameterShapes.enumerated() {
            parameters[shape.name] =
                switch shape.name {
                case "bias", "bias_depth", "norm_bias": initialBias(shape.shape)
                case "bias_in", "bias_v", "bias_v_depth": Tensor(zeros: shape.shape)
                case "norm_weight": Tensor(shape: shape.shape, values: Array(repeating: 1, count: shape.count))
                default: .uniform(shape: shape.shape, bound: bound, seed: seed, tensor: firstTensor + index)
                }
        }
        return parameters
    }

    /// Zeros, and the forget bias in the rows of the forget gates, if the tensor has rows of gates.
    private func initialBias<T: Scalar>(_ shape: [Int]) -> Tensor<T> {
        var bias = Tensor<T>(zeros: shape)
        let rows = bias.count / hiddenSize
        // [S, G*H], [S, G + 1, H] or [S, M, 4H]: in every one, forget gates lie at their slots in each period.
        let period = shape.count == 3 && !hasStatesByAxis ? shape[1] : gates.count
        guard period >= gates.count else { return bias }
        for row in 0..<rows {
            guard row % period < gates.count, case .forget = gates[row % period] else { continue }
            for j in 0..<hiddenSize { bias.values[row * hiddenSize + j] = T(forgetBias) }
        }
        return bias
    }
}

extension Tensor where Element: Scalar {
    /// Initial weights, uniform in `-bound..<bound`, from the tensor's own random stream.
    static func uniform(shape: [Int], bound: Double, seed: UInt64, tensor: Int) -> Tensor {
        let stream = RandomStream(seed: seed, tensor: UInt32(tensor), stream: RandomStreams.initialization)
        let count = shape.reduce(1, *)
        return Tensor(shape: shape, values: (0..<count).map { Element((stream.uniform($0) * 2 - 1) * bound) })
    }
}

/// The purposes random numbers are drawn for; each has its own stream of the generator.
public enum RandomStreams {
    public static let initialization: UInt32 = 0
    public static let data: UInt32 = 1
    /// Masks of zoneout and dropout.
    public static let noise: UInt32 = 2
    /// The order of the samples of an epoch.
    public static let order: UInt32 = 3
    /// Changes of samples in training.
    public static let augmentation: UInt32 = 4
    /// What is drawn from a model.
    public static let sampling: UInt32 = 5
    /// Patches of pictures to train a density with.
    public static let patches: UInt32 = 6
    /// Noise that makes densities of whole numbers.
    public static let dequantization: UInt32 = 7
    /// What decides whether a proposal is kept.
    public static let acceptance: UInt32 = 8
    /// Which samples of a set are drawn again.
    public static let resampling: UInt32 = 9
    /// Which weights a training step leaves out.
    public static let weights: UInt32 = 10
}

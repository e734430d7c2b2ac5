/// Everything that fixes a recurrent layer but its weights.
public struct LayerConfiguration: Hashable, Sendable {
    public var cell: Cell

    /// Features I of every site.
    public var inputSize: Int

    /// Hidden units H of every direction.
    public var hiddenSize: Int

    /// The scan orders, in the order of their sign bits; each has a parameter set of its own.
    public var directions: [Direction]

    /// Whether the gates see the cell states (`weight_ch`).
    public var peepholes: Bool

    /// Initial value of the forget gates' bias; never added at run time.
    public var forgetBias: Double

    /// A layer of `cell` over the axes of `directions`.
    ///
    /// - Parameter forgetBias: ``defaultForgetBias(axes:)`` unless given.
    /// - Throws: ``MDLSTMError`` when the sizes are below 1, or the directions are none, of different axes, repeated
    ///   or out of order.
    public init(
        cell: Cell = .graves, inputSize: Int, hiddenSize: Int, directions: [Direction], peepholes: Bool = false,
        forgetBias: Double? = nil
    ) throws(MDLSTMError) {
        self.cell = cell
        self.inputSize = inputSize
        self.hiddenSize = hiddenSize
        self.directions = directions
        self.peepholes = peepholes
        self.forgetBias = forgetBias ?? Self.defaultForgetBias(axes: directions.first?.axes ?? 1)
        try validate()
    }

    /// Number of axes N.
    public var axes: Int { directions.first?.axes ?? 0 }

    /// Number of parameter sets S.
    public var setCount: Int { directions.count }

    /// Gates G of every hidden unit.
    public var gateCount: Int { GravesGate.count(axes: axes) }

    /// Features of the layer's output: S * H.
    public var outputSize: Int { setCount * hiddenSize }

    /// Initial bias of the forget gates that keeps the cell states from growing: 1 - N.
    ///
    /// The cell adds N predecessors, each times its forget gate. Gates that start at sigma(0) = 1/2 add up to 1 for two
    /// axes already, and the states of a large grid may grow without bound; from sigma(1 - N) they add up to about 1/2
    /// or less, as those of the LSTM.
    public static func defaultForgetBias(axes: Int) -> Double { Double(1 - axes) }

    /// Most axes a layer may have: beyond it the 2^N directions are no longer of use.
    public static let maximumAxes = 8

    private func validate() throws(MDLSTMError) {
        guard (1...65_536).contains(inputSize), (1...65_536).contains(hiddenSize) else {
            throw MDLSTMError(
                .option, "input size and hidden size must be from 1 to 65536, found \(inputSize) and \(hiddenSize)")
        }
        guard let first = directions.first else {
            throw MDLSTMError(.option, "a layer needs at least one direction, such as ++")
        }
        guard (1...Self.maximumAxes).contains(first.axes) else {
            throw MDLSTMError(.option, "a layer has from 1 to \(Self.maximumAxes) axes, found \(first.axes)")
        }
        guard directions.allSatisfy({ $0.axes == first.axes }) else {
            throw MDLSTMError(.option, "directions must have one sign for each axis, found \(directions)")
        }
        guard zip(directions, directions.dropFirst()).allSatisfy({ $0.signBits < $1.signBits }) else {
            let order = Direction.all(axes: first.axes).map(\.description).joined(separator: ", ")
            throw MDLSTMError(.option, "directions must differ and follow the order \(order), found \(directions)")
        }
        guard cell.supports(axes: axes) else {
            throw MDLSTMError(.option, "cell '\(cell.rawValue)' needs one axis, found \(axes); use 'graves'")
        }
        guard abs(forgetBias) <= 1000 else {
            throw MDLSTMError(.option, "the forget bias must be finite, from -1000 to 1000, found \(forgetBias)")
        }
        // The sizes are at most 65536 and the axes 8, so that these products fit 64 bits.
        let count = setCount * gateCount * hiddenSize * (inputSize + axes * hiddenSize + 2)
        guard count <= Int(Int32.max) else {
            throw MDLSTMError(.option, "the layer has some \(count) parameters; at most \(Int32.max) are supported")
        }
    }
}

extension LayerConfiguration {
    /// Names and shapes of the layer's tensors, in order.
    public var parameterShapes: [ParameterShape] {
        let rows = gateCount * hiddenSize
        var shapes = [
            ParameterShape(name: "weight_ih", shape: [setCount, rows, inputSize]),
            ParameterShape(name: "weight_hh", shape: [setCount, axes, rows, hiddenSize]),
            ParameterShape(name: "bias", shape: [setCount, rows]),
        ]
        if peepholes {
            let vectors = GravesPeephole.count(axes: axes)
            shapes.append(ParameterShape(name: "weight_ch", shape: [setCount, vectors, hiddenSize]))
        }
        return shapes
    }

    /// Initial parameters: uniform within ±1/sqrt(H) as PyTorch's LSTM, biases zero but the forget gates'
    /// ``forgetBias``; the same on every machine and backend.
    ///
    /// - Parameter firstTensor: the number of the first tensor in the random stream; layers of a model differ in it.
    public func initialParameters<T: Scalar>(
        seed: UInt64, as type: T.Type = T.self, firstTensor: Int = 0
    ) -> ParameterTensors<T> {
        let bound = 1 / Double(hiddenSize).squareRoot()
        var parameters = ParameterTensors<T>()
        for (index, shape) in parameterShapes.enumerated() {
            parameters[shape.name] =
                shape.name == "bias"
                ? initialBias()
                : .uniform(shape: shape.shape, bound: bound, seed: seed, tensor: firstTensor + index)
        }
        return parameters
    }

    private func initialBias<T: Scalar>() -> Tensor<T> {
        var bias = Tensor<T>(zeros: [setCount, gateCount * hiddenSize])
        for s in 0..<setCount {
            for k in 0..<axes {
                let first = (s * gateCount + GravesGate.forget(k).slot(axes: axes)) * hiddenSize
                for j in 0..<hiddenSize { bias.values[first + j] = T(forgetBias) }
            }
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
}

/// The weights of an LSTM in one direction, gates in the order `i, f, g, o`.
struct LSTMWeights<T: Scalar> {
    /// `[4H, I]`
    let input: Tensor<T>
    /// `[4H, H]`
    let recurrent: Tensor<T>
    /// `[4H]`
    let bias: Tensor<T>
    /// `[3, H]` in the order i, f, o, if there are any.
    var peepholes: Tensor<T>?
}

extension LayerFile {
    /// A layer of cell `lstm` of one or two directions; weights of gates that its variant leaves out are left out.
    ///
    /// - Parameter options: the options of the cell but for peepholes, which are those of the weights
    init(
        _ weights: [LSTMWeights<Element>], directions: [Direction], options: CellOptions = CellOptions()
    ) throws(MDLSTMError) {
        let (shape, recurrent) = (weights[0].input.shape, weights[0].recurrent.shape)
        var options = options
        options.peepholes = weights[0].peepholes != nil
        let configuration = try LayerConfiguration(
            cell: .lstm, inputSize: shape[1], hiddenSize: recurrent[1], directions: directions, options: options)
        let gates: [Gate] = [.input, .forget(0), .candidate, .output]
        func rows(_ tensor: Tensor<Element>) -> Tensor<Element> { tensor.reordered(gates, to: configuration.gates) }
        var tensors = ParameterTensors<Element>()
        tensors["weight_ih"] = .stacked(weights.map { rows($0.input) })
        tensors["weight_hh"] = .stacked(weights.map { .stacked([rows($0.recurrent)]) })
        tensors["bias"] = .stacked(weights.map { rows($0.bias) })
        if options.peepholes {
            let seen: [Gate] = [.input, .forget(0), .output]
            let vectors = configuration.peepholeVectors.map(\.gate)
            tensors["weight_ch"] = .stacked(weights.compactMap { $0.peepholes?.reordered(seen, to: vectors) })
        }
        try tensors.validate(against: configuration.parameterShapes)
        self.init(configuration: configuration, parameters: tensors)
    }
}

extension Tensor where Element: Scalar {
    /// Tensors of one shape one after the other, along a new first axis.
    static func stacked(_ parts: [Tensor]) -> Tensor {
        Tensor(shape: [parts.count] + parts[0].shape, values: parts.flatMap(\.values))
    }

    /// Element `index` of the first axis.
    func element(_ index: Int) -> Tensor {
        let rest = Array(shape.dropFirst())
        let size = rest.reduce(1, *)
        return Tensor(shape: rest, values: Array(values[(index * size)..<((index + 1) * size)]))
    }

    /// `[C, K]` out of `[K, C]`.
    package func transposed() -> Tensor {
        let (rows, columns) = (shape[0], shape[1])
        return Tensor(
            shape: [columns, rows], values: (0..<count).map { values[$0 % rows * columns + $0 / rows] })
    }

    /// Columns of `[K, C]`.
    func columns(_ range: Range<Int>) -> Tensor {
        let rows = (0..<shape[0]).map {
            values[($0 * shape[1] + range.lowerBound)..<($0 * shape[1] + range.upperBound)]
        }
        return Tensor(shape: [shape[0], range.count], values: rows.flatMap { $0 })
    }

    /// Equal parts of the first axis, which stand in the order `old`, in the order `new`, which may have fewer.
    func reordered<Name: Equatable>(_ old: [Name], to new: [Name]) -> Tensor {
        let size = count / old.count
        let parts = new.map { name in
            let first = old.firstIndex(of: name)! * size
            return values[first..<(first + size)]
        }
        return Tensor(
            shape: [shape[0] / old.count * new.count] + shape.dropFirst(), values: parts.flatMap { $0 })
    }

    /// The sum, element by element, of tensors of one shape.
    static func + (a: Tensor, b: Tensor) -> Tensor {
        Tensor(shape: a.shape, values: zip(a.values, b.values).map { $0 + $1 })
    }
}

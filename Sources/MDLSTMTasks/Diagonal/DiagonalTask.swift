public import MDLSTM
private import RealModule

/// The random-diagonal task of tensorflow-multi-dimensional-lstm: a noisy grid with two ones on a diagonal, to be
/// predicted pixel by pixel from what was seen before.
///
/// Each matrix holds noise, uniform in [0, 0.1), and ones at (r, c) and (r + 1, c + 1), r and c uniform over all places
/// that leave a margin of one. The target of a pixel is the pixel to its right; in the last column, the first of the
/// row. The first one cannot be foreseen; the second can, by a model that remembers the row above.
public struct DiagonalTask: Hashable, Sendable {
    /// How the model sees the grid.
    public enum ModelKind: String, CaseIterable, Sendable {
        /// A 2-D LSTM over the grid, one direction `++`.
        case md
        /// A 1-D LSTM along each row by itself.
        case horizontal
        /// A 1-D LSTM along all rows, one after the other.
        case snake
    }

    public let kind: ModelKind
    public let rows: Int
    public let columns: Int
    public let batch: Int

    /// - Throws: `MDLSTMError` when the grid is smaller than 3 x 3 or the batch is empty.
    public init(kind: ModelKind, rows: Int, columns: Int, batch: Int) throws(MDLSTMError) {
        guard (3...4096).contains(rows), (3...4096).contains(columns), (1...65_536).contains(batch) else {
            throw MDLSTMError(
                .option,
                "the diagonal task needs 3 to 4096 rows and columns and a batch of 1 to 65536, found "
                    + "\(rows) x \(columns) and \(batch)")
        }
        guard batch * rows * columns <= 1 << 26 else {
            throw MDLSTMError(
                .option,
                "a batch of \(batch) of \(rows) x \(columns) has more than the \(1 << 26) pixels supported; "
                    + "use a smaller batch")
        }
        self.kind = kind
        self.rows = rows
        self.columns = columns
        self.batch = batch
    }

    /// The model of the task: one recurrent layer, a dense layer to one feature, a sigmoid.
    ///
    /// - Parameters:
    ///   - hiddenSize: H
    ///   - forgetBias: 1 unless given for the two models that must remember a whole row; 0 for `md`, which remembers one
    ///     step
    ///   - layerNorm: of the recurrent layer
    public func model(
        hiddenSize: Int, forgetBias: Double? = nil, layerNorm: LayerNorm = .none
    ) throws(MDLSTMError) -> ModelConfiguration {
        let axes = kind == .md ? 2 : 1
        let layer = try LayerConfiguration(
            cell: kind == .md ? .graves : .lstm, inputSize: 1, hiddenSize: hiddenSize,
            directions: [.forward(axes: axes)], options: CellOptions { $0.layerNorm = layerNorm },
            forgetBias: forgetBias ?? (kind == .md ? 0 : 1))
        return try ModelConfiguration(
            inputSize: 1, axes: axes,
            layers: [
                .recurrent(layer), .dense(inputSize: hiddenSize, outputSize: 1), .activation(.sigmoid),
            ])
    }

    /// Initial parameters of ``model(hiddenSize:forgetBias:layerNorm:)``: the usual ones, but the output starts at the mean of
    /// the targets, its bias at that mean's log-odds.
    ///
    /// Without it, the first hundreds of steps only learn that most pixels are dark; they saturate the gates, and on
    /// grids of 32 x 32 and more, where few pixels are not, training does not recover.
    public func initialParameters<T: Scalar>(of model: ModelConfiguration, seed: UInt64) -> ParameterTensors<T> {
        var parameters: ParameterTensors<T> = model.initialParameters(seed: seed)
        let sites = Double(rows * columns)
        let mean = (2 + (sites - 2) * 0.05) / sites
        parameters["1.bias"] = Tensor(repeating: T(.log(mean / (1 - mean))), shape: [1])
        return parameters
    }

    /// Shape of inputs and targets as the model sees them.
    public var shape: [Int] {
        switch kind {
        case .md: [batch, rows, columns, 1]
        case .horizontal: [batch * rows, columns, 1]
        case .snake: [batch, rows * columns, 1]
        }
    }

    /// One matrix of a batch, `[rows, columns]`, from a tensor of ``shape``.
    public func matrix<T: Scalar>(_ index: Int, of tensor: Tensor<T>) -> Tensor<T> {
        let sites = rows * columns
        return Tensor(
            shape: [rows, columns], values: Array(tensor.values[(index * sites)..<((index + 1) * sites)]))
    }

    /// The grid of a batch as the model sees it.
    public func grid() throws(MDLSTMError) -> Grid {
        try Grid(batch: shape[0], extents: Array(shape.dropFirst().dropLast()))
    }

    /// The data of step `step`: the same for the same seed on every machine and backend.
    ///
    /// The batch's probes are the pixels that should predict the second one: the relevant loss.
    @_specialize(where T == Float)
    @_specialize(where T == Double)
    public func batch<T: Scalar>(seed: UInt64, step: Int, as type: T.Type = T.self) -> TrainingBatch<T> {
        let noise = RandomStream(seed: seed, tensor: 0, step: UInt32(step), stream: RandomStreams.data)
        let place = RandomStream(seed: seed, tensor: 1, step: UInt32(step), stream: RandomStreams.data)
        let sites = rows * columns
        var input = (0..<(batch * sites)).map { T(noise.uniform($0) * 0.1) }
        var probes: [Int] = []
        for b in 0..<batch {
            let r = 1 + place.index(below: rows - 2, element: 2 * b)
            let c = 1 + place.index(below: columns - 2, element: 2 * b + 1)
            input[b * sites + r * columns + c] = 1
            input[b * sites + (r + 1) * columns + c + 1] = 1
            probes.append(b * sites + (r + 1) * columns + c)
        }
        var target = input
        for row in 0..<(batch * rows) {
            for column in 0..<columns { target[row * columns + column] = input[row * columns + (column + 1) % columns] }
        }
        return TrainingBatch(
            input: Tensor(shape: shape, values: input), target: Tensor(shape: shape, values: target), probes: probes)
    }
}

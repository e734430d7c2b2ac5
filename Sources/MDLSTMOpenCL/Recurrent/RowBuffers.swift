import MDLSTM
import OpenCLRuntime

/// The number of vectors of hidden units in each per-row buffer of a layer; 0 for buffers that are not needed.
struct RowVectors {
    let h: Int, c: Int, gates: Int, raw: Int, handed: Int, added: Int, dh: Int

    /// - Parameters:
    ///   - rows: R
    ///   - states: R + 1 + Q
    ///   - sharesTiles: whether the way is ``ComputePath/tiles`` or ``ComputePath/chain``, which compute the input's part of the gates first
    init(_ shape: LayerShape, rows: Int, states: Int, sharesTiles: Bool) {
        let (cell, training) = (shape.cell, shape.training)
        h = states * cell.feedback
        c = states * cell.cells
        gates = training || shape.hasNorm || (sharesTiles && cell.inputSize > 0) ? (rows + 1) * cell.gates : 0
        raw = shape.hasNorm ? (rows + 1) * cell.gradientStride : 0
        handed = training ? (rows + 1) * cell.handed : 0
        added = training ? rows * cell.vectors : 0
        dh = training && shape.hasNorm ? rows * cell.feedback : 0
    }

    var named: [(name: String, count: Int)] {
        [
            ("the hidden states", h), ("the cell states", c), ("the gates", gates),
            ("the gates before their norm", raw),
            ("what rows hand on", handed), ("the gradients by vectors", added), ("the gradients by h", dh),
        ]
    }
}

/// The per-row buffers of a layer; buffers that are not needed have one element.
struct RowBuffers<Element: Scalar> {
    private let shape: LayerShape
    private let rowCount: Int, stateCount: Int

    /// Hidden states `[R + 1 + Q, FEEDBACK, HP]` and cell states `[R + 1 + Q, CELLS, HP]`.
    let h: Buffer<Element>, c: Buffer<Element>

    /// The gates of the forward pass, later their gradients, `[R + 1, G, HP]`; in a layer norm the pre-activations
    /// before it, later their gradients, `[R + 1, DA_STRIDE, HP]`; the gradients that each row hands to its
    /// predecessors, `[R + 1, HANDED, HP]`. Row R of each buffer stays zero.
    let gates: Buffer<Element>, raw: Buffer<Element>, handed: Buffer<Element>

    /// The contribution of each row to the gradients of peepholes or norms, `[R, ADDED, HP]`; in a layer norm the
    /// gradient of h, `[R, FEEDBACK, HP]`.
    let added: Buffer<Element>, dh: Buffer<Element>

    /// - Parameters:
    ///   - sharesTiles: whether the way is ``ComputePath/tiles`` or ``ComputePath/chain``
    ///   - make: makes a buffer with a name and a number of elements
    init(
        _ shape: LayerShape, schedule: Schedule, sharesTiles: Bool, make: (String, Int) throws -> Buffer<Element>
    ) throws {
        self.shape = shape
        (rowCount, stateCount) = (schedule.rowCount, schedule.stateRowCount)
        let counts = RowVectors(shape, rows: rowCount, states: stateCount, sharesTiles: sharesTiles)
        func buffer(_ name: String, _ vectors: Int) throws -> Buffer<Element> {
            try make(name, vectors > 0 ? vectors * shape.padded : 1)
        }
        h = try buffer("h", counts.h)
        c = try buffer("c", counts.c)
        gates = try buffer("gates", counts.gates)
        raw = try buffer("raw", counts.raw)
        handed = try buffer("handed", counts.handed)
        added = try buffer("added", counts.added)
        dh = try buffer("dh", counts.dh)
    }

    /// After the backward pass, the gradients of the pre-activations that the forward products compute.
    var da: Buffer<Element> { shape.hasNorm ? raw : gates }

    /// Fills with zeros the rows that stand for sites outside the grid.
    func clearZeroRows() throws {
        let cell = shape.cell
        func clear(_ buffer: Buffer<Element>, rows: Range<Int>, vectors: Int) throws {
            let width = vectors * shape.padded
            try buffer.fill(with: 0, in: (rows.lowerBound * width)..<(rows.upperBound * width))
        }
        try clear(h, rows: rowCount..<stateCount, vectors: cell.feedback)
        // Axes of a grid that are no LSTMs have no cell state: theirs stays zero everywhere.
        let first = shape.configuration.plainAxes.isEmpty ? rowCount : 0
        try clear(c, rows: first..<stateCount, vectors: cell.cells)
        guard shape.training else { return }
        let zero = rowCount..<(rowCount + 1)
        try clear(gates, rows: zero, vectors: cell.gates)
        try clear(handed, rows: zero, vectors: cell.handed)
        if shape.hasNorm { try clear(raw, rows: zero, vectors: cell.gradientStride) }
    }
}

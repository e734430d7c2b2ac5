import MDLSTM
import OpenCLRuntime

/// The gradients by the states that leave the grid along its first axes, as the backward pass takes them: see
/// `layout.cl`.
struct LeavingGradient<Element: Scalar> {
    /// Axes that have places.
    let axes: Int

    /// The place of each row's state, `[R, N]`, -1 inside the grid.
    let places: Buffer<Int32>

    /// `[places, RETURNED, HP]`; axis after axis `[directions, B, face]`, as boundary rows are.
    let values: Buffer<Element>

    init(axes: Int, for layer: Recurrent<Element>) throws {
        let schedule = layer.schedule.host
        let (N, context) = (schedule.grid.axes, layer.library.context)
        var places = Array(repeating: Int32(-1), count: schedule.rowCount * N)
        var first = 0
        for k in 0..<axes {
            for (index, row) in schedule.finalRows(axis: k).enumerated() where row != schedule.zeroRow {
                places[Int(row) * N + k] = Int32(first + index)
            }
            first += schedule.boundaryCount(axis: k)
        }
        self.axes = axes
        self.places = try context.makeBuffer(copying: places)
        values = try layer.makeBuffer("leaving", count: first * layer.cell.returned * layer.padded)
    }
}

extension Recurrent {
    /// Sets the gradients by the states that leave the grid for the next backward pass.
    func setFinalStateGradient(_ gradient: BoundaryState<Element>) throws {
        let leaving = try makeLeavingGradient(axes: configuration.axes)
        // What no caller gives: gates that are fed back, and what zoneout lets pass.
        try leaving.values.fill(with: 0)
        let H = configuration.hiddenSize
        var first = 0
        for k in 0..<configuration.axes {
            let rows = schedule.host.boundaryCount(axis: k)
            for (tensor, vector) in [(gradient.h[k], 0), (gradient.c[k], cell.components)] {
                try library.padRows(
                    try library.context.makeBuffer(copying: tensor.values), rows: rows, count: H, padded: padded,
                    into: leaving.values, first: first * cell.returned + vector, vectors: cell.returned)
            }
            first += rows
        }
    }

    /// The gradients by the states that leave along the first `axes` axes, made on first use.
    func makeLeavingGradient(axes: Int) throws -> LeavingGradient<Element> {
        if let leavingGradient, leavingGradient.axes == axes { return leavingGradient }
        let made = try LeavingGradient(axes: axes, for: self)
        leavingGradient = made
        return made
    }
}

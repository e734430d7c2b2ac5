import MDLSTM
import OpenCLRuntime

extension Recurrent {
    /// Puts the states that enter the grid into the boundary rows.
    func setInitialState(_ state: BoundaryState<Element>) throws {
        for k in 0..<configuration.inputAxes {
            let first = schedule.host.firstBoundaryRow(axis: k)
            let vector = cell.stateVector(ofAxis: k)
            try enter(state.h[k], rows.h, vector: vector, of: cell.feedback, firstRow: first)
            try enter(state.c[k], rows.c, vector: vector, of: cell.cells, firstRow: first)
            // Where c is fed back, h has a copy of it.
            if configuration.options.extended {
                try enter(state.c[k], rows.h, vector: 1, of: cell.feedback, firstRow: first)
            }
        }
    }

    private func enter(
        _ tensor: Tensor<Element>, _ target: Buffer<Element>, vector: Int, of vectors: Int, firstRow: Int
    ) throws {
        let H = configuration.hiddenSize
        try library.padRows(
            try library.context.makeBuffer(copying: tensor.values), rows: tensor.count / H, count: H, padded: padded,
            into: target, first: firstRow * vectors + vector, vectors: vectors)
    }

    /// The states that leave the grid.
    func finalState() throws -> BoundaryState<Element> {
        let H = configuration.hiddenSize
        var state = BoundaryState<Element>(h: [], c: [])
        for k in 0..<configuration.axes {
            let rows = schedule.host.finalRows(axis: k)
            let index = try library.context.makeBuffer(copying: rows)
            let target = try library.context.makeBuffer(of: Element.self, count: rows.count * H)
            let shape = [directions, schedule.host.grid.batch, schedule.host.grid.faceCount(axis: k), H]
            let vector = cell.stateVector(ofAxis: k)
            func leaving(_ source: Buffer<Element>, vectors: Int) throws -> Tensor<Element> {
                try library.gatherRows(
                    source, offset: vector * padded, stride: vectors * padded, index: index, rows: rows.count, terms: 1,
                    width: H, into: target)
                return Tensor(shape: shape, values: try target.read())
            }
            state.h.append(try leaving(self.rows.h, vectors: cell.feedback))
            state.c.append(try leaving(self.rows.c, vectors: cell.cells))
        }
        return state
    }

    /// Gradients by the states that entered the grid, after ``backward(dy:)``.
    func initialStateGradient() throws -> BoundaryState<Element> {
        let H = configuration.hiddenSize
        var gradient = BoundaryState<Element>(h: [], c: [])
        for k in 0..<configuration.inputAxes {
            let count = schedule.host.boundaryCount(axis: k)
            let dh = try library.context.makeBuffer(of: Element.self, count: count * H)
            let dc = try library.context.makeBuffer(of: Element.self, count: count * H)
            for direction in 0..<directions {
                try boundaryGradient(
                    axis: k, direction: direction, h: dh, c: dc, target: direction * (count / directions) * H,
                    stride: H,
                    offsetOfC: 0)
            }
            let shape = [directions, schedule.host.grid.batch, schedule.host.grid.faceCount(axis: k), H]
            gradient.h.append(Tensor(shape: shape, values: try dh.read()))
            gradient.c.append(Tensor(shape: shape, values: try dc.read()))
        }
        return gradient
    }

    /// Gradients by the states that entered along axis `k` in one direction: rows from element `target` on, `stride`
    /// apart.
    ///
    /// - Parameters:
    ///   - offsetOfC: of dc's rows from dh's; nil where dc is not wanted
    ///   - apart: whether dh has the vectors of ``LeavingGradient`` instead
    func boundaryGradient(
        axis k: Int, direction: Int, h dh: Buffer<Element>, c dc: Buffer<Element>, target: Int, stride: Int,
        offsetOfC: Int?, apart: Bool = false
    ) throws {
        let count = schedule.host.boundaryCount(axis: k) / directions
        // Along an axis of the input, a face of a grid by depth has its places by depth last.
        let depths = k < configuration.axes - 1 ? schedule.host.depthCount : 1
        try layoutKernel("boundary_gradient", ["APART": apart ? 1 : 0]).launch(
            items: padded / width * count,
            [
                .int(k), .int(cell.position(ofAxis: k)),
                .int(schedule.host.firstBoundaryRow(axis: k) + direction * count), .int(count), .int(direction),
                .int(depths), .int(depths > 1 ? directions : 0), .int(configuration.hiddenSize), .int(padded),
                .int(weights.packWidth), .int(target), .int(stride), .int(offsetOfC ?? -1), .buffer(weights.backward),
                .buffer(try schedule.successors()), .buffer(rows.da), .buffer(rows.handed), .buffer(dh), .buffer(dc),
            ])
    }
}

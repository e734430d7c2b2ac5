import MDLSTM
import OpenCLRuntime

/// The states that a layer hands from one piece of a sequence to the next, on the device: whole rows of h and of c, as they
/// leave the grid along its first axis.
final class CarriedRows<Element: Scalar> {
    /// `[rows, FEEDBACK, HP]` and `[rows, CELLS, HP]`.
    let h: Buffer<Element>, c: Buffer<Element>
    private let hiddenSize: Int, padded: Int

    init(_ layer: Recurrent<Element>) throws {
        (hiddenSize, padded) = (layer.configuration.hiddenSize, layer.padded)
        let rows = layer.schedule.host.boundaryCount(axis: 0)
        let context = layer.library.context
        h = try context.makeBuffer(of: Element.self, count: rows * layer.cell.feedback * padded)
        c = try context.makeBuffer(of: Element.self, count: rows * layer.cell.cells * padded)
        try reset()
    }

    /// States of zero.
    func reset() throws {
        try h.fill(with: 0)
        try c.fill(with: 0)
    }

    /// h and c without the padding of their vectors, `[rows, V, H]`.
    func read() throws -> (h: [Element], c: [Element]) {
        func vectors(_ values: [Element]) -> [Element] {
            stride(from: 0, to: values.count, by: padded).flatMap { values[$0..<($0 + hiddenSize)] }
        }
        return (vectors(try h.read()), vectors(try c.read()))
    }

    /// Takes what ``read()`` gave.
    func write(h: [Element], c: [Element]) throws {
        func rows(_ values: [Element]) -> [Element] {
            stride(from: 0, to: values.count, by: hiddenSize).flatMap {
                values[$0..<($0 + hiddenSize)] + Array(repeating: 0, count: padded - hiddenSize)
            }
        }
        try self.h.write(rows(h))
        try self.c.write(rows(c))
    }
}

extension Recurrent {
    /// Puts carried states into the boundary rows of the first axis; the layer must have been made with boundary states.
    func enter(_ carried: CarriedRows<Element>) throws {
        let (first, count) = (schedule.host.firstBoundaryRow(axis: 0), schedule.host.boundaryCount(axis: 0))
        for (source, target, vectors) in [(carried.h, rows.h, cell.feedback), (carried.c, rows.c, cell.cells)] {
            let width = vectors * padded
            try library.padRows(source, rows: count, count: width, padded: width, into: target, first: first)
        }
    }

    /// Takes over the states that leave, after the forward pass.
    func leave(into carried: CarriedRows<Element>) throws {
        let index = try schedule.leavingRows()
        for (source, target, vectors) in [(rows.h, carried.h, cell.feedback), (rows.c, carried.c, cell.cells)] {
            let width = vectors * padded
            try library.gatherRows(
                source, stride: width, index: index, rows: index.count, terms: 1, width: width, into: target)
        }
    }
}

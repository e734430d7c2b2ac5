import MDLSTM
import OpenCLRuntime

/// The states that leave a band along axis 1 and enter the next, on the device: all that later rows read of a row, more
/// than h and c in cells that feed back their gates.
struct BandStates<Element: Scalar> {
    /// The samples they are of.
    let samples: [Int]

    /// `[D, samples, face, FEEDBACK, HP]` and `[D, samples, face, CELLS, HP]`.
    let h: Buffer<Element>, c: Buffer<Element>
}

extension Recurrent {
    /// Elements of a row of h and of c.
    private var hWidth: Int { cell.feedback * padded }
    private var cWidth: Int { cell.cells * padded }

    /// The states that leave along axis 1.
    ///
    /// - Parameters:
    ///   - samples: the numbers of the samples in the whole batch
    ///   - rows: `finalRows(axis: 0)` of the schedule
    func leavingStates(of samples: [Int], rows: Buffer<Int32>) throws -> BandStates<Element> {
        func gather(_ source: Buffer<Element>, width: Int) throws -> Buffer<Element> {
            let target = try library.context.makeBuffer(of: Element.self, count: rows.count * width)
            try library.gatherRows(
                source, stride: width, index: rows, rows: rows.count, terms: 1, width: width, into: target)
            return target
        }
        return BandStates(samples: samples, h: try gather(h, width: hWidth), c: try gather(c, width: cWidth))
    }

    /// Puts states that left another band into the boundary rows of axis 1.
    ///
    /// - Parameters:
    ///   - states: nil at the first band
    ///   - samples: the numbers of this band's samples in the whole batch
    ///   - clearing: whether those of samples that begin here become zero; otherwise they stay
    func enter(_ states: BandStates<Element>?, samples: [Int], clearing: Bool) throws {
        let boundary = schedule.host.firstBoundaryRow(axis: 0)
        let count = schedule.host.boundaryCount(axis: 0)
        let isWhole = states?.samples == samples
        if clearing, !isWhole {
            try h.fill(with: 0, in: (boundary * hWidth)..<((boundary + count) * hWidth))
            try c.fill(with: 0, in: (boundary * cWidth)..<((boundary + count) * cWidth))
        }
        guard let states else { return }
        func copy(rows: Range<Int>, to row: Int) throws {
            try h.copy(
                from: states.h, (rows.lowerBound * hWidth)..<(rows.upperBound * hWidth),
                at: (boundary + row) * hWidth)
            try c.copy(
                from: states.c, (rows.lowerBound * cWidth)..<(rows.upperBound * cWidth),
                at: (boundary + row) * cWidth)
        }
        if isWhole { return try copy(rows: 0..<count, to: 0) }
        let face = schedule.host.grid.faceCount(axis: 0)
        for direction in 0..<directions {
            for (target, sample) in samples.enumerated() {
                guard let source = states.samples.firstIndex(of: sample) else { continue }
                let first = (direction * states.samples.count + source) * face
                try copy(rows: first..<(first + face), to: (direction * samples.count + target) * face)
            }
        }
    }
}

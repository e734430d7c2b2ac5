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
    ///   - old: states of the same band, whose buffers are used again
    func leavingStates(
        of samples: [Int], rows: Buffer<Int32>, replacing old: BandStates<Element>? = nil
    ) throws -> BandStates<Element> {
        func gather(_ source: Buffer<Element>, width: Int, into target: Buffer<Element>?) throws -> Buffer<Element> {
            let target = try target ?? library.context.makeBuffer(of: Element.self, count: rows.count * width)
            try library.gatherRows(
                source, stride: width, index: rows, rows: rows.count, terms: 1, width: width, into: target)
            return target
        }
        return BandStates(
            samples: samples, h: try gather(self.rows.h, width: hWidth, into: old?.h),
            c: try gather(self.rows.c, width: cWidth, into: old?.c))
    }

    /// Puts states that left another band into the boundary rows of axis 1.
    ///
    /// - Parameters:
    ///   - states: nil at the first band
    ///   - samples: the numbers of this band's samples in the whole batch; the rows of those that begin here stay
    func enter(_ states: BandStates<Element>?, samples: [Int]) throws {
        guard let states else { return }
        let boundary = schedule.host.firstBoundaryRow(axis: 0)
        try copyFaces(from: states.h, of: states.samples, to: rows.h, of: samples, at: boundary, width: hWidth)
        try copyFaces(from: states.c, of: states.samples, to: rows.c, of: samples, at: boundary, width: cWidth)
    }

    /// Copies rows `[D, samples, face]` of `width` elements from one band's to another's, as far as both have the
    /// samples.
    ///
    /// - Parameter row: the first of `target`
    func copyFaces(
        from source: Buffer<Element>, of sourceSamples: [Int], to target: Buffer<Element>, of samples: [Int],
        at row: Int, width: Int
    ) throws {
        func copy(rows: Range<Int>, to first: Int) throws {
            try target.copy(
                from: source, (rows.lowerBound * width)..<(rows.upperBound * width), at: (row + first) * width)
        }
        if sourceSamples == samples { return try copy(rows: 0..<schedule.host.boundaryCount(axis: 0), to: 0) }
        let face = schedule.host.grid.faceCount(axis: 0)
        for direction in 0..<directions {
            for (index, sample) in samples.enumerated() {
                guard let from = sourceSamples.firstIndex(of: sample) else { continue }
                let first = (direction * sourceSamples.count + from) * face
                try copy(rows: first..<(first + face), to: (direction * samples.count + index) * face)
            }
        }
    }
}

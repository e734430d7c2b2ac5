public import MDLSTM
private import RealModule

/// Bits a pixel of a hole that has been filled in, of the pixels that see it, and of the picture around them.
public struct HoleJudge<Element: Scalar> {
    private let likelihood: PictureLikelihood<Element>

    /// The part of the picture that is looked at; the box of the hole and of the pixels that see it; boxes like it beside it.
    private let rows: Range<Int>, columns: Range<Int>
    private let box: (rows: Range<Int>, columns: Range<Int>)
    private let others: [(rows: Range<Int>, columns: Range<Int>)]
    private let mask: [Bool]
    private let name: String

    /// Pixels around all boxes, in which states grow.
    private static var margin: Int { 32 }

    /// - Parameters:
    ///   - likelihood: by the planes that have been filled in
    ///   - name: of the picture, for messages
    public init(_ likelihood: PictureLikelihood<Element>, _ hole: PictureHole, name: String) {
        (self.likelihood, self.name) = (likelihood, name)
        let model = likelihood.model
        mask = hole.mask
        let sites = model.sites(height: hole.height, width: hole.width)
        let m = model.neighbourhood.rowsAbove
        // Chroma sees luma below it.
        let above = likelihood.rowsRead
        let box = (
            rows: max(
                hole.rows.lowerBound - above, sites.rows.lowerBound)..<min(
                    hole.rows.upperBound + m, sites.rows.upperBound),
            columns: PictureHole.grown(hole.columns, by: m, within: sites.columns)
        )
        self.box = box
        let (height, width) = (box.rows.count, box.columns.count)
        others = [-1, 0, 1].flatMap { down in
            [-1, 0, 1].compactMap { across in
                let (row, column) = (box.rows.lowerBound + down * height, box.columns.lowerBound + across * width)
                let isInside =
                    row >= sites.rows.lowerBound && row + height <= sites.rows.upperBound
                    && column >= sites.columns.lowerBound && column + width <= sites.columns.upperBound
                guard isInside, (down, across) != (0, 0) else { return nil }
                return (row..<(row + height), column..<(column + width))
            }
        }
        rows = PictureHole.grown(box.rows, by: height + Self.margin, within: 0..<hole.height)
        columns = PictureHole.grown(box.columns, by: width + Self.margin, within: 0..<hole.width)
    }

    /// What a picture is worth, in bits a pixel.
    public struct Bits: Sendable {
        /// Of the pixels that were filled in; of the given ones of the box in which the hole is seen, nil where there are
        /// none; of the whole box.
        public let hole: Double, border: Double?, box: Double

        /// Of the boxes of the same size beside it that lie inside, the least and the most; nil where none does.
        public let around: ClosedRange<Double>?
    }

    public func bits(of picture: Tensor<Double>) throws -> Bits {
        var likelihood = likelihood
        let width = picture.shape[1]
        let nats = try likelihood.nats(
            of: picture.part(PicturePart(rows: rows, columns: columns)), by: PictureTurn(),
            from: (rows.lowerBound, columns.lowerBound), name: name)
        let sites = likelihood.model.sites(height: rows.count, width: columns.count)
        let (top, left) = (rows.lowerBound + sites.rows.lowerBound, columns.lowerBound + sites.columns.lowerBound)
        func bits(
            _ box: (rows: Range<Int>, columns: Range<Int>), where isCounted: (Int) -> Bool = { _ in true }
        ) -> Double? {
            var (sum, count) = (0.0, 0)
            for row in box.rows {
                for column in box.columns where isCounted(row * width + column) {
                    sum -= nats[row - top, column - left]
                    count += 1
                }
            }
            return count > 0 ? sum / Double(count) / .log(2) : nil
        }
        let beside = others.compactMap { bits($0) }
        return Bits(
            hole: bits(box) { mask[$0] } ?? 0, border: bits(box) { !mask[$0] }, box: bits(box) ?? 0,
            around: beside.min().flatMap { least in beside.max().map { least...$0 } })
    }
}

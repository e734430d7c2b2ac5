import MDLSTM

/// A hole cut into blocks that are drawn anew, one after the other or many at once that do not see each other, and the window
/// of sites by which each is judged.
///
/// Blocks of 5 x 5 every 3 pixels with 7 pixels around them, as in Theis and Bethge's program (arXiv 1506.03478), or as many
/// as the neighbourhood reaches where that is more. Coordinates are those of the picture.
struct HoleBlocks {
    struct Block {
        let rows: Range<Int>, columns: Range<Int>

        /// The first site of its window.
        let row: Int, column: Int
    }

    /// Sites of every window.
    let height: Int, width: Int

    /// Blocks that are drawn side by side, pass by pass.
    private(set) var passes: [[Block]] = []

    /// The most blocks of a pass.
    private(set) var together = 0

    private static var size: Int { 5 }
    private static var step: Int { 3 }
    private static var mostTogether: Int { 16 }

    init(_ hole: PictureHole, of model: DensityModel) {
        let m = model.neighbourhood.rowsAbove
        let margin = max(7, m)
        let sites = model.sites(height: hole.height, width: hole.width)
        let (height, width) = (
            min(Self.size + 2 * margin, sites.rows.count), min(Self.size + 2 * margin, sites.columns.count)
        )
        (self.height, self.width) = (height, width)
        for rows in Self.pieces(of: hole.rows) {
            for columns in Self.pieces(of: hole.columns) {
                let isHole = rows.contains { row in columns.contains { hole.mask[row * hole.width + $0] } }
                guard isHole else { continue }
                let block = Block(
                    rows: rows, columns: columns,
                    row: min(max(rows.lowerBound - margin, sites.rows.lowerBound), sites.rows.upperBound - height),
                    column: min(
                        max(columns.lowerBound - margin, sites.columns.lowerBound), sites.columns.upperBound - width))
                let pass = passes.firstIndex { pass in
                    pass.count < Self.mostTogether
                        && !pass.contains { other in sees(block, other, m) || sees(other, block, m) }
                }
                if let pass { passes[pass].append(block) } else { passes.append([block]) }
            }
        }
        together = passes.map(\.count).max() ?? 0
    }

    /// Blocks along one axis; the last ends where the hole does.
    private static func pieces(of range: Range<Int>) -> [Range<Int>] {
        guard range.count > size else { return [range] }
        var starts = Array(stride(from: range.lowerBound, through: range.upperBound - size, by: step))
        if starts.last! + size < range.upperBound { starts.append(range.upperBound - size) }
        return starts.map { $0..<($0 + size) }
    }

    /// Whether the window of a block, or the neighbourhood of one of its sites, has a pixel of another block.
    private func sees(_ block: Block, _ other: Block, _ m: Int) -> Bool {
        let rows = (block.row - m)..<(block.row + height)
        let columns = (block.column - m)..<(block.column + width + m)
        return rows.overlaps(other.rows) && columns.overlaps(other.columns)
    }
}

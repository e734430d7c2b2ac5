import MDLSTM
import Testing

@testable import MDLSTMTasks

/// The blocks that a hole is cut into.
struct HoleBlocksTests {
    @Test(arguments: [(40, 50, 9), (30, 31, 5), (14, 12, 3), (60, 44, 19)])
    func everyPixelIsDrawnAndNoBlockSeesAnother(_ height: Int, _ width: Int, _ size: Int) throws {
        var options = DensityOptions()
        options.neighbourhood = size
        let model = try DensityModel(options, layers: [])
        let sites = model.sites(height: height, width: width)
        // A ring with a gap, to all sides of what can be drawn.
        var mask = Array(repeating: false, count: height * width)
        for row in sites.rows {
            for column in sites.columns {
                let (down, across) = (row - sites.rows.lowerBound, column - sites.columns.lowerBound)
                mask[row * width + column] = down < 2 || across < 3 || down > sites.rows.count - 4 || across == 20
            }
        }
        let hole = try PictureHole(
            Tensor<Double>(zeros: [height, width, 1]), mask: mask, of: model, name: "mask")
        let blocks = HoleBlocks(hole, of: model)
        var drawn = Array(repeating: false, count: mask.count)
        for pass in blocks.passes {
            #expect((1...blocks.together).contains(pass.count))
            for (index, block) in pass.enumerated() {
                let (rows, columns) = (
                    block.row..<(block.row + blocks.height), block.column..<(block.column + blocks.width)
                )
                #expect(rows.clamped(to: sites.rows) == rows && columns.clamped(to: sites.columns) == columns)
                #expect(
                    block.rows.clamped(to: rows) == block.rows && block.columns.clamped(to: columns) == block.columns)
                // All that a pixel bears on is in the window, or beyond the sites.
                let m = size / 2
                #expect(rows.upperBound >= min(block.rows.upperBound + m, sites.rows.upperBound))
                #expect(columns.lowerBound <= max(block.columns.lowerBound - m, sites.columns.lowerBound))
                #expect(columns.upperBound >= min(block.columns.upperBound + m, sites.columns.upperBound))
                for row in block.rows { for column in block.columns { drawn[row * width + column] = true } }
                for other in pass[(index + 1)...] {
                    let isApart =
                        other.rows.lowerBound >= rows.upperBound || other.rows.upperBound <= rows.lowerBound - m
                        || other.columns.lowerBound >= columns.upperBound + m
                        || other.columns.upperBound <= columns.lowerBound - m
                    #expect(isApart)
                }
            }
        }
        for place in mask.indices where mask[place] { #expect(drawn[place]) }
    }
}

import MDLSTM

/// The picture of a line that was cut out of a page.
struct CutLine: Sendable, Equatable {
    let rows: Int, columns: Int

    /// 0 black to 255 white, by row and column.
    let levels: [UInt8]
}

extension PagePicture {
    /// Cuts a line out: straight, paper white whatever its shade, the darkest hundredth of what is inside of the outline black,
    /// what is outside white.
    ///
    /// - Parameter height: rows, those of the page unless given
    func cut(_ line: StraightLine, height: Int?) -> CutLine {
        let (rows, columns, pixel) = line.extents(height: height)
        // A pixel of the cut is the mean of so many places each way.
        let places = min(8, max(1, Int(pixel.rounded(.up))))
        let between = pixel / Double(places)
        let inside = (0..<rows).map { line.inside(row: $0, columns: columns, pixel: pixel) }
        var brightness = Array(repeating: 1.0, count: rows * columns)
        var counts = Array(repeating: 0, count: 256)
        for (row, ranges) in inside.enumerated() {
            let top = line.least.y + Double(row) * pixel
            for column in ranges.joined() {
                let left = line.least.x + Double(column) * pixel
                var sum = 0.0
                for across in 0..<places {
                    let foot = line.foot(at: left + (Double(across) + 0.5) * between)
                    for down in 0..<places {
                        sum += gray(at: foot + (top + (Double(down) + 0.5) * between) * line.step)
                    }
                }
                let middle = line.foot(at: left + pixel / 2) + (top + pixel / 2) * line.step
                let bright = min(1, sum / Double(places * places) / max(1, paper(at: middle)))
                brightness[row * columns + column] = bright
                counts[Int(bright * 255)] += 1
            }
        }
        let black = darkest(counts)
        return CutLine(
            rows: rows, columns: columns,
            levels: brightness.map { UInt8((255 * max(0, ($0 - black) / (1 - black))).rounded()) })
    }

    /// What becomes black: the brightness that a hundredth is below, but of faint lines no more than 0.75, lest the grain of
    /// the paper be taken for ink.
    private func darkest(_ counts: [Int]) -> Double {
        var left = counts.reduce(0, +) / 100
        for (level, count) in counts.enumerated() {
            left -= count
            if left < 0 { return min(0.75, Double(level) / 255) }
        }
        return 0
    }
}

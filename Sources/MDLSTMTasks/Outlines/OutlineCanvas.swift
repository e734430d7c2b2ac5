/// Curves on a grid of pixels.
struct OutlineCanvas {
    let height: Int, width: Int

    /// The share of each pixel that the pen covers, by row and column.
    let coverage: [Double]

    /// 0 outside, 1 where the pen covers a half of the pixel or more, 2 inside: where no way along rows and columns leads to
    /// the border past the pen.
    let labels: [UInt8]

    init(height: Int, width: Int, curves: [OutlineCurve]) {
        (self.height, self.width) = (height, width)
        coverage = (0..<(height * width)).map { site in
            let center = SIMD2(Double(site % width) + 0.5, Double(site / width) + 0.5)
            return curves.reduce(0) { most, curve in
                max(most, min(max(curve.pen + 0.5 - curve.distance(from: center), 0), 1))
            }
        }
        var labels = coverage.map { $0 >= 0.5 ? UInt8(1) : 2 }
        var reached = (0..<(height * width)).filter { site in
            let (row, column) = (site / width, site % width)
            return labels[site] == 2 && (row == 0 || row == height - 1 || column == 0 || column == width - 1)
        }
        for site in reached { labels[site] = 0 }
        while let site = reached.popLast() {
            let (row, column) = (site / width, site % width)
            for (r, c) in [(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)]
            where (0..<height).contains(r) && (0..<width).contains(c) && labels[r * width + c] == 2 {
                labels[r * width + c] = 0
                reached.append(r * width + c)
            }
        }
        self.labels = labels
    }
}

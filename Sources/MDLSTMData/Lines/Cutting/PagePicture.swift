import MDLSTM
import MDLSTMImages

/// The picture of a page, gray, and how bright its paper is.
struct PagePicture: Sendable {
    let width: Int, height: Int

    /// 0 black to 255 white, by row and column; colours as 0.299 R + 0.587 G + 0.114 B, 16 bits rounded to 8.
    private let gray: [UInt8]
    private let paper: PaperBrightness

    /// Bytes it takes.
    var byteCount: Int { gray.count }

    /// Throws `.data` where a sample numbers a colour that the palette does not have.
    init(_ file: ImageFile, path: String) throws(MDLSTMError) {
        (width, height) = (file.width, file.height)
        switch file.samples {
        case .bytes(let samples): gray = try Self.gray(samples, file, path)
        case .words(let samples): gray = try Self.gray(samples, file, path)
        }
        paper = PaperBrightness(of: gray, width: width, height: height)
    }

    private static func gray<Sample: FixedWidthInteger>(
        _ samples: [Sample], _ file: ImageFile, _ path: String
    ) throws(MDLSTMError) -> [UInt8] {
        func gray(_ red: Int, _ green: Int, _ blue: Int, largest: Int) -> UInt8 {
            UInt8((255 * (299 * red + 587 * green + 114 * blue) + 500 * largest) / (1000 * largest))
        }
        if let palette = file.palette {
            let levels = palette.map { gray(Int($0[0]), Int($0[1]), Int($0[2]), largest: 255) }
            guard let most = samples.max(), Int(most) < levels.count else {
                throw MDLSTMError(
                    .data,
                    "\(path): expected the number of one of \(counted(levels.count, "colour")), found \(samples.max() ?? 0); the "
                        + "palette is cut short, write the file again")
            }
            return samples.map { levels[Int($0)] }
        }
        let (largest, channels) = (1 << file.bitDepth - 1, file.storedChannels)
        if channels < 3 {
            let levels = (0...largest).map { gray($0, $0, $0, largest: largest) }
            return stride(from: 0, to: samples.count, by: channels).map { levels[Int(samples[$0])] }
        }
        return stride(from: 0, to: samples.count, by: channels).map {
            gray(Int(samples[$0]), Int(samples[$0 + 1]), Int(samples[$0 + 2]), largest: largest)
        }
    }

    /// How bright the paper is at a place, in pixels from the upper left corner.
    func paper(at place: SIMD2<Double>) -> Double { paper.at(place) }

    /// The gray at a place, between pixels by both their distances; outside of the page that of its edge.
    func gray(at place: SIMD2<Double>) -> Double {
        let x = min(max(place.x - 0.5, 0), Double(width - 1)), y = min(max(place.y - 0.5, 0), Double(height - 1))
        let (left, top) = (Int(x), Int(y))
        let (right, bottom) = (min(left + 1, width - 1), min(top + 1, height - 1))
        let (a, b) = (x - Double(left), y - Double(top))
        let upper = (1 - a) * Double(gray[top * width + left]) + a * Double(gray[top * width + right])
        let lower = (1 - a) * Double(gray[bottom * width + left]) + a * Double(gray[bottom * width + right])
        return (1 - b) * upper + b * lower
    }
}

/// The brightness of a page's paper, which ink does not change and shadows do.
///
/// Of every tile the gray that nine pixels in ten are not brighter than; of the tiles around the median, against those that
/// ink fills, then the mean; in between by the distances.
private struct PaperBrightness: Sendable {
    private let side: Int, columns: Int, rows: Int
    private var levels: [Double]

    init(of gray: [UInt8], width: Int, height: Int) {
        let side = max(16, max(width, height) / 64)
        let (columns, rows) = ((width + side - 1) / side, (height + side - 1) / side)
        (self.side, self.columns, self.rows) = (side, columns, rows)
        levels = []
        for tile in 0..<(rows * columns) {
            var counts = Array(repeating: 0, count: 256)
            let (top, left) = (tile / columns * side, tile % columns * side)
            let right = min(left + side, width), bottom = min(top + side, height)
            for y in top..<bottom { for x in left..<right { counts[Int(gray[y * width + x])] += 1 } }
            var above = (right - left) * (bottom - top) / 10
            let level = counts.indices.last { level in
                above -= counts[level]
                return above < 0
            }
            levels.append(Double(level ?? 255))
        }
        levels = around { $0.sorted()[$0.count / 2] }
        levels = around { $0.reduce(0, +) / Double($0.count) }
    }

    /// Of every tile, what `body` makes of it and those beside it.
    private func around(_ body: ([Double]) -> Double) -> [Double] {
        (0..<(rows * columns)).map { tile in
            let (row, column) = (tile / columns, tile % columns)
            let (first, last) = (max(0, column - 1), min(columns - 1, column + 1))
            var near: [Double] = []
            for row in max(0, row - 1)...min(rows - 1, row + 1) {
                near += levels[(row * columns + first)...(row * columns + last)]
            }
            return body(near)
        }
    }

    func at(_ place: SIMD2<Double>) -> Double {
        let x = min(max(place.x / Double(side) - 0.5, 0), Double(columns - 1))
        let y = min(max(place.y / Double(side) - 0.5, 0), Double(rows - 1))
        let (left, top) = (Int(x), Int(y))
        let (right, bottom) = (min(left + 1, columns - 1), min(top + 1, rows - 1))
        let (a, b) = (x - Double(left), y - Double(top))
        let upper = (1 - a) * levels[top * columns + left] + a * levels[top * columns + right]
        let lower = (1 - a) * levels[bottom * columns + left] + a * levels[bottom * columns + right]
        return (1 - b) * upper + b * lower
    }
}

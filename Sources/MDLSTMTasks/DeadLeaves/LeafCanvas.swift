import MDLSTMImages

/// Pixels that are covered from the top down.
struct LeafCanvas {
    private let height: Int, width: Int

    /// Gray times 2^24 by row and column, -1 where a pixel is free.
    private var gray: [Int32]

    /// The pixels that are free.
    private(set) var free: Int

    /// The same for each square of `side` pixels: where none is, no disc is looked at.
    private var freeInSquare: [Int]
    private let squaresAcross: Int
    private static let side = 16

    init(height: Int, width: Int) {
        let side = Self.side
        (self.height, self.width, free) = (height, width, height * width)
        gray = Array(repeating: -1, count: height * width)
        squaresAcross = (width + side - 1) / side
        let across = squaresAcross
        freeInSquare = (0..<((height + side - 1) / side * across)).map { square in
            min(side, height - square / across * side) * min(side, width - square % across * side)
        }
    }

    /// Gives the leaf the pixels that are free and whose centres it reaches.
    mutating func lay(_ leaf: Leaf) {
        let rows = Self.reached(from: leaf.y, leaf.radius, height)
        let columns = Self.reached(from: leaf.x, leaf.radius, width)
        guard let top = rows.first, let bottom = rows.last, let left = columns.first, let right = columns.last else {
            return
        }
        let side = Self.side
        for squareRow in top / side...bottom / side {
            for squareColumn in left / side...right / side {
                let square = squareRow * squaresAcross + squareColumn
                guard freeInSquare[square] > 0 else { continue }
                let (y, x) = (squareRow * side, squareColumn * side)
                let covered = cover(
                    rows.clamped(to: y..<y + side), columns.clamped(to: x..<x + side), with: leaf)
                freeInSquare[square] -= covered
                free -= covered
            }
        }
    }

    /// The number of pixels that the leaf takes.
    private mutating func cover(_ rows: Range<Int>, _ columns: Range<Int>, with leaf: Leaf) -> Int {
        var covered = 0
        for row in rows {
            for column in columns where gray[row * width + column] < 0 && leaf.covers(row: row, column: column) {
                gray[row * width + column] = leaf.gray
                covered += 1
            }
        }
        return covered
    }

    /// The pixels along an axis whose centres are no farther than `radius`.
    private static func reached(from place: Double, _ radius: Double, _ count: Int) -> Range<Int> {
        let first = max(0, Int((place - radius - 0.5).rounded(.up)))
        let end = min(count, Int((place + radius - 0.5).rounded(.down)) + 1)
        return first..<max(first, end)
    }

    /// The picture of half the size: the mean of four pixels times 256, rounded down.
    ///
    /// - Precondition: no pixel is free.
    func halved() -> Image {
        let pixels = (0..<height / 2).flatMap { row in
            (0..<width / 2).map { column in
                let corner = 2 * row * width + 2 * column
                let sum = gray[corner] + gray[corner + 1] + gray[corner + width] + gray[corner + width + 1]
                return UInt8(sum >> 18)
            }
        }
        return Image(width: width / 2, height: height / 2, channels: 1, pixels: pixels)
    }
}

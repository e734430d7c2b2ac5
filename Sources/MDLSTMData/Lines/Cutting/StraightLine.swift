import MDLSTM

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A line of a page laid straight: turned until both ends of its baseline are level, then every column shifted until the
/// baseline between them is level too.
///
/// Places on it are (u, v): u along the line, v down from the baseline, both in pixels of the page.
struct StraightLine: Sendable {
    private let origin: SIMD2<Double>

    /// Along the line, and down from it.
    private let along: SIMD2<Double>, down: SIMD2<Double>

    /// Where the baseline bends, ascending in u; v is its depth below the straight line between its ends.
    private let bends: [SIMD2<Double>]

    /// The outline, closed.
    let outline: [SIMD2<Double>]

    /// The least and the most of the outline.
    let least: SIMD2<Double>, most: SIMD2<Double>

    init(_ shape: LineShape) {
        var baseline = shape.baseline
        if let first = baseline.first, let last = baseline.last, last.x < first.x,
            first.x - last.x >= abs(last.y - first.y)
        {
            // Drawn from right to left, as some do for scripts that are written so: the picture stays as it is.
            baseline.reverse()
        }
        let chord = (baseline.last ?? .zero) - (baseline.first ?? .zero)
        let length = (chord * chord).sum().squareRoot()
        let along = length > 0 ? chord / length : SIMD2(1, 0)
        let down = SIMD2(-along.y, along.x)
        let origin = baseline.first ?? .zero
        func turned(_ point: SIMD2<Double>) -> SIMD2<Double> {
            SIMD2(((point - origin) * along).sum(), ((point - origin) * down).sum())
        }
        var bends: [SIMD2<Double>] = []
        for point in baseline.map(turned) where point.x > bends.last?.x ?? -.infinity { bends.append(point) }
        (self.origin, self.along, self.down, self.bends) = (origin, along, down, bends)
        let corners = shape.polygon.map(turned)
        var outline: [SIMD2<Double>] = []
        for (start, end) in zip(corners, corners.dropFirst() + corners.prefix(1)) {
            // An edge bends where the baseline does.
            let crossed = bends.map { ($0.x - start.x) / (end.x - start.x) }.filter { $0 > 0 && $0 < 1 }.sorted()
            for place in [0] + crossed {
                let point = start + place * (end - start)
                outline.append(SIMD2(point.x, point.y - Self.depth(bends, at: point.x)))
            }
        }
        self.outline = outline
        least = outline.dropFirst().reduce(outline[0]) { pointwiseMin($0, $1) }
        most = outline.dropFirst().reduce(outline[0]) { pointwiseMax($0, $1) }
    }

    /// How far below the straight line between its ends the baseline is; level outside of them.
    private static func depth(_ bends: [SIMD2<Double>], at u: Double) -> Double {
        guard let first = bends.first, let last = bends.last else { return 0 }
        if u <= first.x { return first.y }
        if u >= last.x { return last.y }
        var (low, high) = (0, bends.count - 1)
        while high - low > 1 {
            let middle = (low + high) / 2
            if bends[middle].x <= u { low = middle } else { high = middle }
        }
        let (a, b) = (bends[low], bends[high])
        return a.y + (u - a.x) / (b.x - a.x) * (b.y - a.y)
    }

    /// Height and width in pixels of the page.
    var size: (height: Double, width: Double) { (most.y - least.y, most.x - least.x) }

    /// The place on the page of the column u where v is 0; a step of v is ``step``.
    func foot(at u: Double) -> SIMD2<Double> { origin + u * along + Self.depth(bends, at: u) * down }
    var step: SIMD2<Double> { down }

    /// Rows and columns of its picture, and pixels of the page to one of them.
    ///
    /// - Parameter height: the rows; those of the page unless given
    func extents(height: Int?) -> (rows: Int, columns: Int, pixel: Double) {
        let rows = height ?? max(1, Int(size.height.rounded()))
        let pixel = size.height / Double(rows)
        return (rows, max(1, Int((size.width / pixel).rounded())), pixel)
    }

    /// The columns of a row that are inside of the outline: those of which it has the middle, by the winding number.
    func inside(row: Int, columns: Int, pixel: Double) -> [Range<Int>] {
        let v = least.y + (Double(row) + 0.5) * pixel
        var crossings: [(u: Double, turn: Int)] = []
        for (a, b) in zip(outline, outline.dropFirst() + outline.prefix(1)) where (a.y <= v) != (b.y <= v) {
            crossings.append((a.x + (v - a.y) / (b.y - a.y) * (b.x - a.x), a.y < b.y ? 1 : -1))
        }
        crossings.sort { $0.u < $1.u }
        var ranges: [Range<Int>] = []
        var winding = 0
        for (crossing, next) in zip(crossings, crossings.dropFirst()) {
            winding += crossing.turn
            guard winding != 0 else { continue }
            func column(_ u: Double) -> Int { min(columns, max(0, Int(((u - least.x) / pixel - 0.5).rounded(.up)))) }
            let range = column(crossing.u)..<column(next.u)
            if !range.isEmpty { ranges.append(range) }
        }
        return ranges
    }
}

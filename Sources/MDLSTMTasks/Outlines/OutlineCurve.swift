/// A smooth curve around a centre, closed or with a gap: a quadratic B-spline through twelve random distances.
///
/// Nothing but operations that IEEE 754 rounds exactly is used, so that every machine draws the same.
struct OutlineCurve {
    /// Points along the curve, x to the right and y down; the last is joined to the first where it is closed.
    let points: [SIMD2<Double>]
    let isClosed: Bool

    /// Half the width of the pen.
    let pen: Double

    /// The box around it, the pen not counted.
    private let least: SIMD2<Double>, most: SIMD2<Double>

    /// Pixels that are left between one curve and another.
    private static let distance = 2.0

    /// Points of the curve between two of the twelve.
    private static let steps = 4

    /// - Parameters:
    ///   - radius: no point is farther from the centre
    ///   - hasGap: whether a part, a fifth to a third, is left out
    init(center: SIMD2<Double>, radius: Double, hasGap: Bool, _ draws: inout Draws) {
        let stretch = draws.uniform(in: 0.65..<1), isWide = draws.uniform() < 0.5
        let corners = Self.directions.map { direction in
            var corner = direction * (radius * draws.uniform(in: 0.6..<1))
            if isWide { corner.y *= stretch } else { corner.x *= stretch }
            return center + corner
        }
        var points: [SIMD2<Double>] = []
        for index in corners.indices {
            let (a, b, c) = (corners[index], corners[(index + 1) % 12], corners[(index + 2) % 12])
            for step in 0..<Self.steps {
                let t = Double(step) / Double(Self.steps)
                points.append(a * ((1 - t) * (1 - t) / 2) + b * (0.5 + t * (1 - t)) + c * (t * t / 2))
            }
        }
        let first = draws.index(below: points.count)
        let gap = points.count / 5 + draws.index(below: points.count / 3 - points.count / 5 + 1)
        if hasGap { points = (0..<(points.count - gap)).map { points[(first + $0) % points.count] } }
        self.points = points
        isClosed = !hasGap
        pen = draws.uniform(in: 0.8..<1.2)
        least = points.dropFirst().reduce(points[0]) { SIMD2(min($0.x, $1.x), min($0.y, $1.y)) }
        most = points.dropFirst().reduce(points[0]) { SIMD2(max($0.x, $1.x), max($0.y, $1.y)) }
    }

    /// Whether the boxes of two curves leave less room than there is to be.
    func isNear(_ other: OutlineCurve) -> Bool {
        let room = Self.distance + pen + other.pen
        return least.x - room < other.most.x && other.least.x - room < most.x && least.y - room < other.most.y
            && other.least.y - room < most.y
    }

    /// How far a place is from the curve; infinite where it is farther than the pen reaches.
    func distance(from place: SIMD2<Double>) -> Double {
        let reach = pen + 1
        guard place.x > least.x - reach, place.x < most.x + reach, place.y > least.y - reach, place.y < most.y + reach
        else { return .infinity }
        var nearest = Double.infinity
        for index in points.indices.dropLast(isClosed ? 0 : 1) {
            let (a, b) = (points[index], points[(index + 1) % points.count])
            let (along, offset) = (b - a, place - a)
            let length = (along * along).sum()
            let share = length > 0 ? min(max((along * offset).sum() / length, 0), 1) : 0
            let rest = offset - along * share
            nearest = min(nearest, (rest * rest).sum())
        }
        return nearest.squareRoot()
    }

    /// Twelve directions, 30 degrees apart; 0.866.. is the root of 3/4.
    private static let directions: [SIMD2<Double>] = {
        let (half, root) = (0.5, 0.75.squareRoot())
        let quarter = [SIMD2(1, 0), SIMD2(root, half), SIMD2(half, root)]
        return (0..<12).map { index in
            (0..<(index / 3)).reduce(quarter[index % 3]) { direction, _ in SIMD2(-direction.y, direction.x) }
        }
    }()
}

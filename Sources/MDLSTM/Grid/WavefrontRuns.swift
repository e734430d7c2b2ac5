/// The scan sites of a batch as runs: sites of one sample that follow each other in a wavefront, and whose neighbours do.
///
/// A plane is what a sample has along the last two axes that wavefronts cross, the other coordinates fixed; an axis that is
/// missing has one place. Site (i, j) of a plane lies i + j wavefronts behind its first site, and the sites of a diagonal
/// i + j = e are a run, in the order of i.
struct WavefrontRuns: Sendable {
    struct Plane {
        let sample: Int

        /// Extents along its first and its second axis.
        let height: Int, width: Int

        /// The wavefront of its first site.
        let wavefront: Int

        /// Number of its first diagonal among those of all planes.
        let firstDiagonal: Int

        var diagonals: Int { height + width - 1 }

        /// The places i of a diagonal.
        func places(ofDiagonal e: Int) -> Range<Int> { max(0, e - width + 1)..<(min(height - 1, e) + 1) }
    }

    /// The axis of the grid that is a plane's first one and its second; -1 for one that is missing.
    let vertical: Int, horizontal: Int

    /// By depth, sample and the coordinates before the plane's axes.
    private(set) var planes: [Plane] = []

    /// The scan coordinates of each plane's first site, `[planes, N]`.
    private(set) var origins: [Int] = []

    /// The plane before along each axis but the plane's own, `[planes, N]`; -1 where there is none.
    private var preceding: [Int] = []

    /// Place of each diagonal's first site among the rows of its wavefront and direction, by plane.
    private var positions: [Int] = []

    /// The planes that each wavefront crosses, in order, and where those of each begin, `[W + 1]`.
    private var crossed: [Int] = []
    private var firstCrossed: [Int]

    /// Rows of each wavefront for one direction.
    private(set) var counts: [Int]

    /// The first row of every wavefront, then the end of the last one, `[W + 1]`.
    private(set) var wavefronts = [0]

    /// Wavefronts of one depth, or of the whole grid.
    let wavefrontsPerDepth: Int

    private let axes: Int
    private let directions: Int

    /// - Parameters:
    ///   - grid: the sites
    ///   - directions: how many scan them
    ///   - byDepth: whether the wavefronts follow each other depth by depth
    init(_ grid: Grid, directions: Int, byDepth: Bool) {
        (axes, self.directions) = (grid.axes, directions)
        let crossing = byDepth ? grid.axes - 1 : grid.axes
        (vertical, horizontal) = (crossing > 1 ? crossing - 2 : -1, crossing > 0 ? crossing - 1 : -1)
        // The largest sample has sites on every wavefront up to its own last. Without any there is one, which is empty.
        let occupied = grid.samples.filter { !$0.contains(0) }
        wavefrontsPerDepth = occupied.map { $0.prefix(crossing).reduce(1) { $0 + $1 - 1 } }.max() ?? 1
        let depthCount = byDepth ? grid.extents[crossing] : 1
        counts = Array(repeating: 0, count: wavefrontsPerDepth * depthCount)
        firstCrossed = Array(repeating: 0, count: counts.count + 1)
        var firstOfSamples = Array(repeating: -1, count: grid.batch)
        for depth in 0..<depthCount {
            for b in 0..<grid.batch where !grid.samples[b].contains(0) {
                if byDepth, depth >= grid.samples[b][crossing] { continue }
                let first = planes.count
                appendPlanes(of: grid, sample: b, depth: byDepth ? depth : nil, before: firstOfSamples[b])
                firstOfSamples[b] = first
            }
        }
        numberDiagonals()
        for count in counts { wavefronts.append(wavefronts.last! + directions * count) }
    }

    /// - Parameter before: the sample's first plane at the depth before
    private mutating func appendPlanes(of grid: Grid, sample b: Int, depth: Int?, before: Int) {
        let sample = grid.samples[b]
        let (height, width) = (vertical < 0 ? 1 : sample[vertical], horizontal < 0 ? 1 : sample[horizontal])
        let first = planes.count
        forEachCoordinate(in: Array(sample.prefix(max(vertical, 0)))) { coordinate in
            var origin = Array(repeating: 0, count: grid.axes)
            var neighbours = Array(repeating: -1, count: grid.axes)
            var step = 1
            for k in coordinate.indices.reversed() {
                origin[k] = coordinate[k]
                if coordinate[k] > 0 { neighbours[k] = planes.count - step }
                step *= sample[k]
            }
            if let depth {
                origin[grid.axes - 1] = depth
                if depth > 0 { neighbours[grid.axes - 1] = before + planes.count - first }
            }
            planes.append(
                Plane(
                    sample: b, height: height, width: width,
                    wavefront: coordinate.reduce((depth ?? 0) * wavefrontsPerDepth, +),
                    firstDiagonal: planes.last.map { $0.firstDiagonal + $0.diagonals } ?? 0))
            origins += origin
            preceding += neighbours
        }
    }

    /// Lists the planes of each wavefront, and numbers its sites by plane and place.
    private mutating func numberDiagonals() {
        for plane in planes {
            for e in 0..<plane.diagonals { firstCrossed[plane.wavefront + e + 1] += 1 }
        }
        for d in counts.indices { firstCrossed[d + 1] += firstCrossed[d] }
        positions = Array(repeating: 0, count: firstCrossed.last!)
        crossed = positions
        var next = firstCrossed
        for (p, plane) in planes.enumerated() {
            for e in 0..<plane.diagonals {
                let d = plane.wavefront + e
                positions[plane.firstDiagonal + e] = counts[d]
                counts[d] += plane.places(ofDiagonal: e).count
                crossed[next[d]] = p
                next[d] += 1
            }
        }
    }
}

extension WavefrontRuns {
    /// The sites of a diagonal of a plane in one direction, which have consecutive rows.
    struct Run {
        let plane: Int, diagonal: Int, direction: Int, wavefront: Int

        /// Places i of its sites.
        let places: Range<Int>

        /// Row of its first site.
        let row: Int
    }

    /// The row of a diagonal's first site.
    @inline(__always)
    private func firstRow(of plane: Plane, diagonal e: Int, direction: Int) -> Int {
        let d = plane.wavefront + e
        return wavefronts[d] + direction * counts[d] + positions[plane.firstDiagonal + e]
    }

    /// Calls `body` with every run in the order of the rows.
    @inline(__always)
    func forEach(_ body: (Run) -> Void) {
        for d in counts.indices {
            for direction in 0..<directions {
                for p in crossed[firstCrossed[d]..<firstCrossed[d + 1]] {
                    let plane = planes[p]
                    let e = d - plane.wavefront
                    body(
                        Run(
                            plane: p, diagonal: e, direction: direction, wavefront: d,
                            places: plane.places(ofDiagonal: e),
                            row: firstRow(of: plane, diagonal: e, direction: direction)))
                }
            }
        }
    }

    /// The sites of a run that have a predecessor along axis `k`, by their places, and the row of the first one's.
    @inline(__always)
    func predecessors(of run: Run, axis k: Int) -> (places: Range<Int>, row: Int) {
        let none = (run.places.lowerBound..<run.places.lowerBound, 0)
        guard k == vertical || k == horizontal else {
            let before = preceding[run.plane * axes + k]
            guard before >= 0 else { return none }
            return (run.places, firstRow(of: planes[before], diagonal: run.diagonal, direction: run.direction))
        }
        // Along the first axis place i has i - 1 before it, along the second itself, on the diagonal before.
        let (first, end) = (run.places.lowerBound, run.places.upperBound)
        let places = k == vertical ? max(first, 1)..<max(end, 1) : first..<min(end, run.diagonal)
        guard !places.isEmpty else { return none }
        let plane = planes[run.plane]
        let e = run.diagonal - 1
        let place = places.lowerBound - (k == vertical ? 1 : 0) - plane.places(ofDiagonal: e).lowerBound
        return (places, firstRow(of: plane, diagonal: e, direction: run.direction) + place)
    }
}

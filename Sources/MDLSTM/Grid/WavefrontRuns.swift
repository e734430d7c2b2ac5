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

        /// Index of its first diagonal in ``positions``.
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
    private(set) var preceding: [Int] = []

    /// Place of each diagonal's first site among the rows of its wavefront and direction.
    private(set) var positions: [Int] = []

    /// The planes that each wavefront crosses, in order, and where those of each begin, `[W + 1]`.
    private var crossed: [Int] = []
    private var firstCrossed: [Int]

    /// Rows of each wavefront for one direction.
    private(set) var counts: [Int]

    /// Wavefronts of one depth, or of the whole grid.
    let wavefrontsPerDepth: Int

    /// - Parameters:
    ///   - grid: the sites
    ///   - byDepth: whether the wavefronts follow each other depth by depth
    init(_ grid: Grid, byDepth: Bool) {
        let axes = byDepth ? grid.axes - 1 : grid.axes
        (vertical, horizontal) = (axes > 1 ? axes - 2 : -1, axes > 0 ? axes - 1 : -1)
        // The largest sample has sites on every wavefront up to its own last. Without any there is one, which is empty.
        let occupied = grid.samples.filter { !$0.contains(0) }
        wavefrontsPerDepth = occupied.map { $0.prefix(axes).reduce(1) { $0 + $1 - 1 } }.max() ?? 1
        let depthCount = byDepth ? grid.extents[axes] : 1
        counts = Array(repeating: 0, count: wavefrontsPerDepth * depthCount)
        firstCrossed = Array(repeating: 0, count: counts.count + 1)
        var firstOfSamples = Array(repeating: -1, count: grid.batch)
        for depth in 0..<depthCount {
            for b in 0..<grid.batch where !grid.samples[b].contains(0) {
                if byDepth, depth >= grid.samples[b][axes] { continue }
                let first = planes.count
                appendPlanes(of: grid, sample: b, depth: byDepth ? depth : nil, before: firstOfSamples[b])
                firstOfSamples[b] = first
            }
        }
        numberDiagonals()
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

    /// Calls `body` with every run in the order of the rows.
    @inline(__always)
    func forEach(directions: Int, wavefronts: [Int], _ body: (Run) -> Void) {
        for d in counts.indices {
            for s in 0..<directions {
                let first = wavefronts[d] + s * counts[d]
                for p in crossed[firstCrossed[d]..<firstCrossed[d + 1]] {
                    let plane = planes[p]
                    let e = d - plane.wavefront
                    body(
                        Run(
                            plane: p, diagonal: e, direction: s, wavefront: d, places: plane.places(ofDiagonal: e),
                            row: first + positions[plane.firstDiagonal + e]))
                }
            }
        }
    }

    /// The sites of a run that have a predecessor along axis `k`, by their places, and the row of the first one's.
    @inline(__always)
    func predecessors(of run: Run, axis k: Int, axes: Int, wavefronts: [Int]) -> (places: Range<Int>, row: Int) {
        if k == vertical || k == horizontal {
            let plane = planes[run.plane]
            let e = run.diagonal - 1
            let (first, last) = (run.places.lowerBound, run.places.upperBound)
            // Along the first axis place i has i - 1 before it, along the second itself, on the diagonal before.
            let places = k == vertical ? max(first, 1)..<max(last, 1) : first..<min(last, run.diagonal)
            guard e >= 0, !places.isEmpty else { return (first..<first, 0) }
            let d = run.wavefront - 1
            let begin = wavefronts[d] + run.direction * counts[d] + positions[plane.firstDiagonal + e]
            let place = k == vertical ? places.lowerBound - 1 : places.lowerBound
            return (places, begin + place - plane.places(ofDiagonal: e).lowerBound)
        }
        let before = preceding[run.plane * axes + k]
        guard before >= 0 else { return (run.places.lowerBound..<run.places.lowerBound, 0) }
        let plane = planes[before]
        let d = plane.wavefront + run.diagonal
        let begin = wavefronts[d] + run.direction * counts[d] + positions[plane.firstDiagonal + run.diagonal]
        return (run.places, begin)
    }
}

/// Fills the tables of a ``Schedule`` run by run.
struct ScheduleBuilder {
    let grid: Grid
    let directions: [Direction]
    let boundaryStates: Bool
    let runs: WavefrontRuns

    private let firstBoundaryRows: [Int]
    private let stateRowCount: Int

    init(grid: Grid, directions: [Direction], boundaryStates: Bool, byDepth: Bool) {
        (self.grid, self.directions, self.boundaryStates) = (grid, directions, boundaryStates)
        runs = WavefrontRuns(grid, directions: directions.count, byDepth: byDepth)
        let counts = (0..<grid.axes).map {
            boundaryStates ? directions.count * grid.batch * grid.faceCount(axis: $0) : 0
        }
        let zeroRow = runs.wavefronts.last!
        firstBoundaryRows = counts.indices.map { counts[..<$0].reduce(zeroRow + 1, +) }
        stateRowCount = counts.reduce(zeroRow + 1, +)
        precondition(stateRowCount <= Int(Int32.max), "\(stateRowCount) rows are more than indices of 32 bits reach")
    }

    private var axes: Int { grid.axes }
    private var sets: Int { directions.count }
    private var rowCount: Int { runs.wavefronts.last! }

    /// Predecessors `[R, N]` and successors `[R + 1 + Q, N]`.
    func neighbours() -> (predecessors: [Int32], successors: [Int32]) {
        let zero = Int32(rowCount)
        var predecessors = Array(repeating: zero, count: rowCount * axes)
        var successors = Array(repeating: zero, count: stateRowCount * axes)
        predecessors.withUnsafeMutableBufferPointer { predecessors in
            successors.withUnsafeMutableBufferPointer { successors in
                runs.forEach { run in
                    for k in 0..<axes {
                        let (inner, first) = runs.predecessors(of: run, axis: k)
                        let row = run.row + inner.lowerBound - run.places.lowerBound
                        link(row, after: first, step: 1, count: inner.count, axis: k, &predecessors, &successors)
                        guard boundaryStates else { continue }
                        for outer in [
                            run.places.lowerBound..<inner.lowerBound, inner.upperBound..<run.places.upperBound,
                        ]
                        where !outer.isEmpty {
                            let boundary = boundaryRows(before: run, place: outer.lowerBound, axis: k)
                            link(
                                run.row + outer.lowerBound - run.places.lowerBound, after: boundary.first,
                                step: boundary.step, count: outer.count, axis: k, &predecessors, &successors)
                        }
                    }
                }
            }
        }
        return (predecessors, successors)
    }

    /// Notes that rows from `row` on follow others, the first of which is `before`, along axis `k`.
    @inline(__always)
    private func link(
        _ row: Int, after before: Int, step: Int, count: Int, axis k: Int,
        _ predecessors: inout UnsafeMutableBufferPointer<Int32>, _ successors: inout UnsafeMutableBufferPointer<Int32>
    ) {
        for t in 0..<count {
            predecessors[(row + t) * axes + k] = Int32(truncatingIfNeeded: before + t * step)
            successors[(before + t * step) * axes + k] = Int32(truncatingIfNeeded: row + t)
        }
    }

    /// Sites of the rows `[R]` and rows of the sites `[sites, directions]`.
    func places() -> (sites: [Int32], rowsOfSites: [Int32]) {
        let strides = rowMajorStrides(of: grid.extents)
        var rowsOfSites = Array(repeating: Int32(-1), count: grid.siteCount * sets)
        let sites = Array<Int32>(unsafeUninitializedCapacity: rowCount) { sites, initialized in
            rowsOfSites.withUnsafeMutableBufferPointer { rowsOfSites in
                runs.forEach { run in
                    let line = line(of: run, place: run.places.lowerBound, strides: strides)
                    let first = runs.planes[run.plane].sample * grid.sitesPerSample + line.first
                    for t in 0..<run.places.count {
                        let site = first + t * line.step
                        sites[run.row + t] = Int32(truncatingIfNeeded: site)
                        rowsOfSites[site * sets + run.direction] = Int32(truncatingIfNeeded: run.row + t)
                    }
                }
            }
            initialized = rowCount
        }
        return (sites, rowsOfSites)
    }

    /// The rows of each parameter set, `[S, R / S]`.
    func rowsOfSets() -> [Int32] {
        Array(unsafeUninitializedCapacity: rowCount) { rows, initialized in
            var next = 0
            for depth in stride(from: 0, to: runs.counts.count, by: runs.wavefrontsPerDepth) {
                for s in 0..<sets {
                    for d in depth..<(depth + runs.wavefrontsPerDepth) {
                        let first = runs.wavefronts[d] + s * runs.counts[d]
                        for row in first..<(first + runs.counts[d]) {
                            rows[next] = Int32(truncatingIfNeeded: row)
                            next += 1
                        }
                    }
                }
            }
            initialized = next
        }
    }

    /// Boundary rows that precede the sites of a run from `place` on along axis `k`, found by their places on the grid.
    private func boundaryRows(before run: WavefrontRuns.Run, place: Int, axis k: Int) -> (first: Int, step: Int) {
        var face = grid.extents
        face[k] = 1
        var strides = rowMajorStrides(of: face)
        strides[k] = 0
        let line = line(of: run, place: place, strides: strides)
        let number = run.direction * grid.batch + runs.planes[run.plane].sample
        return (firstBoundaryRows[k] + number * grid.faceCount(axis: k) + line.first, line.step)
    }

    /// The sum of stride times coordinate on the grid of the site at `place` of a run, and what the next place adds.
    @inline(__always)
    private func line(of run: WavefrontRuns.Run, place: Int, strides: [Int]) -> (first: Int, step: Int) {
        let reversed = directions[run.direction].reversed
        let extents = grid.samples[runs.planes[run.plane].sample]
        var (first, step) = (0, 0)
        for k in 0..<axes {
            var scan = runs.origins[run.plane * axes + k]
            let signed = reversed[k] ? -strides[k] : strides[k]
            if k == runs.vertical {
                scan = place
                step += signed
            } else if k == runs.horizontal {
                scan = run.diagonal - place
                step -= signed
            }
            first += (reversed[k] ? strides[k] * (extents[k] - 1) : 0) + signed * scan
        }
        return (first, step)
    }
}

import MDLSTM
import Testing

struct GridTests {
    @Test func countsOfABatch() throws {
        let grid = try Grid(batch: 2, extents: [5, 3, 7])
        #expect(grid.axes == 3 && grid.batch == 2)
        #expect(grid.sitesPerSample == 105 && grid.siteCount == 210 && grid.occupiedSiteCount == 210)
        #expect((0..<3).map { grid.faceCount(axis: $0) } == [21, 35, 15])
        #expect(!grid.isRagged)
        #expect(grid.occupied == Array(repeating: true, count: 210))
        #expect(grid.samples == [[5, 3, 7], [5, 3, 7]])
    }

    @Test func countsOfARaggedBatch() throws {
        let grid = try Grid(extents: [2, 3], samples: [[1, 3], [2, 2]])
        #expect(grid.isRagged)
        #expect(grid.siteCount == 12 && grid.occupiedSiteCount == 7)
        let storage: [[Int]] = [[1, 1, 1], [0, 0, 0], [1, 1, 0], [1, 1, 0]]
        #expect(grid.occupied == storage.flatMap { $0 }.map { $0 == 1 })
        #expect(try !Grid(extents: [2, 3], samples: [[2, 3]]).isRagged)
    }

    /// A sample that has nothing along one axis has no sites.
    @Test func samplesWithoutSites() throws {
        let grid = try Grid(extents: [2, 3], samples: [[0, 3], [1, 2]])
        #expect(grid.samples == [[0, 0], [1, 2]] && grid.occupiedSiteCount == 2 && grid.isRagged)
        #expect(try grid == Grid(extents: [2, 3], samples: [[2, 0], [1, 2]]))
        let bands = try Grid(extents: [2, 3], samples: [[0, 3], [2, 2]]).bands(height: 1)
        #expect(bands.map(\.samples) == [[1], [1]])
        let nothing = try Grid(extents: [2, 3], samples: [[0, 0]])
        #expect(Schedule(grid: nothing, directions: Direction.all(axes: 2)).rowCount == 0)
        #expect(try nothing.bands(height: 1).map(\.samples) == [[0]])
    }

    /// Without axes each sample is one site: what a `grid` whose only axis is its depth takes.
    @Test func gridWithoutAxes() throws {
        let grid = try Grid(batch: 3, extents: [])
        #expect(grid.axes == 0 && grid.batch == 3)
        #expect(grid.sitesPerSample == 1 && grid.siteCount == 3 && grid.occupiedSiteCount == 3)
        #expect(!grid.isRagged && grid.occupied == [true, true, true])
    }

    /// Each message names what was found and what is needed.
    @Test func badExtentsAreRefused() {
        expectError("a batch of 0", "at least one sample") { try Grid(batch: 0, extents: [2]) }
        expectError("a batch of -3", "at least one sample") { try Grid(batch: -3, extents: [2]) }
        expectError("found extents [2, 0]", "at least one site") { try Grid(batch: 1, extents: [2, 0]) }
        expectError("found none", "at least one sample") { try Grid(extents: [2], samples: []) }
    }

    @Test func badSamplesAreNamed() {
        expectError("sample 1", "[3, 2]", "from 0 to 2 and 2") {
            try Grid(extents: [2, 2], samples: [[1, 1], [3, 2]])
        }
        expectError("sample 0", "[-1, 2]", "from 0 to 2 and 2") { try Grid(extents: [2, 2], samples: [[-1, 2]]) }
        expectError("sample 0", "[4]", "a length from 0 to 3") { try Grid(extents: [3], samples: [[4]]) }
        expectError("sample 0", "[2]", "expected 2 extents") { try Grid(extents: [2, 2], samples: [[2]]) }
    }

    @Test func tooManySitesAreRefused() {
        expectError("\(Int32.max)", "[65536, 65536]") { try Grid(batch: 1, extents: [65_536, 65_536]) }
        expectError("\(Int32.max)", "3 samples") { try Grid(batch: 3, extents: [.max]) }
        #expect(throws: Never.self) { try Grid(batch: 1, extents: [Int(Int32.max) - 1]) }
    }

    private func expectError(
        _ parts: String..., sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Grid
    ) {
        expectMDLSTMError(.data, parts, sourceLocation: sourceLocation) { _ = try body() }
    }
}

/// Expects an ``MDLSTMError`` of a kind, on one line, whose message has all of `parts`.
func expectMDLSTMError(
    _ kind: MDLSTMError.Kind, _ parts: [String], sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
) {
    let error = #expect(throws: MDLSTMError.self, sourceLocation: sourceLocation) { try body() }
    guard let error else { return }
    #expect(error.kind == kind, sourceLocation: sourceLocation)
    #expect(!error.message.contains("\n"), sourceLocation: sourceLocation)
    for part in parts {
        #expect(error.message.contains(part), "'\(error.message)' lacks '\(part)'", sourceLocation: sourceLocation)
    }
}

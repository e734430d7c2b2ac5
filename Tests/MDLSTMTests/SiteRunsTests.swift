import Testing

@testable import MDLSTM

@Suite struct SiteRunsTests {
    /// Runs hold the sites of a sample, in order, as counting coordinates finds them.
    @Test(arguments: [
        ([3], [5]), ([5], [5]), ([0], [4]), ([2, 3], [4, 3]), ([2, 3], [2, 5]), ([4, 3], [4, 3]), ([1, 1], [6, 7]),
        ([2, 1, 3], [3, 2, 3]), ([2, 2, 2], [2, 3, 4]), ([], []),
    ])
    func sites(extents: [Int], storage: [Int]) {
        let runs = SiteRuns(of: extents, in: storage)
        var expected: [Int] = []
        forEachCoordinate(in: extents) { coordinate in
            expected.append(zip(coordinate, storage).reduce(0) { $0 * $1.1 + $1.0 })
        }
        #expect(runs.starts.flatMap { $0..<($0 + runs.length) } == expected)
    }

    @Test func sampleOfATensor() {
        let tensor = Tensor(shape: [2, 2, 3, 2], values: (0..<24).map { Float($0) })
        let sample = tensor.sample(1, extents: [2, 2], storage: [2, 3], width: 2)
        #expect(sample == Tensor(shape: [2, 2, 2], values: [12, 13, 14, 15, 18, 19, 20, 21]))
    }
}

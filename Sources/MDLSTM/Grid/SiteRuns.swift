/// Where a sample's sites lie in a storage at least as large along every axis: runs of sites that follow each other in both,
/// in the order of the sample's sites.
package struct SiteRuns {
    /// The first site of each run in the storage; none for a sample without sites.
    package let starts: [Int]

    /// Sites in a run.
    package let length: Int

    /// - Parameters:
    ///   - extents: of the sample, `[N]`
    ///   - storage: its extents, `[N]`
    package init(of extents: [Int], in storage: [Int]) {
        guard !extents.contains(0) else {
            (starts, length) = ([], 0)
            return
        }
        // The axes behind the last one that differs lie together.
        let outer = extents.indices.last { extents[$0] != storage[$0] } ?? 0
        length = extents[outer...].reduce(1, *)
        var starts = [0]
        for axis in extents.indices[..<outer] {
            starts = starts.flatMap { start in (0..<extents[axis]).map { start * storage[axis] + $0 } }
        }
        let step = storage[outer...].reduce(1, *)
        self.starts = starts.map { $0 * step }
    }
}

extension Tensor {
    /// Sample `b` of `[B, storage.., width]`: the first sites along every axis, `[extents.., width]`.
    package func sample(_ b: Int, extents: [Int], storage: [Int], width: Int) -> Tensor {
        let runs = SiteRuns(of: extents, in: storage)
        let first = b * storage.reduce(width, *)
        var taken: [Element] = []
        taken.reserveCapacity(runs.starts.count * runs.length * width)
        for start in runs.starts {
            taken += values[(first + start * width)..<(first + (start + runs.length) * width)]
        }
        return Tensor(shape: extents + [width], values: taken)
    }
}

/// The sites of a batch: common storage extents and, in a ragged batch, the extents of each sample.
public struct Grid: Hashable, Sendable {
    /// Storage extents E_1..E_N: tensors over the grid are `[B, E1, .., EN, I]`.
    public let extents: [Int]

    /// The extents of every sample, `[B][N]`, none larger than `extents`; all 0 for a sample without sites.
    public let samples: [[Int]]

    /// A batch of equal samples.
    ///
    /// Without an axis each sample is a single site: the input of a Grid LSTM whose only axis is its depth.
    ///
    /// - Throws: ``MDLSTMError`` when an extent or the batch is below 1.
    public init(batch: Int, extents: [Int]) throws(MDLSTMError) {
        guard batch >= 1, batch < Int(Int32.max), !extents.contains(where: { $0 < 1 }) else {
            throw MDLSTMError(
                .data,
                "a batch needs at least one sample of at least one site, found extents \(extents) and a batch of "
                    + "\(batch)")
        }
        try self.init(extents: extents, samples: Array(repeating: extents, count: batch))
    }

    /// A ragged batch: sample b fills the first `samples[b]` sites of each axis; the rest is not computed.
    ///
    /// A sample of which an extent is 0 has no sites: its outputs and the states that leave it are zero.
    ///
    /// - Throws: ``MDLSTMError`` when an extent of the storage is below 1, or one of a sample is not from 0 up to it.
    public init(extents: [Int], samples: [[Int]]) throws(MDLSTMError) {
        guard extents.allSatisfy({ $0 >= 1 }) else {
            throw MDLSTMError(.data, "every axis of a grid needs at least one site, found extents \(extents)")
        }
        guard !samples.isEmpty else { throw MDLSTMError(.data, "a batch needs at least one sample, found none") }
        for (b, sample) in samples.enumerated() {
            guard sample.count == extents.count, zip(sample, extents).allSatisfy({ $0 >= 0 && $0 <= $1 }) else {
                let kind = extents.count == 1 ? "a length" : "\(extents.count) extents, each"
                let most = extents.map(String.init).joined(separator: " and ")
                throw MDLSTMError(.data, "sample \(b) has extents \(sample); expected \(kind) from 0 to \(most)")
            }
        }
        var sites = samples.count
        for extent in extents {
            let (product, overflow) = sites.multipliedReportingOverflow(by: extent)
            guard !overflow, product < Int(Int32.max) else {
                throw MDLSTMError(
                    .data,
                    "\(counted(samples.count, "sample")) of \(extents) sites are more than the \(Int32.max) supported")
            }
            sites = product
        }
        self.extents = extents
        self.samples = samples.map { $0.contains(0) ? Array(repeating: 0, count: extents.count) : $0 }
    }

    /// Number of axes N.
    public var axes: Int { extents.count }

    /// Number of samples B.
    public var batch: Int { samples.count }

    /// Sites stored for one sample, including the padding of a ragged batch.
    public var sitesPerSample: Int { extents.reduce(1, *) }

    /// Sites stored for the whole batch, including padding.
    public var siteCount: Int { batch * sitesPerSample }

    /// Sites that belong to a sample, without padding.
    public var occupiedSiteCount: Int { samples.reduce(0) { $0 + $1.reduce(1, *) } }

    /// Whether some sample is smaller than the storage.
    public var isRagged: Bool { samples.contains { $0 != extents } }

    /// Sites of one sample's face across axis `k`: the product of the other extents.
    public func faceCount(axis k: Int) -> Int { sitesPerSample / extents[k] }

    /// Whether each site of the storage belongs to its sample, `[B, E1, .., EN]`.
    public var occupied: [Bool] { marked(true, others: false) }

    /// One value for the sites that belong to their sample and another for the padding, `[B, E1, .., EN]`.
    @_specialize(where Mark == Bool)
    @_specialize(where Mark == Float)
    @_specialize(where Mark == Double)
    package func marked<Mark>(_ mark: Mark, others: Mark) -> [Mark] {
        guard isRagged else { return Array(repeating: mark, count: siteCount) }
        var marks = Array(repeating: others, count: siteCount)
        for (b, sample) in samples.enumerated() {
            let runs = SiteRuns(of: sample, in: extents)
            for start in runs.starts.map({ $0 + b * sitesPerSample }) {
                for site in start..<(start + runs.length) { marks[site] = mark }
            }
        }
        return marks
    }

    /// Index of a site in the storage of the batch.
    func site(sample b: Int, coordinate: [Int]) -> Int {
        zip(coordinate, extents).reduce(b) { $0 * $1.1 + $1.0 }
    }
}

/// How far neighbours along each axis lie from each other, the last axis fastest.
package func rowMajorStrides(of extents: [Int]) -> [Int] {
    var strides = Array(repeating: 1, count: extents.count)
    for k in extents.indices.dropLast().reversed() { strides[k] = strides[k + 1] * extents[k + 1] }
    return strides
}

/// Calls `body` with every coordinate within `extents`, the last axis fastest.
package func forEachCoordinate(in extents: [Int], _ body: ([Int]) -> Void) {
    guard extents.allSatisfy({ $0 > 0 }) else { return }
    var coordinate = Array(repeating: 0, count: extents.count)
    while true {
        body(coordinate)
        var axis = extents.count - 1
        while axis >= 0 {
            coordinate[axis] += 1
            if coordinate[axis] < extents[axis] { break }
            coordinate[axis] = 0
            axis -= 1
        }
        if axis < 0 { return }
    }
}

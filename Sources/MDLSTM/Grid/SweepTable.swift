/// The rows of a schedule by those who can walk them alone: the samples of one group in one direction.
///
/// Samples and directions do not depend on one another, so each (direction, group) visits all its wavefronts without
/// waiting for anybody.
public struct SweepTable: Sendable {
    /// Groups of samples for each direction.
    public let groups: Int

    /// All rows, by direction, group and wavefront, `[R]`.
    public let rows: [Int32]

    /// First entry of each wavefront in ``rows`` and the end of the last, `[directions, groups, D + 1]`.
    public let starts: [Int32]

    /// Cuts the samples into at most `groups` groups of neighbours, as equal as they can be.
    public init(_ schedule: Schedule, groups wanted: Int) {
        let batch = schedule.grid.batch
        let perGroup = (batch + wanted - 1) / wanted
        let groups = (batch + perGroup - 1) / perGroup
        let (S, D) = (schedule.directions.count, schedule.wavefrontCount)
        let sitesPerSample = schedule.grid.sitesPerSample
        var lists = Array(repeating: [Int32](), count: S * groups)
        var starts = Array(repeating: [Int32](), count: S * groups)
        for d in 0..<D {
            for index in lists.indices { starts[index].append(Int32(lists[index].count)) }
            let first = schedule.wavefronts[d]
            let rowsPerSet = schedule.rowsPerSet(wavefront: d)
            for row in first..<schedule.wavefronts[d + 1] {
                let sample = Int(schedule.sites[row]) / sitesPerSample
                lists[(row - first) / rowsPerSet * groups + sample / perGroup].append(Int32(row))
            }
        }
        // From places in each list to places in all of them.
        var offset: Int32 = 0
        for index in lists.indices {
            starts[index].append(Int32(lists[index].count))
            starts[index] = starts[index].map { $0 + offset }
            offset += Int32(lists[index].count)
        }
        self.groups = groups
        self.rows = Array(lists.joined())
        self.starts = Array(starts.joined())
    }
}

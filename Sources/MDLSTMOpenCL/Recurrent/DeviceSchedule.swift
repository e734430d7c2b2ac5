package import MDLSTM
import OpenCLRuntime

/// The tables of a schedule on the device, each copied there when it is first needed.
package final class DeviceSchedule {
    package let host: Schedule
    private let library: KernelLibrary
    private var tables: [Table: Buffer<Int32>] = [:]
    private var sweepTable: SweepTable?

    private enum Table: Hashable {
        case predecessors, successors, sites, rowsOfSites, rowsOfSets, sweepRows, sweepStarts
    }

    package init(_ schedule: Schedule, library: KernelLibrary) {
        host = schedule
        self.library = library
    }

    /// `[R, N]`
    func predecessors() throws -> Buffer<Int32> { try table(.predecessors) { host.predecessors } }

    /// `[R + 1 + Q, N]`
    func successors() throws -> Buffer<Int32> { try table(.successors) { host.successors } }

    /// `[R]`
    func sites() throws -> Buffer<Int32> { try table(.sites) { host.sites } }

    /// `[sites, S]`
    func rowsOfSites() throws -> Buffer<Int32> { try table(.rowsOfSites) { host.rowsOfSites } }

    /// `[S, R / S]`
    func rowsOfSets() throws -> Buffer<Int32> { try table(.rowsOfSets) { host.rowsOfSets } }

    /// The rows by direction, group of samples and wavefront: `rows [R]` and `starts [S, groups, D + 1]`.
    func sweep() throws -> (groups: Int, rows: Buffer<Int32>, starts: Buffer<Int32>) {
        let sweep = sweepTable ?? SweepTable(host, groups: library.traits.sweepGroups(sets: host.setCount))
        sweepTable = sweep
        return (sweep.groups, try table(.sweepRows) { sweep.rows }, try table(.sweepStarts) { sweep.starts })
    }

    private func table(_ key: Table, _ values: () -> [Int32]) throws -> Buffer<Int32> {
        if let table = tables[key] { return table }
        let table = try library.context.makeBuffer(copying: values())
        tables[key] = table
        return table
    }
}

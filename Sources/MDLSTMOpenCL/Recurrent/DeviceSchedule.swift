import MDLSTM
import OpenCLRuntime

/// The tables of a schedule on the device, each copied there when it is first needed.
final class DeviceSchedule {
    let host: Schedule

    /// How a sweep over it is cut, and the way through the wavefronts, never `auto`.
    let plan: SweepPlan
    let path: ComputePath

    /// Until it is on the device.
    private var hostSweep: SweepTable?
    private let library: KernelLibrary

    /// The grid of the layer's input and output.
    private let grid: Grid

    /// Places along the last axis, of which only the last is shown; 1 where all sites are those of the input.
    private let depth: Int
    private var tables: [Table: Buffer<Int32>] = [:]
    private var sweepTables: DeviceSweep?
    private var paddingTable: PaddingTable?

    private enum Table: Hashable {
        case predecessors, successors, sites, rowsOfSites, rowsOfSets, leavingRows
    }

    /// The schedule of a layer over the grid of its input.
    init(_ schedule: HostSchedule, of configuration: LayerConfiguration, over grid: Grid, library: KernelLibrary) {
        self.grid = grid
        (host, plan, path, hostSweep) = (schedule.schedule, schedule.plan, schedule.path, schedule.sweep)
        depth = configuration.depth
        self.library = library
    }

    /// Sites of the layer's input and output.
    var siteCount: Int { grid.siteCount }

    /// `[R, N]`
    func predecessors() throws -> Buffer<Int32> { try table(.predecessors) { host.predecessors } }

    /// `[R + 1 + Q, N]`
    func successors() throws -> Buffer<Int32> { try table(.successors) { host.successors } }

    /// `[R]`, -1 for a row that is not shown.
    func sites() throws -> Buffer<Int32> {
        try table(.sites) {
            let depth = Int32(depth)
            return depth == 1 ? host.sites : host.sites.map { $0 % depth == depth - 1 ? $0 / depth : -1 }
        }
    }

    /// `[sites, directions]`, the rows that are shown.
    func rowsOfSites() throws -> Buffer<Int32> {
        try table(.rowsOfSites) {
            if depth == 1 { return host.rowsOfSites }
            let width = host.directions.count
            return stride(from: (depth - 1) * width, to: host.rowsOfSites.count, by: depth * width).flatMap {
                host.rowsOfSites[$0..<($0 + width)]
            }
        }
    }

    /// `[S, R / S]`
    func rowsOfSets() throws -> Buffer<Int32> { try table(.rowsOfSets) { host.rowsOfSets } }

    /// The rows whose states leave along the first axis, `[directions, B, face]`.
    func leavingRows() throws -> Buffer<Int32> { try table(.leavingRows) { host.finalRows(axis: 0) } }

    /// The rows by those who walk them alone, cut by ``plan``.
    func sweep() throws -> DeviceSweep {
        if let sweepTables { return sweepTables }
        let table = hostSweep ?? SweepTable(host, block: plan.block, groups: plan.groups)
        let copy = { [context = library.context] in try context.makeBuffer(copying: $0) as Buffer<Int32> }
        let tables = DeviceSweep(
            stages: table.stages, items: try copy(table.items), starts: try copy(table.starts),
            sets: try copy(table.sets), rows: try copy(table.rows))
        (sweepTables, hostSweep) = (tables, nil)
        return tables
    }

    /// What of the layer's input and output is no site of a sample; nil if no sample is ragged.
    func padding() throws -> PaddingTable? {
        guard grid.isRagged else { return nil }
        if let paddingTable { return paddingTable }
        let table = try PaddingTable(grid, context: library.context)
        paddingTable = table
        return table
    }

    private func table(_ key: Table, _ values: () -> [Int32]) throws -> Buffer<Int32> {
        if let table = tables[key] { return table }
        let table = try library.context.makeBuffer(copying: values())
        tables[key] = table
        return table
    }
}

/// A ``SweepTable`` on the device.
struct DeviceSweep {
    let stages: [Range<Int>]
    let items: Buffer<Int32>, starts: Buffer<Int32>, sets: Buffer<Int32>, rows: Buffer<Int32>
}

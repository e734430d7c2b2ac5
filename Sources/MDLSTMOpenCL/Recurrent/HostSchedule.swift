import MDLSTM

/// The schedule of a recurrent layer over a grid and how a sweep over it is cut, as the host computes them.
struct HostSchedule: Sendable {
    let schedule: Schedule
    let plan: SweepPlan

    /// The way through the wavefronts, never `auto`.
    let path: ComputePath

    /// The rows by those who walk them alone; nil where the way is none that does.
    let sweep: SweepTable?

    /// - Parameters:
    ///   - shape: of the layer
    ///   - grid: of its input
    ///   - path: the requested way
    init(
        _ shape: LayerShape, grid: Grid, boundaryStates: Bool = false, path: ComputePath, traits: DeviceTraits
    ) throws(MDLSTMError) {
        schedule = try shape.configuration.schedule(over: grid, boundaryStates: boundaryStates)
        plan = shape.sweepPlan(schedule, traits: traits)
        self.path = path.resolved(by: plan, for: shape.configuration, traits: traits)
        sweep = self.path == .sweep ? SweepTable(schedule, block: plan.block, groups: plan.groups) : nil
    }

    /// The fronts of pictures that are drawn: each a launch.
    init(fronts: Schedule, of shape: LayerShape, traits: DeviceTraits) {
        schedule = fronts
        // Never looked at by the way that is taken.
        plan = SweepPlan(block: fronts.grid.extents, groups: 1)
        (path, sweep) = (.fused, nil)
    }
}

import MDLSTM
import OpenCLRuntime

/// What bands of one shape need on the device.
final class BandRecurrent<Element: Scalar> {
    let layer: Recurrent<Element>

    /// `[samples, E1, .., EN, I]`, the extents those of the band.
    let x: Buffer<Element>

    /// The rows whose states leave along axis 1, `[D, samples, face]`.
    let lastRows: Buffer<Int32>

    /// - Parameter workSpace: where the buffers come from that bands of other shapes use too; nil for buffers of its own
    init(
        _ configuration: LayerConfiguration, grid: Grid, library: KernelLibrary, path: ComputePath, training: Bool,
        slots: RecurrentSlots, merge: DirectionMerge = .concatenate, workSpace: WorkSpace<Element>? = nil
    ) throws {
        try LayerMemory(
            configuration, library: library, precision: Element.precision, training: training,
            merge: merge, boundaryStates: true
        ).require(grid, isBand: true)
        let schedule = try DeviceSchedule(configuration, grid: grid, boundaryStates: true, library: library)
        layer = try Recurrent(
            configuration, schedule: schedule, library: library, path: path, training: training, slots: slots,
            merge: merge, workSpace: workSpace)
        x = try layer.makeBuffer("x", count: grid.siteCount * configuration.inputSize)
        lastRows = try library.context.makeBuffer(copying: schedule.host.finalRows(axis: 0))
    }
}

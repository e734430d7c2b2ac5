import MDLSTM
import OpenCLRuntime

/// What bands of one shape need on the device in training: their schedule, and buffers of a work space.
final class BandRecurrent<Element: Scalar> {
    let layer: Recurrent<Element>

    /// Input, dL/dy (where the output was) and dL/dx of the band, `[samples, E1, .., EN, ..]`.
    let x: Buffer<Element>, dy: Buffer<Element>, dx: Buffer<Element>

    /// The rows whose states leave along axis 1, `[D, samples, face]`.
    let lastRows: Buffer<Int32>

    init(
        _ configuration: LayerConfiguration, grid: Grid, library: KernelLibrary, path: ComputePath,
        slots: RecurrentSlots, merge: DirectionMerge, workSpace: WorkSpace<Element>
    ) throws {
        let schedule = try DeviceSchedule(configuration, grid: grid, boundaryStates: true, library: library)
        layer = try Recurrent(
            configuration, schedule: schedule, library: library, path: path, training: true, slots: slots,
            merge: merge, workSpace: workSpace)
        x = try layer.makeBuffer("x", count: grid.siteCount * configuration.inputSize)
        dy = layer.outputBuffer
        dx = try layer.makeBuffer("dx", count: grid.siteCount * configuration.inputSize)
        lastRows = try library.context.makeBuffer(copying: schedule.host.finalRows(axis: 0))
    }
}

/// The gradients by the states that entered a band along axis 1, for those that left the band before it.
struct BandGradient<Element: Scalar> {
    /// The samples they are of.
    let samples: [Int]

    /// `[D, samples, face, RETURNED, HP]`.
    let values: Buffer<Element>
}

extension Recurrent {
    /// The gradients by the states that entered along axis 1.
    ///
    /// - Parameter samples: the numbers of the samples in the whole batch
    func enteringGradient(of samples: [Int]) throws -> BandGradient<Element> {
        let count = schedule.host.boundaryCount(axis: 0) / directions
        let width = cell.returned * padded
        let values = try makeBuffer("returned", count: directions * count * width)
        for direction in 0..<directions {
            try boundaryGradient(
                axis: 0, direction: direction, h: values, c: values, target: direction * count * width, stride: width,
                offsetOfC: nil, apart: true)
        }
        return BandGradient(samples: samples, values: values)
    }

    /// Sets the gradients by the states that leave a band for the next backward pass.
    ///
    /// - Parameters:
    ///   - gradient: by those that entered the band after it; nil in the last
    ///   - samples: the numbers of this band's samples in the whole batch
    ///   - given: by the states that leave along all axes; nil for zeros
    func setLeavingGradient(
        _ gradient: BandGradient<Element>?, samples: [Int], given: BoundaryState<Element>?
    ) throws {
        let leaving = try makeLeavingGradient(axes: given == nil ? 1 : configuration.axes)
        if let given { try setFinalStateGradient(given) } else { try leaving.values.fill(with: 0) }
        guard let gradient else { return }
        try copyFaces(
            from: gradient.values, of: gradient.samples, to: leaving.values, of: samples, at: 0,
            width: cell.returned * padded)
    }
}

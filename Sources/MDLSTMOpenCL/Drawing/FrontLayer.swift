import MDLSTM
import OpenCLRuntime

/// A recurrent layer that is computed front by front.
final class FrontLayer<Element: Scalar> {
    private let layer: Recurrent<Element>

    /// Launches the front of that number over its inputs.
    private var launch: ((Int, Buffer<Element>) throws -> Void)?

    var size: Int { layer.configuration.hiddenSize }

    init(
        _ configuration: LayerConfiguration, over schedule: Schedule, slots: RecurrentSlots,
        parameters: Buffer<Element>, library: KernelLibrary
    ) throws {
        let shape = LayerShape(
            configuration, traits: library.traits, precision: Element.precision, training: false)
        let host = HostSchedule(fronts: schedule, of: shape, traits: library.traits)
        layer = try Recurrent(
            shape,
            schedule: DeviceSchedule(host, of: configuration, over: schedule.grid, library: library),
            library: library, slots: slots, workSpace: nil)
        try layer.weights.pack(parameters, isTraining: false)
        try layer.setNoise(nil)
    }

    /// The hidden units of a front, `[rows, H]`, after those of all fronts before it.
    func forward(_ front: Int, x: Buffer<Element>) throws -> Buffer<Element> {
        // Assigned once: what is read from here and put back is wrapped once more each time.
        if launch == nil { launch = try FusedWay().forwardLaunch(layer) }
        try launch?(front, x)
        return layer.outputBuffer
    }
}

public import MDLSTM
package import OpenCLRuntime

/// A workload on the device, ready to be timed: schedule, buffers and tables are there, and data in their standard
/// layouts.
public final class LayerBenchmark<Element: Scalar>: TimedPass {
    public let workload: Workload
    public let pass: BenchmarkPass

    private let backend: OpenCLBackend<Element>
    private let noise: NoiseKey?
    private let recurrent: any RecurrentPass<Element>
    package let parameters: ParameterStore<Element>

    /// `[B, E1, .., EN, I]`; in training dL/dy `[B, E1, .., EN, D*H]`, the gradients by the parameters, and dL/dx.
    package let x: Buffer<Element>
    package let gradients: (dy: Buffer<Element>, parameters: Buffer<Element>, dx: Buffer<Element>)?

    /// `[B, E1, .., EN, D*H]` after a run.
    package private(set) var output: Buffer<Element>?

    /// Brings `workload` onto the device of `backend`.
    ///
    /// - Parameters:
    ///   - workload: the layer and its grid
    ///   - pass: what is timed
    ///   - backend: the device; for `LayerTiming/deviceBytes` one that was used for nothing else
    ///   - recompute: whether training keeps only the states between bands and computes the others again
    ///   - bandHeight: sites of such a band along axis 1; chosen by memory unless given
    ///   - seed: of weights, inputs and dL/dy, all uniform: weights as initially, the others in -1..<1
    /// - Throws: `MDLSTMError` when the grid is too large for the layer, `OpenCLError` when it does not fit the device.
    public init(
        _ workload: Workload, pass: BenchmarkPass, backend: OpenCLBackend<Element>, recompute: Bool = false,
        bandHeight: Int? = nil, seed: UInt64 = 1
    ) throws {
        self.workload = workload
        self.pass = pass
        self.backend = backend
        let (layer, grid, context) = (workload.layer, workload.grid, backend.context)
        parameters = try ParameterStore(layer.initialParameters(seed: seed, as: Element.self), context: context)
        recurrent = try backend.library.makeRecurrentPass(
            LayerRequest(
                layer, grid: grid, path: backend.path, training: pass == .training,
                slots: RecurrentSlots(parameters.layout)), recomputing: recompute ? WorkSpace(context: context) : nil,
            bandHeight: bandHeight)
        // The masks of zoneout, which only training draws.
        noise = pass == .training ? NoiseKey(seed: seed, step: 0) : nil
        func random(channels: Int, tensor: UInt32) throws -> Buffer<Element> {
            let stream = RandomStream(seed: seed, tensor: tensor, stream: RandomStreams.data)
            return try context.makeBuffer(copying: stream.uniform(count: grid.siteCount * channels, in: -1..<1))
        }
        x = try random(channels: layer.inputSize, tensor: 0)
        guard pass == .training else {
            gradients = nil
            return
        }
        gradients = (
            dy: try random(channels: layer.outputSize, tensor: 1),
            parameters: try context.makeBuffer(of: Element.self, count: parameters.count),
            dx: try context.makeBuffer(of: Element.self, count: x.count)
        )
    }

    public var path: ComputePath { recurrent.path }
    public var precision: Precision { Element.precision }
    public var deviceBytes: Int { backend.context.peakAllocatedBytes }

    public func run() throws {
        output = try recurrent.output(
            x: x, parameters: parameters.values, training: pass == .training, noise: noise)
        if let gradients {
            try recurrent.gradients(
                x: x, dy: gradients.dy, parameters: parameters.values, into: gradients.parameters,
                adding: false, inputGradient: gradients.dx)
        }
        try backend.context.finish()
    }
}

public import MDLSTM
import OpenCLRuntime

/// Streaming inference of a workload, from a tensor of the host into another.
///
/// Every run packs the weights, copies the input to the device and the output back, band by band. Schedules, tables and
/// buffers are there before the clock starts.
public final class StreamBenchmark<Element: Scalar>: TimedPass {
    public let workload: Workload
    public var pass: BenchmarkPass { .forward }
    public var precision: Precision { Element.precision }
    public let path: ComputePath

    private let backend: OpenCLBackend<Element>
    private let layer: StreamedLayer<Element>
    private let call: StreamCall<Element>
    private let input: Tensor<Element>
    private var output: Tensor<Element>

    /// Brings `workload` to the device of `backend`.
    ///
    /// - Parameters:
    ///   - workload: the layer and its grid
    ///   - backend: the device; for `LayerTiming/deviceBytes` one that was used for nothing else
    ///   - bandHeight: sites of a band along axis 1; chosen by memory unless given
    ///   - seed: of weights and inputs, both uniform: weights as initially, the others in -1..<1
    /// - Throws: `MDLSTMError` when the layer has no axis to cut, `OpenCLError` when a band does not fit the device.
    public init(
        _ workload: Workload, backend: OpenCLBackend<Element>, bandHeight: Int? = nil, seed: UInt64 = 1
    ) throws {
        self.workload = workload
        self.backend = backend
        let (configuration, grid) = (workload.layer, workload.grid)
        let sites = [grid.batch] + grid.extents
        let stream = RandomStream(seed: seed, tensor: 0, stream: RandomStreams.data)
        input = Tensor(
            shape: sites + [configuration.inputSize],
            values: stream.uniform(count: grid.siteCount * configuration.inputSize, in: -1..<1))
        output = Tensor(zeros: sites + [configuration.outputSize])
        call = StreamCall(samples: grid.samples, bandHeight: bandHeight)
        _ = try call.validatedGrid(ofInput: input.shape, for: configuration)
        layer = try StreamedLayer(
            configuration, parameters: configuration.initialParameters(seed: seed), grid: grid,
            height: bandHeight ?? backend.bandMemory(configuration, grid: grid).height, library: backend.library,
            path: backend.path, keepsTables: true)
        path = try layer.path()
    }

    public var deviceBytes: Int { backend.context.peakAllocatedBytes }

    public func run() throws {
        let shape = output.shape
        try output.values.withUnsafeMutableBufferPointer {
            _ = try layer.run(from: input, to: MemoryOutput(shape: shape, memory: $0), call: call)
        }
    }
}

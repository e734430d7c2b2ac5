import MDLSTM
import MDLSTMOpenCL
import OpenCLRuntime
import Testing
import _TestSupport

/// What is asked for before anything is made, and refused.
@MainActor @Suite(.serialized) struct LayerMemoryTests {
    /// The estimate is what a call then takes: no more, and less only by what does not grow with the grid.
    @Test(arguments: [
        ("++ +- -+ --", [61, 67], CellOptions { $0.peepholes = true }, Cell.graves),
        ("+- -+", [61, 67], CellOptions { $0.layerNorm = .inputRecurrentCell }, .stable),
        ("++ -+", [2003], CellOptions { $0.grid = GridOptions(depth: 3) }, .grid),
        ("+", [4099], CellOptions { $0.zoneout = Zoneout(hidden: 0.1, cell: 0.1) }, .lstm),
    ])
    func estimateIsWhatIsTaken(_ signs: String, _ extents: [Int], _ options: CellOptions, _ cell: Cell) throws {
        var layer = try makeLayer(signs, I: 5, H: 19, cell: cell, peepholes: false)
        layer.options = options
        for training in [false, true] {
            let backend = try OpenCLBackend<Float>(device: try Device.select(nil), path: .fused)
            var call: LayerCall<Float> = try layer.randomCall(batch: 2, extents)
            if !training { (call.outputGradient, call.finalStateGradient) = (nil, nil) }
            _ = try backend.run(layer, parameters: layer.initialParameters(seed: 1), call: call)
            let tensors = [("x", 5)] + (training ? [("dx", 5)] : [])
            let estimate = LayerMemory(
                layer, library: backend.library, precision: .float32, training: training,
                boundaryStates: call.initialState != nil, tensors: tensors
            ).bytes(try Grid(batch: 2, extents: extents))
            let taken = backend.context.peakAllocatedBytes
            #expect(estimate <= taken && Double(taken) <= 1.25 * Double(estimate), "\(estimate) of \(taken)")
        }
    }

    /// 2^24 sites with five gates of 256 units each.
    @Test func tooLargeIsRefusedWithWhatFits() throws {
        let layer = try makeLayer("++", I: 1, H: 256)
        let backend = try OpenCLBackend<Float>(device: try Device.select(nil))
        let parameters: ParameterTensors<Float> = layer.initialParameters(seed: 1)
        func refusal(batch: Int, _ extents: [Int]) throws -> OpenCLError {
            let state = BoundaryState<Float>(zeros: layer, grid: try Grid(batch: batch, extents: extents))
            let call = LayerCall<Float>(
                input: Tensor(zeros: [batch] + extents + [1]), finalStateGradient: state)
            return try #require(throws: OpenCLError.self) {
                _ = try backend.run(layer, parameters: parameters, call: call)
            }
        }
        let before = backend.context.peakAllocatedBytes
        let batched = try refusal(batch: 64, [512, 512])
        #expect(batched.isOutOfMemory, "\(batched)")
        #expect(
            batched.description.contains(#/the gates would take 85\d{9} bytes.* a batch of at most \d+ would fit/#),
            "\(batched)")
        let single = try refusal(batch: 1, [4096, 4096])
        #expect(
            single.description.contains(#/a batch of 1 with at most \d+ sites along axis 1 would fit/#), "\(single)")
        #expect(backend.context.peakAllocatedBytes == before)
    }
}

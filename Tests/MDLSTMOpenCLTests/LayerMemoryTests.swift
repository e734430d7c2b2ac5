import MDLSTM
import OpenCLRuntime
import Testing
import _TestSupport

@testable import MDLSTMOpenCL

/// What is asked for before anything is made, and refused.
@MainActor @Suite(.serialized) struct LayerMemoryTests {
    /// The estimate is what a call then takes: no more, and less only by what does not grow with the grid.
    @Test(arguments: [
        ("++ +- -+ --", [61, 67], CellOptions { $0.peepholes = true }, Cell.graves),
        ("+- -+", [61, 67], CellOptions { $0.layerNorm = .inputRecurrentCell }, .stable),
        ("++ -+", [2003], CellOptions { $0.grid = GridOptions(depth: 3) }, .grid),
        ("++", [4099], CellOptions { $0.grid = GridOptions(depth: 1) }, .grid),
        ("+", [4099], CellOptions { $0.zoneout = Zoneout(hidden: 0.1, cell: 0.1) }, .lstm),
    ])
    func estimateIsWhatIsTaken(_ signs: String, _ extents: [Int], _ options: CellOptions, _ cell: Cell) throws {
        var layer = try makeLayer(signs, I: 5, H: 19, cell: cell, peepholes: false)
        layer.options = options
        for (training, path) in [(false, ComputePath.fused), (true, .fused), (false, .tiles), (true, .chain)] {
            let backend = try OpenCLBackend<Float>(device: try Device.select(nil), path: path)
            var call: LayerCall<Float> = try layer.randomCall(batch: 2, extents)
            if !training { (call.outputGradient, call.finalStateGradient) = (nil, nil) }
            _ = try backend.run(layer, parameters: layer.initialParameters(seed: 1), call: call)
            let tensors = [(name: "x", features: 5)] + (training ? [(name: "dx", features: 5)] : [])
            let grid = try Grid(batch: 2, extents: extents)
            var request = LayerRequest(
                layer, grid: grid, path: path, training: training,
                slots: RecurrentSlots(ParameterLayout(layer.parameterShapes)))
            request.boundaryStates = call.initialState != nil
            request.tensors = tensors
            let shape = LayerShape(
                layer, traits: backend.library.traits, precision: .float32, training: training)
            let estimate = LayerMemory(
                shape, request, traits: backend.library.traits, precision: .float32
            ).bytes(grid)
            let taken = backend.context.peakAllocatedBytes
            #expect(estimate <= taken && Double(taken) <= 1.25 * Double(estimate), "\(estimate) of \(taken)")
        }
    }

    /// Twice as many gates, five of 256 units a site, as the largest buffer of the device has room for.
    @Test func tooLargeIsRefusedWithWhatFits() throws {
        let layer = try makeLayer("++", I: 1, H: 256)
        let backend = try OpenCLBackend<Float>(device: try Device.select(nil))
        let parameters: ParameterTensors<Float> = layer.initialParameters(seed: 1)
        let bytesPerSite = 5 * 256 * 4
        let sites = 2 * backend.device.maximumAllocationBytes / bytesPerSite
        func refusal(batch: Int) throws -> String {
            let extent = Int((Double(sites / batch)).squareRoot()) + 1
            let state = BoundaryState<Float>(zeros: layer, grid: try Grid(batch: batch, extents: [extent, extent]))
            let call = LayerCall<Float>(
                input: Tensor(zeros: [batch, extent, extent, 1]), finalStateGradient: state)
            let error = try #require(throws: OpenCLError.self) {
                _ = try backend.run(layer, parameters: parameters, call: call)
            }
            #expect(error.isOutOfMemory)
            let gates = (batch * extent * extent + 1) * bytesPerSite
            #expect(error.description.contains("the gates would take \(gates) bytes"), "\(error)")
            return error.description
        }
        let before = backend.context.peakAllocatedBytes
        let batched = try refusal(batch: 64)
        #expect(batched.contains(#/; a batch of at most [1-9]\d* would fit;/#), "\(batched)")
        let single = try refusal(batch: 1)
        #expect(single.contains(#/; a batch of 1 with at most \d+ sites along axis 1 would fit;/#), "\(single)")
        #expect(backend.context.peakAllocatedBytes == before)
    }

    /// What would fit is told as the height of a band, not as an extent of the grid.
    @Test func tooHighBandsAreRefused() throws {
        var layer = try makeLayer("++", I: 1, H: 256, cell: .spatial, peepholes: false)
        layer.options.extended = true
        let backend = try OpenCLBackend<Float>(device: try Device.select(nil))
        // Two hidden states a site and one output.
        let columns = backend.device.maximumAllocationBytes / 80 / (2 * 256 * 4)
        let input = Tensor<Float>(zeros: [1, 101, columns, 1])
        let error = try #require(throws: OpenCLError.self) {
            _ = try backend.run(
                layer, parameters: layer.initialParameters(seed: 1),
                call: LayerCall(input: input, memory: .bands(height: 100)))
        }
        #expect(
            error.isOutOfMemory && error.description.contains(#/; bands of at most \d+ sites would fit$/#), "\(error)")
    }
}

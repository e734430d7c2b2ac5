import MDLSTM
import MDLSTMOpenCL
import OpenCLRuntime
import Testing
import _TestSupport

/// Inference in bands against inference at once.
@MainActor @Suite(.serialized) struct StreamingTests {
    /// Every direction, ragged batches and boundary states, of cells without options that change their equations only:
    /// those have kernels of their own to compile.
    private nonisolated static let cases = LayerCase.chosen.filter { layer in
        let plain = CellOptions { $0.peepholes = layer.configuration.options.peepholes }
        return layer.configuration.options == plain && layer.configuration.cell != .grid
    }

    /// Every cell and every form of its rows.
    private nonisolated static let forms = LayerCase.oneOfEachForm.filter {
        $0.configuration.inputAxes > 0 && !$0.hasNoise
    }

    private func expectSameInBands<T: Scalar>(_ layer: LayerCase, _ backend: OpenCLBackend<T>, exactly: Bool) throws {
        var call: LayerCall<T> = try layer.call()
        call.outputGradient = nil
        call.finalStateGradient = nil
        call.wantsCellRange = true
        call.memory = .bands(height: layer.extents[0])
        let parameters: ParameterTensors<T> = layer.parameters()
        let whole = try backend.run(layer.configuration, parameters: parameters, call: call)
        for height in 1...3 where height < layer.extents[0] {
            call.memory = .bands(height: height)
            let bands = try backend.run(layer.configuration, parameters: parameters, call: call)
            for (a, b) in zip(bands.forwardTensors, whole.forwardTensors) {
                if exactly {
                    expectSame(a.tensor, b.tensor, "bands of \(height), \(a.name)")
                } else {
                    let error = normalizedError(a.tensor.values, b.tensor.values)
                    #expect(error <= ParityTolerance(T.precision).forward, "bands of \(height), \(a.name)")
                }
            }
            #expect(bands.forwardTensors.count == whole.forwardTensors.count)
            if exactly { #expect(bands.cellRange == whole.cellRange, "bands of \(height)") }
        }
    }

    /// Each row's sums have one order, whatever rows there are besides.
    @Test(arguments: cases) func bandsAreTheWhole(_ layer: LayerCase) throws {
        try expectSameInBands(layer, Backends.shared(.sweep, Float.self), exactly: true)
    }

    @Test(arguments: forms) func bandsOfEveryForm(_ layer: LayerCase) throws {
        try expectSameInBands(layer, Backends.shared(.fused, Float.self), exactly: true)
    }

    @Test(arguments: forms.filter { $0.configuration.options.layerNorm == .none && $0.configuration.axes == 2 })
    func bandsOfOtherVariants(_ layer: LayerCase) throws {
        try expectSameInBands(layer, Backends.shared(.sweep, Double.self), exactly: true)
        // CLBlast chooses its kernels by the number of rows.
        try expectSameInBands(layer, Backends.shared(.gemm, Float.self), exactly: false)
    }

    /// The device holds a band, however many there are, and be the last one lower.
    @Test func memoryIsThatOfABand() throws {
        let layer = try makeLayer("++ -+", I: 2, H: 8)
        func peak(rows: Int, height: Int) throws -> Int {
            let backend = try Backends.make(.fused, Float.self)
            var call: LayerCall<Float> = try layer.randomCall(batch: 1, [rows, 16])
            call.outputGradient = nil
            call.memory = .bands(height: height)
            _ = try backend.run(layer, parameters: layer.randomParameters(), call: call)
            return backend.context.peakAllocatedBytes
        }
        let bands = try [16, 64, 63].map { try peak(rows: $0, height: 4) }
        #expect(bands[0] == bands[1] && bands[0] == bands[2])
        #expect(try peak(rows: 64, height: 64) > 8 * bands[0])
    }

    /// From file to file, samples of a ragged batch that end in different bands.
    @Test func filesAreStreamed() throws {
        let folder = try TemporaryFolder()
        let layer = try makeLayer("++ +- -- ", I: 3, H: 5)
        var call: LayerCall<Float> = try layer.randomCall(
            batch: 3, [7, 4], samples: [[7, 2], [3, 4], [4, 1]], states: true)
        call.outputGradient = nil
        let backend = try Backends.shared(.fused, Float.self)
        let expected = try backend.run(layer, parameters: layer.randomParameters(), call: call)
        try call.input.writeNumpy(to: folder.file("x.npy"))
        let input = try #require(try NumpyInput<Float>(folder.file("x.npy")))
        let output = try NumpyOutput<Float>(folder.file("y.npy"), shape: [3, 7, 4, 15])
        let result = try backend.stream(
            layer, parameters: layer.randomParameters(), from: input, to: output,
            call: StreamCall(
                samples: call.samples, initialState: call.initialState, wantsFinalState: true, bandHeight: 2))
        #expect(folder.names.contains("y.npy") == false)
        try output.commit()
        expectSame(try NumpyArray(contentsOf: folder.file("y.npy")).tensor(), expected.output)
        #expect(result.finalState == expected.finalState && output.isFinite)
    }

    @Test func wrongCallsAreRefused() throws {
        let layer = try makeLayer("++", I: 1, H: 2)
        let backend = try Backends.shared(.fused, Float.self)
        var call: LayerCall<Float> = try layer.randomCall(batch: 1, [3, 2])
        call.memory = .bands(height: 0)
        let height = #expect(throws: MDLSTMError.self) {
            try backend.run(layer, parameters: layer.randomParameters(), call: call)
        }
        #expect(height?.kind == .option && height?.message.contains("found 0") == true)
        call.input.values[5] = .nan
        let output = Memory(shape: [1, 3, 2, 2])
        let notANumber = #expect(throws: MDLSTMError.self) {
            try backend.stream(
                layer, parameters: layer.randomParameters(), from: call.input, to: output,
                call: StreamCall(bandHeight: 1))
        }
        #expect(notANumber?.kind == .data && notANumber?.message.contains("nan at [0, 2, 1, 0]") == true)
        let depth = try LayerConfiguration(cell: .grid, inputSize: 1, hiddenSize: 2, directions: [.forward(axes: 1)])
        let noAxis = #expect(throws: MDLSTMError.self) {
            try backend.stream(
                depth, parameters: depth.initialParameters(seed: 1), from: Tensor<Float>(zeros: [3, 1]), to: output)
        }
        #expect(noAxis?.kind == .option && noAxis?.message.contains("only axis is its depth") == true)
    }

    /// The memory of a band is bounded by that of input and output, unless wavefronts become too short.
    @Test func heightFollowsMemory() throws {
        let layer = try LayerConfiguration(inputSize: 1, hiddenSize: 16, directions: [.forward(axes: 2)])
        func memory(_ extents: [Int], units: Int) throws -> BandMemory {
            let traits = DeviceTraits(isProcessor: true, computeUnits: units, group: 64, floatWidth: 16, doubleWidth: 8)
            return BandMemory(layer, grid: try Grid(batch: 1, extents: extents), traits: traits, precision: .float32)
        }
        #expect(try memory([512, 512], units: 2).isSmall)
        #expect(try !memory([1024, 1024], units: 2).isSmall)
        #expect(try memory([4096, 4096], units: 2).height == 64)
        // 64 sites make too many bands of a narrow grid; 1,000 of 4 x 10^6 are cut into equal ones.
        #expect(try memory([1 << 20, 4], units: 2).height == 1 << 14)
        #expect(try memory([1000, 4000], units: 2).height == 1000 / 20)
        let many = try memory([4096, 4096], units: 1000).height
        #expect(many * 4096 * 240 <= 4096 * 4096 * 4 * 17 / 8 && many >= 128)
        #expect(try memory([1 << 14, 1 << 16], units: 1).height >= 16)
    }
}

/// An output whose content nobody reads.
private struct Memory: BandOutput {
    let shape: [Int]

    func withBand(
        _ sites: Range<Int>, sample: Int, isNew: Bool, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Void
    ) throws {
        var values = Array(repeating: Float(0), count: sites.count * shape[2...].reduce(1, *))
        try values.withUnsafeMutableBufferPointer { try body($0) }
    }
}

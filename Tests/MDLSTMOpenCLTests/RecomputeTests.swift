import MDLSTM
import MDLSTMOpenCL
import OpenCLRuntime
import Testing
import _TestSupport

/// Gradients with states computed again against those with all states kept.
@MainActor @Suite(.serialized) struct RecomputeTests {
    /// Every cell, option and direction, ragged batches, states and the masks of zoneout.
    private nonisolated static let cases = LayerCase.chosen.filter {
        $0.configuration.inputAxes > 0 && $0.extents[0] > 1
    }
    private nonisolated static let forms = LayerCase.oneOfEachForm.filter { $0.configuration.inputAxes > 0 }

    private func expectSameGradients<T: Scalar>(
        _ layer: LayerCase, _ backend: OpenCLBackend<T>, isExact: Bool
    ) throws {
        var call: LayerCall<T> = try layer.call()
        call.memory = .automatic
        call.wantsCellRange = true
        let parameters: ParameterTensors<T> = layer.parameters()
        let whole = try backend.run(layer.configuration, parameters: parameters, call: call)
        for height in 1...3 where height < layer.extents[0] {
            call.memory = .recomputed(height: height)
            let bands = try backend.run(layer.configuration, parameters: parameters, call: call)
            for (a, b) in zip(bands.forwardTensors, whole.forwardTensors) {
                expectEqual(a.tensor, b.tensor, isExact: isExact, "bands of \(height), \(a.name)")
            }
            for (a, b) in zip(bands.backwardTensors, whole.backwardTensors) {
                let isSame = isExact && layer.keepsOrder(ofGradient: a.name.split(separator: " ").last!)
                expectEqual(a.tensor, b.tensor, isExact: isSame, "bands of \(height), \(a.name)")
            }
            #expect(bands.forwardTensors.count == whole.forwardTensors.count)
            #expect(bands.backwardTensors.count == whole.backwardTensors.count)
            if isExact { #expect(bands.cellRange == whole.cellRange, "bands of \(height)") }
        }
    }

    private func expectEqual<T: Scalar>(_ a: Tensor<T>, _ b: Tensor<T>, isExact: Bool, _ what: String) {
        guard !isExact else {
            expectSame(a, b, what)
            return
        }
        let error = normalizedError(a.values, b.values)
        #expect(error <= ParityTolerance(T.precision).backward, "\(what): \(error)")
    }

    @Test(arguments: cases) func gradientsAreTheSame(_ layer: LayerCase) throws {
        try expectSameGradients(layer, Backends.shared(.fused, Float.self), isExact: true)
    }

    @Test(arguments: forms) func gradientsOfOtherVariants(_ layer: LayerCase) throws {
        try expectSameGradients(layer, Backends.shared(.sweep, Double.self), isExact: true)
        // CLBlast chooses its kernels by the number of rows.
        try expectSameGradients(layer, Backends.shared(.gemm, Float.self), isExact: false)
    }

    /// The same call again finds everything as it was.
    @Test func sameCallSameBits() throws {
        let layer = try makeLayer("++ -+", I: 3, H: 5)
        var call: LayerCall<Float> = try layer.randomCall(batch: 3, [7, 4], samples: [[7, 2], [3, 4], [4, 1]])
        call.memory = .recomputed()
        let backend = try Backends.shared(.fused, Float.self)
        let first = try backend.run(layer, parameters: layer.randomParameters(), call: call)
        expectSameBits(try backend.run(layer, parameters: layer.randomParameters(), call: call), first)
    }

    /// Input, output and their gradients are whole; of the rest there is a band, and the states between bands.
    @Test(arguments: [("++", 0.36), ("++ +- -+ --", 0.32)])
    func memoryIsAFraction(_ signs: String, _ most: Double) throws {
        let layer = try makeLayer(signs, I: 2, H: 32, peepholes: false)
        func peak(recompute: Bool) throws -> Double {
            let backend = try Backends.make(.fused, Float.self)
            var call: LayerCall<Float> = try layer.randomCall(batch: 2, [64, 64])
            call.wantsFinalState = false
            call.memory = recompute ? .recomputed() : .automatic
            _ = try backend.run(layer, parameters: layer.randomParameters(), call: call)
            return Double(backend.context.peakAllocatedBytes)
        }
        #expect(try peak(recompute: true) < most * peak(recompute: false))
    }

    /// The height is that of the least memory, within an eighth, and grows with the square root of the extent.
    @Test func heightFollowsMemory() throws {
        let traits = DeviceTraits(isProcessor: true, computeUnits: 2, group: 64, floatWidth: 16, doubleWidth: 8)
        func memory(_ extents: [Int]) throws -> RecomputeMemory {
            let layer = try LayerConfiguration(
                inputSize: 1, hiddenSize: 16, directions: [.forward(axes: extents.count)])
            return RecomputeMemory(
                layer, grid: try Grid(batch: 3, extents: extents), traits: traits, precision: .float32)
        }
        for extents in [[64, 64], [1024, 16], [101, 7], [5, 5], [40, 3, 3]] {
            let memory = try memory(extents)
            let least = (1...extents[0]).map(memory.bytes).min()!
            #expect(Double(memory.bytes(height: memory.height)) <= RecomputeMemory.allowance * Double(least))
        }
        #expect(try memory([1, 9]).height == 1 && memory([2, 9]).height <= 2)
        let (low, high) = (try memory([256, 64]).height, try memory([4096, 64]).height)
        #expect(high > 3 * low && high < 5 * low)
    }

    /// Steps of models with several recurrent layers, which share the buffers of a band.
    @Test(arguments: ModelCase.chosen) func trainingIsTheSame(_ model: ModelCase) throws {
        let backend = try Backends.shared(.fused, Float.self)
        var training = model.training
        let parameters: ParameterTensors<Float> = model.parameters()
        let plain = try backend.makeTrainer(model: model.model, parameters: parameters, training: training)
        training.recompute = true
        let recomputed = try backend.makeTrainer(model: model.model, parameters: parameters, training: training)
        let tolerance = ParityTolerance(.float32)
        for step in 1...model.steps {
            let a = try recomputed.step(try model.batch(step: step))
            let b = try plain.step(try model.batch(step: step))
            #expect(normalizedError([a.loss], [b.loss]) <= tolerance.forward)
            #expect(normalizedError([a.gradientNorm], [b.gradientNorm]) <= tolerance.backward)
        }
        for (name, tensor) in try plain.gradients().entries {
            let error = normalizedError(try recomputed.gradients()[name]!.values, tensor.values)
            #expect(error <= tolerance.backward, "\(model.name), gradient of \(name)")
        }
    }
}

extension LayerCase {
    /// Whether the sums of a gradient have the same order in bands.
    fileprivate func keepsOrder(ofGradient name: Substring) -> Bool {
        // Sums over all rows go band by band.
        if configuration.parameterShapes.contains(where: { $0.name == name }) { return false }
        // The gradients by states that leave along several axes are added before those of any successor.
        if hasStates, configuration.axes > 1, configuration.cell != .grid { return false }
        // dL/dx is summed over the directions of each group first.
        return name != "input" || configuration.bandGroups.count == 1
            || configuration.directions.count == 2 && configuration.cell != .grid
    }
}

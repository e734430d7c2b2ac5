import MDLSTM
import MDLSTMOpenCL
import OpenCLRuntime
import Testing
import _TestSupport

/// What must be equal on one device, bit for bit, whatever the numbers.
@MainActor @Suite(.serialized) struct ExactnessTests {
    @Test(arguments: DeviceVariant.all)
    func sameCallSameBits(_ variant: DeviceVariant) throws {
        func check<T: Scalar>(_ backend: OpenCLBackend<T>) throws {
            let layer = try makeLayer("++ +- --", I: 3, H: 17)
            let first = try backend.run(
                layer, parameters: layer.randomParameters(), call: layer.randomCall(batch: 3, [7, 5], states: true))
            let again = try backend.run(
                layer, parameters: layer.randomParameters(), call: layer.randomCall(batch: 3, [7, 5], states: true))
            expectSameBits(again, first)
            let other = try Backends.make(backend.path, T.self).run(
                layer, parameters: layer.randomParameters(), call: layer.randomCall(batch: 3, [7, 5], states: true))
            expectSameBits(other, first, "another backend: ")
        }
        try variant.run(check, check)
    }

    /// Flipping an axis of everything that goes in, and the sign of that axis, flips everything that comes out.
    @Test(arguments: DeviceVariant.all)
    func flippingTheInputIsFlippingTheDirection(_ variant: DeviceVariant) throws {
        func check<T: Scalar>(_ backend: OpenCLBackend<T>) throws {
            let call: LayerCall<T> = try makeLayer("++", I: 3, H: 5).randomCall(batch: 2, [5, 3])
            let forward = try makeLayer("++", I: 3, H: 5)
            let expected = try backend.run(forward, parameters: forward.randomParameters(), call: call)
            for (axis, signs) in ["-+", "+-"].enumerated() {
                let layer = try makeLayer(signs, I: 3, H: 5)
                var flipped = call
                flipped.input = call.input.flipped(axis: axis + 1)
                flipped.outputGradient = call.outputGradient?.flipped(axis: axis + 1)
                let actual = try backend.run(layer, parameters: layer.randomParameters(), call: flipped)
                expectSame(actual.output.flipped(axis: axis + 1), expected.output, signs)
                expectSame(
                    actual.gradients!.input.flipped(axis: axis + 1), expected.gradients!.input, "\(signs) input")
                for (name, tensor) in expected.gradients!.parameters.entries {
                    expectSame(actual.gradients!.parameters[name]!, tensor, "\(signs) \(name)")
                }
            }
        }
        try variant.run(check, check)
    }

    /// A batch gives what its samples give alone; a ragged one too, on grids of their own extents.
    @Test(arguments: DeviceVariant.all, [nil, [[5, 3], [2, 7], [1, 1], [4, 6], [5, 7]]])
    func batchIsItsSamples(_ variant: DeviceVariant, samples: [[Int]]?) throws {
        func check<T: Scalar>(_ backend: OpenCLBackend<T>) throws {
            let layer = try makeLayer("+- -+", I: 3, H: 17)
            let call: LayerCall<T> = try layer.randomCall(batch: 5, [5, 7], samples: samples)
            let whole = try backend.run(layer, parameters: layer.randomParameters(), call: call)
            for b in 0..<5 {
                let box = [b..<(b + 1)] + (samples?[b] ?? [5, 7]).map { 0..<$0 }
                let single = try backend.run(
                    layer, parameters: layer.randomParameters(),
                    call: LayerCall(input: call.input.slice(box), outputGradient: call.outputGradient!.slice(box)))
                expectSame(whole.output.slice(box), single.output, "the output of sample \(b)")
                expectSame(
                    whole.gradients!.input.slice(box), single.gradients!.input, "the input gradient of sample \(b)")
            }
        }
        try variant.run(check, check)
    }

    /// Where a ragged batch has no site, output and input gradient are zero, whatever their memory held before.
    @Test(arguments: DeviceVariant.all, ["++ --", "+-"])
    func paddingIsZero(_ variant: DeviceVariant, _ directions: String) throws {
        func check<T: Scalar>(_ backend: OpenCLBackend<T>) throws {
            let context = backend.context
            let living = try context.makeBuffer(of: T.self, count: 1)
            do {
                let released = try (0..<24).map { _ in try context.makeBuffer(of: T.self, count: 1 << 16) }
                for buffer in released { try buffer.fill(with: .nan) }
            }
            #expect(context.keptBytes > 0 && living.count == 1)
            let layer = try makeLayer(directions, I: 8, H: 8)
            let samples = [[30, 40], [40, 10]]
            let grid = try Grid(extents: [40, 40], samples: samples)
            let call: LayerCall<T> = try layer.randomCall(batch: 2, [40, 40], samples: samples)
            let result = try backend.run(layer, parameters: layer.randomParameters(), call: call)
            for tensor in [result.output, result.gradients!.input] {
                let width = tensor.shape.last!
                for (site, isOccupied) in grid.occupied.enumerated() where !isOccupied {
                    #expect(tensor.values[(site * width)..<((site + 1) * width)].allSatisfy { $0 == 0 })
                }
            }
            withExtendedLifetime(living) {}
        }
        try variant.run(check, check)
    }

    /// A layer over `[1, E]` is the layer over `[E]` without the first axis: its terms are sums with zeros.
    @Test(arguments: DeviceVariant.all)
    func axisOfOneSiteIsNone(_ variant: DeviceVariant) throws {
        func check<T: Scalar>(_ backend: OpenCLBackend<T>) throws {
            let (H, E) = (5, 7)
            let plane = try makeLayer("++", I: 3, H: H)
            let line = try makeLayer("+", I: 3, H: H)
            let parameters: ParameterTensors<T> = plane.randomParameters()
            // Gates i, f_1, f_2, g, o without f_1; axes 1, 2 without 1; peepholes i, f_1, f_2, o without f_1.
            func without(_ first: Int, of tensor: Tensor<T>, axis: Int, count: Int = H) -> Tensor<T> {
                let before = tensor.shape[..<axis].map { 0..<$0 }
                let ranges = [0..<first, (first + count)..<tensor.shape[axis]]
                return .joined(ranges.map { tensor.slice(before + [$0]) }, axis: axis)
            }
            func reduced(_ full: ParameterTensors<T>) -> ParameterTensors<T> {
                var part = ParameterTensors<T>()
                part["weight_ih"] = without(H, of: full["weight_ih"]!, axis: 1)
                part["weight_hh"] = without(H, of: full["weight_hh"]!.slice(0..<1, 1..<2), axis: 2)
                part["bias"] = without(H, of: full["bias"]!, axis: 1)
                part["weight_ch"] = without(1, of: full["weight_ch"]!, axis: 1, count: 1)
                return part
            }
            let call: LayerCall<T> = try plane.randomCall(batch: 2, [1, E])
            let actual = try backend.run(plane, parameters: parameters, call: call)
            let expected = try backend.run(
                line, parameters: reduced(parameters),
                call: LayerCall(
                    input: call.input.reshaped([2, E, 3]),
                    outputGradient: call.outputGradient!.reshaped([2, E, H])))
            expectSame(actual.output.reshaped([2, E, H]), expected.output, "the output")
            expectSame(actual.gradients!.input.reshaped([2, E, 3]), expected.gradients!.input, "the input gradient")
            for (name, tensor) in reduced(actual.gradients!.parameters).entries {
                expectSame(tensor, expected.gradients!.parameters[name]!, name)
            }
        }
        try variant.run(check, check)
    }
}

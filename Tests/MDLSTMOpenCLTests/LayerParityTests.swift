import MDLSTM
import MDLSTMOpenCL
import Testing
import _TestSupport

/// Layers on the device against the reference in Double.
@MainActor @Suite(.serialized) struct LayerParityTests {
    @Test(arguments: LayerCase.chosen, ways)
    func layer(_ layer: LayerCase, _ path: ComputePath) throws {
        try expectParity(of: layer, on: try Backends.shared(path, Float.self))
    }

    /// What equations do with equal gates: with zero parameters all of a kind are.
    @Test(arguments: LayerCase.chosen.filter { $0.small && $0.hasStates && $0.configuration.axes > 1 }, ways)
    func equalGates(_ layer: LayerCase, _ path: ComputePath) throws {
        var layer = layer
        layer.hasZeroParameters = true
        try expectParity(of: layer, on: try Backends.shared(path, Float.self))
    }

    /// One cell, every element: |d| <= 1e-6 + 1e-5 |x|.
    @Test(arguments: [1, 3, 16, 33], [ComputePath.fused, .sweep, .gemm])
    func oneCell(hidden: Int, path: ComputePath) throws {
        for (signs, extents, cell) in [
            ("+", [1], Cell.lstm), ("+-", [1, 1], .graves), ("-+-", [1, 1, 1], .graves),
        ] {
            let layer = try makeLayer(signs, I: 3, H: hidden, cell: cell)
            let expected = try ReferenceBackend<Double>().run(
                layer, parameters: layer.randomParameters(), call: layer.randomCall(batch: 1, extents, states: true))
            let actual = try Backends.shared(path, Float.self).run(
                layer, parameters: layer.randomParameters(), call: layer.randomCall(batch: 1, extents, states: true))
            for (a, b) in zip(
                actual.forwardTensors + actual.backwardTensors, expected.forwardTensors + expected.backwardTensors)
            {
                expectClose(a.tensor, b.tensor, absolute: 1e-6, relative: 1e-5, "\(signs) \(a.name)")
            }
        }
    }

    /// A call that does not fit is refused as by the reference, before the device sees it.
    @Test func wrongCallsAreRefused() throws {
        let layer = try makeLayer("++", I: 3, H: 2)
        let backend = try Backends.shared(.fused, Float.self)
        var call: LayerCall<Float> = try layer.randomCall(batch: 1, [2, 3])
        call.input.values[4] = .nan
        let notANumber = #expect(throws: MDLSTMError.self) {
            try backend.run(layer, parameters: layer.randomParameters(), call: call)
        }
        #expect(notANumber?.kind == .data && notANumber?.message.contains("[0, 0, 1, 1]") == true)
        call.input = .random([1, 2, 3, 5])
        let channels = #expect(throws: MDLSTMError.self) {
            try backend.run(layer, parameters: layer.randomParameters(), call: call)
        }
        #expect(channels?.message.contains("5 channels") == true)
    }
}

/// The same in float64, apart so that both precisions can be tested at once: see Scripts/test.sh. The ways take turns: what
/// differs between them does not differ by precision. `mdlstm parity` has them all.
@MainActor @Suite(.serialized) struct LayerParityDoubleTests {
    @Test(arguments: LayerCase.chosen.enumerated().map { ($1, ways[$0 % ways.count]) })
    func layer(_ layer: LayerCase, _ path: ComputePath) throws {
        try expectParity(of: layer, on: try Backends.shared(path, Double.self))
    }
}

private let ways = [ComputePath.fused, .sweep, .gemm]

private func expectParity<T: Scalar>(of layer: LayerCase, on backend: OpenCLBackend<T>) throws {
    let errors = try backend.errors(of: layer)
    let tolerance = ParityTolerance(T.precision)
    #expect(errors.forward <= tolerance.forward)
    #expect(errors.backward <= tolerance.backward)
}

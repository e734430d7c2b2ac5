import MDLSTM
import RealModule
import Testing
import _TestSupport

/// The mixture against another program's numbers, and that it is a density.
struct MCGSMTests {
    @Test(arguments: MCGSMSample.all)
    func agreesWithPublishedNumbers(_ sample: MCGSMSample) throws {
        let found = try ReferenceBackend<Double>().run(
            sample.head, parameters: sample.parameters, h: sample.h, y: sample.y,
            wantsGradients: sample.gradientTensors != nil)
        expectClose(found.nats, sample.logLikelihood, absolute: 1e-12, relative: 1e-12)
        #expect(found.gradients?.shapes == sample.gradientTensors?.shapes)
        for (name, expected) in sample.gradientTensors ?? ParameterTensors() {
            expectClose(try #require(found.gradients?[name]), expected, absolute: 1e-12, relative: 1e-12, name)
        }
        let again = try ReferenceBackend<Double>().run(
            sample.head, parameters: sample.parameters, h: sample.h, y: sample.y)
        #expect(again.gradients == nil && again.nats == found.nats)
    }

    /// The sum over y by the trapezoidal rule, which is as good as exact for what falls off on both sides.
    @Test func integratesToOne() throws {
        let sample = MCGSMSample.scales
        let (bound, step) = (120.0, 0.02)
        let y = (0...Int(2 * bound / step)).map { -bound + Double($0) * step }
        for site in 0..<3 {
            let own = Array(sample.h.values[(site * 7)..<((site + 1) * 7)])
            let h = Tensor<Double>(shape: [y.count, 7], values: y.flatMap { _ in own })
            let found = try ReferenceBackend<Double>().run(
                sample.head, parameters: sample.parameters, h: h, y: Tensor(shape: [y.count, 1], values: y))
            let sum = found.nats.values.reduce(0) { $0 + .exp($1) } * step
            #expect((sum - 1).magnitude < 1e-10, "\(sum)")
        }
    }

    /// More sites than go at once, and extents of their own.
    @Test func sitesHaveTheirShape() throws {
        let head = MCGSM(inputs: 2, components: 2, scales: 1, features: 1)
        let parameters: ParameterTensors<Double> = head.initialParameters(seed: 3)
        let h = Tensor<Double>.random([2, 1, 523, 2], seed: 1), y = Tensor<Double>.random([2, 1, 523, 1], seed: 2)
        let backend = ReferenceBackend<Double>()
        let whole = try backend.run(head, parameters: parameters, h: h, y: y, wantsGradients: true)
        let halves = try (0..<2).map {
            try backend.run(
                head, parameters: parameters, h: h.slice($0..<($0 + 1)), y: y.slice($0..<($0 + 1)),
                wantsGradients: true)
        }
        expectSame(.joined(halves.map(\.nats), axis: 0), whole.nats)
        for name in ["h", "y"] {
            let joined = try Tensor.joined(halves.map { try #require($0.gradients?[name]) }, axis: 0)
            expectSame(joined, try #require(whole.gradients?[name]), name)
        }
        for (name, _) in parameters {
            let parts = try halves.map { try #require($0.gradients?[name]) }
            expectClose(
                try #require(whole.gradients?[name]), parts[0].adding(parts[1], times: 1), absolute: 1e-12,
                relative: 1e-12, name)
        }
        #expect(throws: MDLSTMError.self) {
            try backend.run(head, parameters: parameters, h: h, y: y.slice(0..<1))
        }
    }
}

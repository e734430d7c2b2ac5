import MDLSTM
import MDLSTMOpenCL
import Testing
import _TestSupport

/// The mixture on the device against another program's numbers.
@MainActor @Suite(.serialized) struct MCGSMSampleTests {
    @Test(arguments: MCGSMSample.all)
    func agreesWithPublishedNumbers(_ sample: MCGSMSample) throws {
        let found = try Backends.shared(.fused, Float.self).run(
            sample.head, parameters: sample.parameters.converted(to: Float.self), h: sample.h.converted(to: Float.self),
            y: sample.y.converted(to: Float.self), wantsGradients: true)
        expectClose(found.nats, sample.logLikelihood, absolute: 0, relative: 1e-6)
        for (name, expected) in sample.gradientTensors ?? ParameterTensors() {
            expectClose(
                try #require(found.gradients?[name]), expected, absolute: 1e-4 * expected.largestMagnitude,
                relative: 1e-4, name)
        }
    }
}

import MDLSTM
import MDLSTMOpenCL
import Testing
import _TestSupport

/// The device against the numbers of other implementations.
@MainActor @Suite(.serialized) struct PublishedParityTests {
    @Test(arguments: PublishedCase.chosen, DeviceVariant.all)
    func agrees(_ example: PublishedCase, _ variant: DeviceVariant) throws {
        func check<T: Scalar>(_ backend: OpenCLBackend<T>) throws {
            let results = try example.results(of: backend)
            let tolerance = example.tolerance(T.precision)
            #expect(results.names == example.expected.names)
            for (name, expected) in example.expected.entries {
                expectClose(
                    results[name]!, expected, absolute: tolerance.absolute, relative: tolerance.relative,
                    "\(example), \(name)")
            }
        }
        try variant.run(check, check)
    }
}

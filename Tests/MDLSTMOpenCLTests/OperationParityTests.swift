import MDLSTM
import MDLSTMOpenCL
import Testing
import _TestSupport

/// Models on the device against the reference in Double: the operations around the layers, losses and optimizers.
@MainActor @Suite(.serialized) struct OperationParityTests {
    @Test(arguments: ModelCase.chosen, DeviceVariant.all)
    func model(_ model: ModelCase, _ variant: DeviceVariant) throws {
        func check<T: Scalar>(_ backend: OpenCLBackend<T>) throws {
            let errors = try backend.errors(of: model)
            let tolerance = ParityTolerance(T.precision)
            #expect(errors.forward <= tolerance.forward)
            #expect(errors.backward <= tolerance.backward)
        }
        try variant.run(check, check)
    }
}

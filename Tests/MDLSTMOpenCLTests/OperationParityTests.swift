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

    /// As many symbols as there may be: no table of them all by all.
    @Test func oneHotVectorsOfManySymbols() throws {
        let symbols = 65_536
        let model = try ModelConfiguration(
            inputSize: 1, axes: 1, layers: [.oneHot(symbols: symbols), .dense(inputSize: symbols, outputSize: 2)])
        let parameters: ParameterTensors<Float> = model.initialParameters(seed: 1)
        let input = Tensor<Float>(shape: [1, 3, 1], values: [0, 7, 65_535])
        let found = try [
            ReferenceBackend<Float>().makeModel(model, parameters: parameters),
            Backends.shared(.auto, Float.self).makeModel(model, parameters: parameters),
        ].map { try $0.predict(input) }
        let weight = try #require(parameters["1.weight"])
        for (site, symbol) in [0, 7, 65_535].enumerated() {
            for output in 0..<2 {
                #expect(found.allSatisfy { $0[0, site, output] == weight[output, symbol] })
            }
        }
    }
}

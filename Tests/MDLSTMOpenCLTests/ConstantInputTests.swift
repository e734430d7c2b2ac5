import MDLSTM
import MDLSTMOpenCL
import Testing

/// Layer norms of nothing: their derivative counts as 0, or it would multiply up to infinity from site to site.
@MainActor @Suite(.serialized) struct ConstantInputTests {
    /// An image of zeros, and a constant one whose units all have the same weights. dL/dy differs between units: of equal
    /// ones the norm takes the mean off, whatever its factor.
    @Test(
        arguments: [Cell.graves, .lstm, .spatial, .stable].flatMap { cell in
            LayerNorm.allCases.filter { $0 != .none }.map { (cell, $0) }
        }, [ComputePath.fused, .sweep, .gemm])
    func normOfNothingHasFiniteGradients(_ form: (cell: Cell, norm: LayerNorm), _ path: ComputePath) throws {
        let axes = form.cell.defaultAxes
        let layer = try LayerConfiguration(
            cell: form.cell, inputSize: 1, hiddenSize: 2, directions: [.forward(axes: axes)],
            options: CellOptions { $0.layerNorm = form.norm })
        let backend = try Backends.shared(path, Float.self)
        let sites = [1] + Array(repeating: 64, count: axes)
        var outputGradient = Tensor<Float>(repeating: 1, shape: sites + [2])
        for odd in stride(from: 1, to: outputGradient.count, by: 2) { outputGradient.values[odd] = -0.5 }
        let initial: ParameterTensors<Float> = layer.initialParameters(seed: 1)
        var equal = initial
        for name in ["weight_ih", "weight_hh"] { equal[name] = Tensor(repeating: 0.7, shape: initial[name]!.shape) }
        for (parameters, value) in [(initial, Float(0)), (equal, 0.3)] {
            let result = try backend.run(
                layer, parameters: parameters,
                call: LayerCall(input: Tensor(repeating: value, shape: sites + [1]), outputGradient: outputGradient))
            for (name, tensor) in result.forwardTensors + result.backwardTensors {
                #expect(tensor.firstNonFinite == nil, "\(name)")
            }
            #expect(result.gradients!.parameters["norm_bias"]!.values.contains { $0 != 0 })
        }
    }
}

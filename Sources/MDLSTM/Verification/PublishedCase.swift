/// A published answer: one call of a layer, and what other implementations say comes out.
package struct PublishedCase: Sendable, CustomStringConvertible {
    /// Unique.
    package let name: String

    /// Where the numbers stand.
    package let source: String
    package let configuration: LayerConfiguration
    package let parameters: ParameterTensors<Double>
    package let call: LayerCall<Double>

    /// `output`, and the final states `h_k` and `c_k`, as far as they are published.
    package let expected: ParameterTensors<Double>

    /// The tolerance the source has for its own numbers, absolute and relative.
    package let tolerance: Double

    package var description: String { "\(name) [\(source)]" }

    /// How far a backend of this precision may be: |d| <= absolute + relative * |x|.
    ///
    /// The published numbers were computed in float32, so that the source's tolerance counts both ways; a float32
    /// backend has the tolerance of one cell where that is larger.
    package func tolerance(_ precision: Precision) -> (absolute: Double, relative: Double) {
        precision == .float64 ? (tolerance, tolerance) : (max(tolerance, 1e-6), max(tolerance, 1e-5))
    }

    /// What `backend` gives for each of ``expected``, under the same names.
    package func results<T: Scalar>(of backend: some Backend<T>) throws -> ParameterTensors<T> {
        let result = try backend.run(
            configuration, parameters: parameters.converted(to: T.self), call: call.converted(to: T.self))
        var all = result.finalState?.named ?? ParameterTensors()
        all["output"] = result.output
        var results = ParameterTensors<T>()
        for name in expected.names { results[name] = all[name] }
        return results
    }

    /// A case of one site of each sample, all of whose weights, and biases before the forget bias is added, are equal.
    ///
    /// - Parameters:
    ///   - forget: added to the forget gates' bias, or to their shift in a layer norm: TensorFlow's `forget_bias`
    ///   - x: the input of each sample, `[B][I]`
    ///   - entering: h and c, `[H]`, of every axis that has a state, the same in all samples
    ///   - expected: for each name `[B][H]`, flat
    init(
        _ name: String, _ source: String, _ cell: Cell, axes: Int, options: CellOptions = CellOptions(),
        weight: Double, bias: Double, forget: Double = 1, x: [[Double]], entering: [(h: [Double], c: [Double])],
        expected: [(String, [Double])], tolerance: Double
    ) {
        let H = 2
        let (B, I) = (x.count, x[0].count)
        do {
            configuration = try LayerConfiguration(
                cell: cell, inputSize: I, hiddenSize: H, directions: [.forward(axes: axes)], options: options,
                forgetBias: forget)
        } catch {
            fatalError("published case '\(name)': \(error)")
        }
        // The initial parameters have the forget bias where it belongs, and gains of 1.
        var parameters: ParameterTensors<Double> = configuration.initialParameters(seed: 1)
        for (name, tensor) in parameters.entries where name != "norm_weight" {
            if name == "norm_bias" { continue }
            let isBias = name.hasPrefix("bias")
            parameters[name]!.values = tensor.values.map { isBias ? $0 + bias : weight }
        }
        func state(_ values: [Double]) -> Tensor<Double> {
            Tensor(shape: [1, B, 1, H], values: Array(repeatElement(values, count: B).joined()))
        }
        let sites = Array(repeating: 1, count: configuration.inputAxes)
        call = LayerCall(
            input: Tensor(shape: [B] + sites + [I], values: x.flatMap { $0 }),
            initialState: entering.isEmpty
                ? nil : BoundaryState(h: entering.map { state($0.h) }, c: entering.map { state($0.c) }),
            wantsFinalState: true)
        var tensors = ParameterTensors<Double>()
        for (name, values) in expected {
            tensors[name] = Tensor(shape: name == "output" ? [B] + sites + [H] : [1, B, 1, H], values: values)
        }
        self.name = name
        self.source = source
        self.parameters = parameters
        self.expected = tensors
        self.tolerance = tolerance
    }
}

extension LayerCall {
    /// The same call in another precision.
    package func converted<Other: Scalar>(to type: Other.Type) -> LayerCall<Other> {
        func state(_ state: BoundaryState<Element>) -> BoundaryState<Other> {
            BoundaryState(h: state.h.map { $0.converted(to: type) }, c: state.c.map { $0.converted(to: type) })
        }
        return LayerCall<Other>(
            input: input.converted(to: type), samples: samples, initialState: initialState.map(state),
            wantsFinalState: wantsFinalState, outputGradient: outputGradient?.converted(to: type),
            finalStateGradient: finalStateGradient.map(state), noise: noise, wantsCellRange: wantsCellRange)
    }
}

public import MDLSTM

extension ParityTask {
    /// A network of `layers` layers of `hiddenSize` units for strings `[B, k]`; its output `[B, 1]` is a logit.
    ///
    /// - Parameters:
    ///   - kind: a grid of one axis, with the output `o * tanh(m)`, or a feed-forward network
    ///   - layers: the depth of the grid, or the tanh layers of the network
    ///   - hiddenSize: units of each layer
    ///   - tied: whether the layers of a grid share their weights; feed-forward layers never do
    ///   - forgetBias: of a grid; 2 lets the memory of the input through many layers from the start
    public func model(
        _ kind: ModelKind, layers: Int, hiddenSize: Int, tied: Bool = true, forgetBias: Double = 2
    ) throws(MDLSTMError) -> ModelConfiguration {
        let output = LayerDescription.dense(inputSize: hiddenSize, outputSize: 1)
        switch kind {
        case .grid:
            let layer = try LayerConfiguration(
                cell: .grid, inputSize: bits, hiddenSize: hiddenSize, directions: [.forward(axes: 1)],
                options: CellOptions {
                    $0.grid = GridOptions(depth: layers, tied: tied, output: .productOfTanh)
                }, forgetBias: forgetBias)
            return try ModelConfiguration(inputSize: bits, axes: 0, layers: [.recurrent(layer), output])
        case .feedForward:
            guard (1...4096).contains(layers) else {
                throw MDLSTMError(.option, "a feed-forward network has from 1 to 4096 layers, found \(layers)")
            }
            let hidden = (0..<layers).flatMap { layer -> [LayerDescription] in
                [.dense(inputSize: layer == 0 ? bits : hiddenSize, outputSize: hiddenSize), .activation(.tanh)]
            }
            return try ModelConfiguration(inputSize: bits, axes: 0, layers: hidden + [output])
        }
    }

    /// Initial parameters: weights uniform within ±2/sqrt(n), n the numbers each sum has; output and biases as usual.
    ///
    /// That is twice the usual bound, under which a signal shrinks at every layer: behind ten of them all strings look
    /// alike, and training finds no gradient to follow.
    ///
    /// - Parameter commonWeight: added to the weights of all bits of a unit, one number for each, uniform within ± this. With it units
    ///   see the number of ones, of which the answer is a function; without it the share of the answer that random weights
    ///   show falls by a factor with every bit, and more than some 16 of them are not learnt.
    public func initialParameters<T: Scalar>(
        of model: ModelConfiguration, seed: UInt64, commonWeight: Double = 0
    ) -> ParameterTensors<T> {
        var parameters: ParameterTensors<T> = model.initialParameters(seed: seed)
        let output = "\(model.layers.count - 1).weight"
        let hiddenSize = Double(parameters[output]?.shape[1] ?? 1)
        for (name, tensor) in parameters.entries where name.contains("weight") && name != output {
            // The input of a grid starts within 1/sqrt(H), though it sums over k bits.
            let scale = name.hasSuffix("weight_in") ? 2 * (hiddenSize / Double(bits)).squareRoot() : 2
            parameters[name] = Tensor(shape: tensor.shape, values: tensor.values.map { $0 * T(scale) })
        }
        guard commonWeight > 0, let input = ["0.weight_in", "0.weight"].first(where: { parameters[$0] != nil }) else {
            return parameters
        }
        let weight = parameters[input]!
        // No tensor of a model has this number.
        let draws = RandomStream(seed: seed, tensor: .max, stream: RandomStreams.initialization)
        parameters[input] = Tensor(
            shape: weight.shape,
            values: weight.values.enumerated().map { place, value in
                value + T(commonWeight * (2 * draws.uniform(place / bits) - 1))
            })
        return parameters
    }
}

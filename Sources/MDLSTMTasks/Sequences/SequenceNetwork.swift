public import MDLSTM

/// A network for a task over sequences, of layers of one size.
public struct SequenceNetwork: Hashable, Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        /// One Grid LSTM over the sequence and its depth.
        case grid
        /// Layers of `lstm`, one on the other.
        case stacked
    }

    public var kind: Kind

    /// The depth of the grid, or the number of `lstm` layers.
    public var layers: Int

    /// Units H of every layer.
    public var hiddenSize: Int

    /// Whether the layers of a grid share their weights; stacked layers never do.
    public var isTied: Bool

    /// Initial bias of the forget gates, of every axis in a grid.
    public var forgetBias: Double

    public init(_ kind: Kind, layers: Int, hiddenSize: Int, isTied: Bool = true, forgetBias: Double = 1) {
        (self.kind, self.layers, self.hiddenSize) = (kind, layers, hiddenSize)
        (self.isTied, self.forgetBias) = (isTied && kind == .grid, forgetBias)
    }

    /// The network for the symbols of `task`: `[B, T, V]` in and out, the output logits.
    ///
    /// - Throws: `MDLSTMError` of kind `option` for sizes that no layer has.
    public func model(for task: some SequenceTask) throws(MDLSTMError) -> ModelConfiguration {
        let V = task.symbols
        guard (1...4096).contains(layers) else {
            throw MDLSTMError(.option, "the network has from 1 to 4096 layers, found \(layers)")
        }
        var recurrent: [LayerDescription] = []
        switch kind {
        case .grid:
            recurrent = [
                .recurrent(
                    try LayerConfiguration(
                        cell: .grid, inputSize: V, hiddenSize: hiddenSize, directions: [.forward(axes: 2)],
                        options: CellOptions { $0.grid = gridOptions }, forgetBias: forgetBias))
            ]
        case .stacked:
            for layer in 0..<layers {
                recurrent.append(
                    .recurrent(
                        try LayerConfiguration(
                            cell: .lstm, inputSize: layer == 0 ? V : hiddenSize, hiddenSize: hiddenSize,
                            directions: [.forward(axes: 1)], forgetBias: forgetBias)))
            }
        }
        return try ModelConfiguration(
            inputSize: V, axes: 1, layers: recurrent + [.dense(inputSize: hiddenSize, outputSize: V)])
    }

    /// The form of the grid that these tasks are learnt by: every option but its size is chosen here.
    private var gridOptions: GridOptions { GridOptions(depth: layers, tied: isTied, output: .tanhOfProduct) }

    /// Initial parameters by one law for both kinds: every gate's weights uniform within ±sqrt(6 / (n + H)), n the numbers
    /// that the gate sees, inputs and states together (Glorot and Bengio 2010, equation 16).
    ///
    /// So do the output, and what a grid makes of its input. Biases are zero but those of the forget gates.
    public static func initialParameters<T: Scalar>(of model: ModelConfiguration, seed: UInt64) -> ParameterTensors<T> {
        var parameters: ParameterTensors<T> = model.initialParameters(seed: seed)
        for (index, layer) in model.layers.enumerated() {
            /// Multiplies a tensor that was drawn within 1/sqrt(`drawn`).
            func widen(_ name: String, drawn: Int, seen: Int, units: Int) {
                guard let tensor = parameters["\(index).\(name)"] else { return }
                let factor = (6 * Double(drawn) / Double(seen + units)).squareRoot()
                parameters["\(index).\(name)"] = Tensor(
                    shape: tensor.shape, values: tensor.values.map { $0 * T(factor) })
            }
            switch layer {
            case .recurrent(let layer, _):
                let (I, H) = (layer.inputSize, layer.hiddenSize)
                if layer.hasStatesByAxis {
                    widen("weight_in", drawn: H, seen: I, units: H)
                    widen("weight_hh", drawn: H, seen: layer.axes * H, units: H)
                } else {
                    widen("weight_ih", drawn: H, seen: I + H, units: H)
                    widen("weight_hh", drawn: H, seen: I + H, units: H)
                }
            case .dense(let inputs, let outputs):
                widen("weight", drawn: inputs, seen: inputs, units: outputs)
            default: break
            }
        }
        return parameters
    }
}

/// What the variables of a cell of TensorFlow 1 do not say: the arguments it was made with.
public struct TensorFlowOptions: Hashable, Sendable {
    /// `forget_bias`, which the cell adds to its forget gates at run time; nil for the default of the cell, 1, or 0 in a
    /// `CudnnCompatibleLSTMCell`.
    public var forgetBias: Double?

    /// `activation`, of the candidate and the output.
    public var activation = CellActivation.tanh

    /// `cell_clip` of an `LSTMCell`.
    public var cellClip: Double?

    /// What the cell of tensors of these names adds to its forget gates unless its maker said otherwise.
    package static func defaultForgetBias(of names: [String]) -> Int {
        names.contains { $0.split(separator: "/").contains("cudnn_compatible_lstm_cell") } ? 0 : 1
    }

    public init() {}

    /// The defaults, changed by `change`.
    public init(_ change: (inout TensorFlowOptions) -> Void) { change(&self) }
}

extension WeightFile {
    /// The layers of TensorFlow 1's `BasicLSTMCell` or `LSTMCell`.
    ///
    ///     kernel                        [I+H, 4H]   weight_ih, weight_hh: rows x, h; gates in the order i, j, f, o
    ///     bias                          [4H]        bias; `forgetBias` adds to that of f
    ///     w_i_diag, w_f_diag, w_o_diag  [H]         weight_ch, peepholes; none where absent
    ///
    /// `weights` and `biases` are the kernel and bias before TensorFlow 1.2. Cells of a `MultiRNNCell` or of
    /// `stack_bidirectional_dynamic_rnn` become a model; `fw` and `bw` are the directions of a layer.
    static func fromTensorFlow(
        _ tensors: ParameterTensors<Element>, _ options: TensorFlowOptions
    ) throws(MDLSTMError) -> WeightFile {
        try TensorFlowName.refuseOtherCells(tensors.names)
        let groups = try ForeignTensors<Element>.groups(
            of: tensors, example: "rnn/lstm_cell/kernel, rnn/lstm_cell/bias", split: TensorFlowName.split)
        var files: [LayerFile<Element>] = []
        for layer in try TensorFlowStack.layers(of: groups.map(\.prefix)) {
            var weights: [LSTMWeights<Element>] = []
            for cell in layer { weights.append(try groups[cell.group].tensorFlowWeights(options)) }
            guard weights.allSatisfy({ $0.recurrent.shape == weights[0].recurrent.shape }),
                weights.allSatisfy({ $0.input.shape == weights[0].input.shape }),
                weights.allSatisfy({ ($0.peepholes == nil) == (weights[0].peepholes == nil) })
            else {
                throw MDLSTMError(
                    .data,
                    "the cells '\(groups[layer[0].group].prefix)' and '\(groups[layer[1].group].prefix)' differ in sizes "
                        + "or peepholes; both directions of a layer have the same")
            }
            let cell = CellOptions {
                ($0.candidateActivation, $0.outputActivation) = (options.activation, options.activation)
                $0.cellClip = options.cellClip
            }
            files.append(try LayerFile(weights, directions: layer.map(\.direction), options: cell))
        }
        return try WeightFile(files)
    }
}

extension ForeignTensors {
    fileprivate func tensorFlowWeights(_ options: TensorFlowOptions) throws(MDLSTMError) -> LSTMWeights<T> {
        let kernel = try shape(of: "kernel", "[I+H, 4H]")
        let (H, I) = (kernel[1] / 4, kernel[0] - kernel[1] / 4)
        guard kernel[1] % 4 == 0, I >= 1 else {
            throw MDLSTMError(.data, "tensor '\(prefix)kernel' has shape \(kernel); expected [I+H, 4H]")
        }
        var shapes = [ParameterShape(name: "kernel", shape: kernel), ParameterShape(name: "bias", shape: [4 * H])]
        let peepholes = ["w_i_diag", "w_f_diag", "w_o_diag"]
        if peepholes.contains(where: has) { shapes += peepholes.map { ParameterShape(name: $0, shape: [H]) } }
        try require(shapes)
        let theirs: [Gate] = [.input, .candidate, .forget(0), .output]
        let ours: [Gate] = [.input, .forget(0), .candidate, .output]
        let rows = self["kernel"].transposed().reordered(theirs, to: ours)
        var bias = self["bias"].reordered(theirs, to: ours)
        let forgetBias = T(options.forgetBias ?? Double(TensorFlowOptions.defaultForgetBias(of: [prefix])))
        for unit in H..<(2 * H) { bias.values[unit] += forgetBias }
        return LSTMWeights(
            input: rows.columns(0..<I), recurrent: rows.columns(I..<(I + H)), bias: bias,
            peepholes: has(peepholes[0]) ? .stacked(peepholes.map { self[$0] }) : nil)
    }
}

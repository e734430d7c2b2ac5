/// Where weights come from: the names and layouts of another library, and what its tensors do not say.
///
/// A file of ONNX's own is an ``ONNXModel``.
public enum WeightSource: Hashable, Sendable {
    /// The state dict of a `torch.nn.LSTM` or `torch.nn.LSTMCell`.
    case pytorch

    /// The state dict of a model in PyTorch, whose modules are applied in this order; other tensors are left out.
    case pytorchModel([PyTorchModule])

    /// The arrays of a Keras `LSTM`, `CuDNNLSTM` or a `Bidirectional` of one of them.
    case keras(KerasOptions = KerasOptions())

    /// The inputs W, R, B and P of ONNX's operator LSTM.
    ///
    /// - Parameter reversed: whether the one direction of a file is `reverse`
    case onnx(reversed: Bool = false)

    /// The variables of TensorFlow 1's `BasicLSTMCell` or `LSTMCell`, one or several in a stack, in one direction or both.
    case tensorflow(TensorFlowOptions = TensorFlowOptions())

    /// The MultiDimensionalLSTMCell of tensorflow-multi-dimensional-lstm.
    ///
    /// - Parameters:
    ///   - direction: how the cell scans the two axes
    ///   - forgetBias: what the cell adds to its forget gates at run time
    ///   - transposed: whether its states 1 and 2 are those of the previous column and row, not row and column
    case tensorflowMD(direction: Direction = .forward(axes: 2), forgetBias: Double = 0, transposed: Bool = false)
}

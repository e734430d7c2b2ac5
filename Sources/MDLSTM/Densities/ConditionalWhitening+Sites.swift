extension ConditionalWhitening {
    /// u `[sites, D]` of inputs x `[sites, D]`.
    public func transform(x: Tensor<Double>) -> Tensor<Double> {
        x.adding(inputMean, times: -1).times(inputWhitening.transposed())
    }

    /// u `[sites, D]` and v `[sites, O]` of inputs x `[sites, D]` and outputs y `[sites, O]`.
    public func transform(x: Tensor<Double>, y: Tensor<Double>) -> (u: Tensor<Double>, v: Tensor<Double>) {
        let u = transform(x: x)
        let residual = y.adding(outputMean, times: -1).adding(predicted(u), times: -1)
        return (u, residual.times(outputWhitening.transposed()))
    }

    /// y = m_y + P u + W_y^(-1) v `[sites, O]` of u `[sites, D]` and v `[sites, O]`.
    public func inverse(u: Tensor<Double>, v: Tensor<Double>) -> Tensor<Double> {
        v.times(outputUnwhitening.transposed()).adding(predicted(u)).adding(outputMean)
    }

    /// P u `[sites, O]`.
    private func predicted(_ u: Tensor<Double>) -> Tensor<Double> { u.times(predictor.transposed()) }

    /// Gradients by x `[sites, D]` and y `[sites, O]` of those by u and v:
    ///
    ///     g_y = W_y^T g_v,   g_x = W_x^T (g_u - P^T g_y)
    public func gradients(u: Tensor<Double>, v: Tensor<Double>) -> (x: Tensor<Double>, y: Tensor<Double>) {
        let y = v.times(outputWhitening)
        return (u.adding(y.times(predictor), times: -1).times(inputWhitening), y)
    }

    /// M `[D+O, D+O]` of the same map as `[u; v] = M [x; y] + o`.
    ///
    ///     M = (  W_x         0   )
    ///         ( -W_y P W_x   W_y )
    public var matrix: Tensor<Double> {
        let (inputs, outputs) = (inputSize, outputSize)
        let size = inputs + outputs
        let prediction = outputWhitening.times(predictor).times(inputWhitening)
        var matrix = Tensor<Double>(zeros: [size, size])
        for row in 0..<size {
            for column in 0..<size where row >= inputs || column < inputs {
                matrix[row, column] =
                    row < inputs
                    ? inputWhitening[row, column]
                    : column < inputs
                        ? -prediction[row - inputs, column] : outputWhitening[row - inputs, column - inputs]
            }
        }
        return matrix
    }

    /// o `[D+O]` of the map as `[u; v] = M [x; y] + o`: -M [m_x; m_y].
    public var offset: Tensor<Double> {
        let size = inputSize + outputSize
        let means = Tensor(shape: [size, 1], values: inputMean.values + outputMean.values)
        return matrix.times(means).reshaped([size]).map { -$0 }
    }
}

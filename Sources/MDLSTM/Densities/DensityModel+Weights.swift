extension DensityModel {
    /// The mean of every channel of a picture, 0 of those that are not read: what stands for it beyond a padded border, and
    /// what is taken off the pixels that ``model`` is given.
    public func centers(_ whitening: ConditionalWhitening) -> [Double] {
        (0..<neighbourhood.channels).map { channel in
            if let output = neighbourhood.outputs.firstIndex(of: channel) { return whitening.outputMean.values[output] }
            let input = neighbourhood.inputs.firstIndex { $0.channel == channel && $0.row == 0 && $0.column == 0 }
            return input.map { whitening.inputMean.values[$0] } ?? 0
        }
    }

    /// The weights of layer 0 of ``model``, which is given pixels less the ``centers(_:)`` of the whitening.
    package func whiteningWeights<T: Scalar>(_ whitening: ConditionalWhitening) -> ParameterTensors<T> {
        let (inputs, m, across) = (neighbourhood.inputSize, neighbourhood.rowsAbove, neighbourhood.size)
        let (matrix, offset, centers) = (whitening.matrix, whitening.offset, centers(whitening))
        let channels = model.inputSize
        let window = (m + 1 + neighbourhood.rowsRead) * across
        func place(_ row: Int, _ column: Int) -> Int { (row + m) * across + column + m }
        let sources =
            neighbourhood.inputs.map { (place: place($0.row, $0.column), channel: $0.channel) }
            + neighbourhood.outputs.map { (place: place(0, 0), channel: $0) }
        let outputs = network.inputSize, conditions = outputs - neighbourhood.outputSize
        var weight = Array(repeating: T(0), count: outputs * window * channels)
        var bias = Array(repeating: T(0), count: outputs)
        for row in sources.indices {
            let output = row < inputs ? row : conditions + row - inputs
            var sum = offset.values[row]
            for (column, source) in sources.enumerated() {
                let factor = matrix.values[row * sources.count + column]
                let channel = neighbourhood.channelsRead.firstIndex(of: source.channel)!
                weight[(output * window + source.place) * channels + channel] = T(factor)
                sum += factor * centers[source.channel]
            }
            bias[output] = T(sum)
        }
        // Indicators are handed on as they are.
        for (index, site) in neighbourhood.inputSites.prefix(conditions - inputs).enumerated() {
            weight[((inputs + index) * window + place(site.row, site.column)) * channels + channels - 1] = 1
        }
        var tensors = ParameterTensors<T>()
        tensors["0.weight"] = Tensor(shape: [outputs, window * channels], values: weight)
        tensors["0.bias"] = Tensor(shape: [outputs], values: bias)
        return tensors
    }

    /// The weights of a dense layer that whitens neighbourhoods of pixels less the whitening's ``centers(_:)``, `[rows, D]`, with the
    /// indicators of a padded border behind them.
    package func windowWeights<T: Scalar>(_ whitening: ConditionalWhitening) -> ParameterTensors<T> {
        let inputs = neighbourhood.inputSize, size = network.inputSize - neighbourhood.outputSize
        let centers = centers(whitening)
        var weight = Array(repeating: T(0), count: size * size), bias = Array(repeating: T(0), count: size)
        for row in 0..<inputs {
            var sum = 0.0
            for column in 0..<inputs {
                let factor = whitening.inputWhitening.values[row * inputs + column]
                weight[row * size + column] = T(factor)
                sum += factor * (centers[neighbourhood.inputs[column].channel] - whitening.inputMean.values[column])
            }
            bias[row] = T(sum)
        }
        for row in inputs..<size { weight[row * size + row] = 1 }
        var tensors = ParameterTensors<T>()
        tensors["weight"] = Tensor(shape: [size, size], values: weight)
        tensors["bias"] = Tensor(shape: [size], values: bias)
        return tensors
    }
}

/// One forward pass of a model by plain loops, with what the backward pass needs of it.
struct ReferencePass<T: Scalar> {
    /// What a layer keeps for its backward pass.
    private enum Record {
        case recurrent(any LayerReference<T>, LayerConfiguration, DirectionMerge)
        case dense
        case activation(Activation)
        case patch(PatchTable)
        case embedding
        /// What each feature was multiplied by.
        case dropout([T])
    }

    private let model: ModelConfiguration
    private let parameters: ParameterTensors<T>
    private let noise: NoiseKey?
    private var records: [Record] = []

    /// The input, then the output of every layer, flat.
    private var values: [[T]]

    /// The grid after the last layer.
    private(set) var outputGrid: Grid

    /// - Parameter noise: of dropout and zoneout in training; nil in inference
    init(
        model: ModelConfiguration, parameters: ParameterTensors<T>, input: Tensor<T>, grid: Grid,
        noise: NoiseKey? = nil
    ) throws(MDLSTMError) {
        self.model = model
        self.noise = noise
        self.parameters = parameters
        values = [input.values]
        outputGrid = grid
        for (index, layer) in model.layers.enumerated() { try forward(layer, index: index) }
    }

    /// The model's output, `[B, E1, .., EN, O]`.
    var output: Tensor<T> {
        Tensor(shape: [outputGrid.batch] + outputGrid.extents + [model.outputSize], values: values.last!)
    }

    /// Input and layer outputs by name, in order.
    func named() -> [(name: String, values: [T])] {
        values.enumerated().map { ($0 == 0 ? "the input" : "the output of layer \($0 - 1)", $1) }
    }

    private mutating func forward(_ layer: LayerDescription, index: Int) throws(MDLSTMError) {
        let x = values[index]
        switch layer {
        case .recurrent(let configuration, let merge):
            var own = ParameterTensors<T>()
            for shape in configuration.parameterShapes { own[shape.name] = parameters["\(index).\(shape.name)"] }
            var recurrent = try configuration.makeReference(
                grid: outputGrid, parameters: own, noise: noise.map { $0.of(layer: index) })
            recurrent.forward(input: x)
            let output = recurrent.output
            values.append(merge == .concatenate ? output : sumDirections(output, configuration))
            records.append(.recurrent(recurrent, configuration, merge))
        case .dense:
            values.append(
                DenseReference.forward(
                    x: x, W: parameters["\(index).weight"]!.values, b: parameters["\(index).bias"]!.values))
            records.append(.dense)
        case .activation(let activation):
            values.append(ActivationReference.forward(activation, x: x, width: model.featureSizes[index]))
            records.append(.activation(activation))
        case .patch(let window):
            let table = try PatchTable(grid: outputGrid, window: window)
            let features = model.featureSizes[index] / table.placeCount
            var output = Array(repeating: T(0), count: table.sites.count * features)
            for (place, site) in table.sites.enumerated() where site >= 0 {
                for j in 0..<features { output[place * features + j] = x[Int(site) * features + j] }
            }
            values.append(output)
            records.append(.patch(table))
            outputGrid = table.outputGrid
        case .embedding(_, let size):
            let W = parameters["\(index).weight"]!.values
            values.append(x.flatMap { W[(Int($0) * size)..<(Int($0) * size + size)] })
            records.append(.embedding)
        case .dropout(let rate):
            let factors = dropoutFactors(rate, count: x.count, layer: index)
            values.append(zip(x, factors).map { $0 * $1 })
            records.append(.dropout(factors))
        }
    }

    /// What dropout multiplies each feature by: 0 or 1 / (1 - rate), and 1 in inference.
    private func dropoutFactors(_ rate: Double, count: Int, layer: Int) -> [T] {
        guard let key = noise?.of(layer: layer) else { return Array(repeating: 1, count: count) }
        return (0..<count).map { key.happens(rate, key.block($0).x) ? 0 : T(1 / (1 - rate)) }
    }

    /// Gradients by all parameters of the model.
    func backward(outputGradient: [T]) -> ParameterTensors<T> {
        var dy = outputGradient
        var gradients = ParameterTensors<T>(zeros: model.parameterShapes)
        for index in model.layers.indices.reversed() {
            let x = values[index]
            switch records[index] {
            case .recurrent(let recurrent, let configuration, let merge):
                let d = recurrent.backward(
                    input: x,
                    outputGradient: merge == .concatenate ? dy : repeatDirections(dy, configuration), finalState: nil)
                for (name, tensor) in d.parameters.entries { gradients["\(index).\(name)"] = tensor }
                dy = d.x
            case .dense:
                let W = parameters["\(index).weight"]!
                let d = DenseReference.backward(x: x, W: W.values, dy: dy, outputs: model.featureSizes[index])
                gradients["\(index).weight"]!.values = d.W
                gradients["\(index).bias"]!.values = d.b
                dy = d.x
            case .activation(let activation):
                dy = ActivationReference.backward(
                    activation, y: values[index + 1], dy: dy, width: model.featureSizes[index])
            case .patch(let table):
                let features = model.featureSizes[index] / table.placeCount
                var dx = Array(repeating: T(0), count: x.count)
                for (site, place) in table.places.enumerated() where place >= 0 {
                    for j in 0..<features { dx[site * features + j] = dy[Int(place) * features + j] }
                }
                dy = dx
            case .embedding:
                let size = model.featureSizes[index]
                for (site, symbol) in x.enumerated() {
                    for j in 0..<size {
                        gradients["\(index).weight"]!.values[Int(symbol) * size + j] += dy[site * size + j]
                    }
                }
            case .dropout(let factors):
                dy = zip(dy, factors).map { $0 * $1 }
            }
        }
        return gradients
    }

    /// `[sites, S, H]` to `[sites, H]`.
    private func sumDirections(_ output: [T], _ configuration: LayerConfiguration) -> [T] {
        let (sets, H) = (configuration.directions.count, configuration.hiddenSize)
        var sum = Array(repeating: T(0), count: output.count / sets)
        for index in output.indices { sum[index / (sets * H) * H + index % H] += output[index] }
        return sum
    }

    /// `[sites, H]` to `[sites, S, H]`, the same for every direction.
    private func repeatDirections(_ gradient: [T], _ configuration: LayerConfiguration) -> [T] {
        let (sets, H) = (configuration.directions.count, configuration.hiddenSize)
        return (0..<(gradient.count * sets)).map { gradient[$0 / (sets * H) * H + $0 % H] }
    }
}

/// A recurrent layer of a model, and how the outputs of its directions are combined.
struct RecurrentLayer: LayerKind {
    static let typeName = "recurrent"

    let configuration: LayerConfiguration
    let merge: DirectionMerge

    var description: LayerDescription { .recurrent(configuration, merge: merge) }
    var inputSize: Int? { configuration.inputSize }
    var axes: Int? { configuration.inputAxes }

    func outputSize(for size: Int) -> Int? {
        merge == .concatenate ? configuration.outputSize : configuration.hiddenSize
    }

    var parameterShapes: [ParameterShape] { configuration.parameterShapes }

    func initialParameters<T: Scalar>(seed: UInt64, firstTensor: Int) -> ParameterTensors<T> {
        configuration.initialParameters(seed: seed, firstTensor: firstTensor)
    }

    func validateSize(of grid: Grid) throws(MDLSTMError) { try configuration.validateSize(of: grid) }

    var members: JSONObject { (["merge": .string(merge.rawValue)] as JSONObject).merging(configuration.members) }
}

extension RecurrentLayer {
    init(reading reader: inout ConfigurationReader, name: String) throws(MDLSTMError) {
        merge =
            try reader.optional("merge", "concatenate or sum") { $0.stringValue.flatMap(DirectionMerge.init) }
            ?? .concatenate
        configuration = try LayerConfiguration(reading: &reader, name: name)
    }

    func makeReference<T: Scalar>(
        grid: Grid, inputSize: Int, parameters: ParameterTensors<T>, noise: NoiseKey?
    ) throws(MDLSTMError) -> any ReferenceStage<T> {
        RecurrentStage(
            layer: try configuration.makeReference(grid: grid, parameters: parameters, noise: noise),
            directions: configuration.directions.count, hiddenSize: configuration.hiddenSize, merge: merge)
    }

    /// The stage of a layer that goes on from what an earlier piece of a sequence left.
    func makeReference<T: Scalar>(
        grid: Grid, parameters: ParameterTensors<T>, noise: NoiseKey?, entering: CarriedLayer<T>
    ) throws(MDLSTMError) -> any ReferenceStage<T> {
        var layer: any LayerReference<T> = try configuration.makeReference(
            grid: grid, parameters: parameters, initialState: BoundaryState(zeros: configuration, grid: grid),
            noise: noise)
        layer.enter(entering)
        return RecurrentStage(
            layer: layer, directions: configuration.directions.count, hiddenSize: configuration.hiddenSize, merge: merge
        )
    }
}

/// The reference of a recurrent layer in a model.
private struct RecurrentStage<T: Scalar>: ReferenceStage {
    var layer: any LayerReference<T>
    let directions: Int, hiddenSize: Int
    let merge: DirectionMerge

    mutating func forward(_ x: [T]) -> [T] {
        layer.forward(input: x)
        return merge == .concatenate ? layer.output : sumDirections(layer.output)
    }

    var leaving: CarriedLayer<T>? { layer.leaving }
    var cellRange: CellRange<T>? { layer.cellRange }

    func backward(x: [T], y: [T], dy: [T]) -> StageGradients<T> {
        let d = layer.backward(
            input: x, outputGradient: merge == .concatenate ? dy : repeatDirections(dy), finalState: nil)
        return StageGradients(x: d.x, parameters: d.parameters)
    }

    /// Sums `[sites, D, H]` over the directions to `[sites, H]`.
    private func sumDirections(_ output: [T]) -> [T] {
        let (D, H) = (directions, hiddenSize)
        var sum = Array(repeating: T(0), count: output.count / D)
        for index in output.indices { sum[index / (D * H) * H + index % H] += output[index] }
        return sum
    }

    /// Repeats `[sites, H]` for every direction to `[sites, D, H]`.
    private func repeatDirections(_ gradient: [T]) -> [T] {
        let (D, H) = (directions, hiddenSize)
        return (0..<(gradient.count * D)).map { gradient[$0 / (D * H) * H + $0 % H] }
    }
}

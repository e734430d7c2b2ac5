/// One model with deterministic data: what checks the operations around the recurrent layers, and whole trainings.
///
/// A new case is one line in `ModelCases+All.swift`.
package struct ModelCase: Sendable, CustomStringConvertible {
    /// Unique; the operation the case is there for comes first.
    package let name: String
    package let model: ModelConfiguration
    package let training: TrainingConfiguration
    package let extents: [Int]

    /// Extents of each sample.
    package let samples: [[Int]]

    /// Training steps whose parameters are compared.
    package let steps: Int

    /// The bound of the numbers in the input.
    package var inputBound = 1.0

    /// What the steps are given to reach.
    package var targets = Targets.distributions

    /// Whether each step is taken in two parts of the batch, whose gradients add up.
    package var isAccumulated = false

    package enum Targets: Sendable {
        /// Distributions over the features, as every loss takes them.
        case distributions
        /// The same, but every third site has none.
        case partlyUnlabelled
        /// The number of a feature, -1 at every third site.
        case labels
        /// A text for each sample, as long as half its frames or, every fourth, longer than they allow.
        case texts
    }

    /// Varies all numbers of the case; 0 for those of the tests.
    package var variation: UInt64 = 0

    package var description: String { name }

    package func parameters<T: Scalar>(as type: T.Type = T.self) -> ParameterTensors<T> {
        model.initialParameters(seed: 7 &+ variation, as: T.self)
    }

    /// The data of step `step`.
    package func batch<T: Scalar>(step: Int, as type: T.Type = T.self) throws -> TrainingBatch<T> {
        let seed = UInt64(100 + step) &+ variation &* 1000
        let output = try model.grids(from: Grid(extents: extents, samples: samples)).last!
        let targetShape = [output.batch] + output.extents + [model.outputSize]
        var target = Tensor<Double>.random(targetShape, seed: seed, tensor: 1)
        let width = model.outputSize
        for first in stride(from: 0, to: target.count, by: width) {
            let magnitudes = target.values[first..<(first + width)].map { abs($0) + 0.1 }
            let sum = width == 1 ? 1.2 : magnitudes.reduce(0, +)
            for j in 0..<width { target.values[first + j] = magnitudes[j] / sum }
        }
        let input: Tensor<T> = model.randomInput(
            [samples.count] + extents + [model.inputSize], seed: seed, bound: inputBound)
        switch targets {
        case .distributions: break
        case .partlyUnlabelled:
            for element in 0..<target.count where element / width % 3 == 1 { target.values[element] = 0 }
        case .texts:
            let labels = texts(for: output, step: step)
            return TrainingBatch(input: input, labels: labels, samples: samples)
        case .labels:
            let sites = 0..<(target.count / width)
            let labels = sites.map { Int32($0 % 3 == 1 ? -1 : ($0 * 5 + step) % width) }
            return TrainingBatch(
                input: input, labels: Tensor(shape: Array(targetShape.dropLast()), values: labels), samples: samples)
        }
        return TrainingBatch(
            input: input, target: target.converted(to: T.self), samples: samples,
            probes: isAccumulated ? [] : [0, target.count / 2, target.count - 1])
    }

    /// Labels `[B, U]` from 1 with some that repeat, -1 after the last of a text.
    private func texts(for frames: Grid, step: Int) -> Tensor<Int32> {
        let lengths = frames.samples.enumerated().map { b, extents in b % 4 == 3 ? extents[0] + 1 : extents[0] / 2 }
        let longest = lengths.max() ?? 0
        let symbols = model.outputSize - 1
        var values = Array(repeating: Int32(-1), count: lengths.count * longest)
        for (b, length) in lengths.enumerated() {
            for u in 0..<length { values[b * longest + u] = Int32(1 + (u / 2 * 3 + b + step) % symbols) }
        }
        return Tensor(shape: [lengths.count, longest], values: values)
    }
}

extension ModelCase {
    static func recurrent(_ signs: String, _ I: Int, _ H: Int, _ merge: DirectionMerge) -> LayerDescription {
        recurrent(signs, I, H, merge, cell: .graves, peepholes: H % 2 == 1) { _ in }
    }

    static func recurrent(
        _ signs: String, _ I: Int, _ H: Int, _ merge: DirectionMerge, cell: Cell, peepholes: Bool = false,
        _ change: (inout CellOptions) -> Void = { _ in }
    ) -> LayerDescription {
        var options = CellOptions { $0.peepholes = peepholes }
        change(&options)
        return .recurrent(
            valid {
                try LayerConfiguration(
                    cell: cell, inputSize: I, hiddenSize: H,
                    directions: signs.split(separator: " ").map { Direction(String($0))! }, options: options)
            }, merge: merge)
    }

    static func make(
        _ name: String, _ extents: [Int], _ inputSize: Int, _ layers: [LayerDescription],
        loss: Loss = .meanSquaredError, optimizer: Optimizer = .sgd(), clipping: Clipping = .none, rate: Double = 1,
        steps: Int = 1, samples: [[Int]]? = nil, targets: Targets = .distributions, isAccumulated: Bool = false,
        frozen: Set<Int> = [], classWeights: [Double]? = nil, weightDropout: Double = 0
    ) -> ModelCase {
        var training = TrainingConfiguration(
            loss: loss, optimizer: optimizer, clipping: clipping, learningRate: LearningRateSchedule(rate),
            frozen: frozen, classWeights: classWeights)
        training.weightDropout = weightDropout
        return ModelCase(
            name: name,
            model: valid { try ModelConfiguration(inputSize: inputSize, axes: extents.count, layers: layers) },
            training: training, extents: extents, samples: samples ?? [extents, extents], steps: steps,
            targets: targets,
            isAccumulated: isAccumulated)
    }

    /// The value of a description that is known to be right.
    private static func valid<Value>(_ make: () throws -> Value) -> Value {
        do { return try make() } catch { fatalError("a case is wrong: \(error)") }
    }
}

extension ModelConfiguration {
    /// Random input in ±bound or, for a model that begins with an embedding, random symbols.
    package func randomInput<T: Scalar>(_ shape: [Int], seed: UInt64, bound: Double = 1) -> Tensor<T> {
        guard let symbols = layers[0].symbols else { return .random(shape, bound: bound, seed: seed) }
        let numbers = Tensor<Double>.random(shape, seed: seed).values
        return Tensor(
            shape: shape, values: numbers.map { T((Double(symbols) * ($0 + 1) / 2).rounded(.down)) })
    }
}

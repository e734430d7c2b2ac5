/// One model with deterministic data: what checks the operations around the recurrent layers, and whole trainings.
///
/// A new case is one line in ``all``.
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

    /// Every case.
    package static let all: [ModelCase] = operationCases + layerCases + trainingCases

    /// Those of few parameters, which have every operation: for interpreters.
    package static var tiny: [ModelCase] {
        all.filter { model in model.model.parameterShapes.reduce(0) { $0 + $1.count } <= 1500 }
    }

    /// Gradients of plain descent: sizes on both sides of vector and work-group edges.
    private static var operationCases: [ModelCase] {
        let dense = [(1, 1), (2, 5), (5, 2), (31, 33), (32, 1), (64, 16), (65, 63), (16, 64)].map { inputs, outputs in
            make("dense \(inputs) to \(outputs)", [7, 11], inputs, [.dense(inputSize: inputs, outputSize: outputs)])
        }
        let activations = Activation.allCases.flatMap { activation in
            [1, 5, 33].map { width in
                make(
                    "\(activation.rawValue) of \(width)", [5, 13], 3,
                    [.dense(inputSize: 3, outputSize: width), .activation(activation)])
            }
        }
        let losses = Loss.allCases.flatMap { loss in
            [1, 7].map { width in
                make(
                    "\(loss.rawValue) of \(width)", [17, 3], 2, [.dense(inputSize: 2, outputSize: width)], loss: loss)
            }
        }
        let softmax = [LayerDescription.dense(inputSize: 2, outputSize: 5)]
        return dense + activations + losses + largeLogitCases + [
            make(
                "softmaxCrossEntropy, partly unlabelled", [17, 3], 2, softmax, loss: .softmaxCrossEntropy,
                targets: .partlyUnlabelled),
            make(
                "softmaxCrossEntropy of labels", [17, 3], 2, softmax, loss: .softmaxCrossEntropy, targets: .labels),
            make(
                "softmaxCrossEntropy of labels, ragged", [5, 7], 2, softmax, loss: .softmaxCrossEntropy,
                samples: [[5, 3], [2, 7], [1, 1]], targets: .labels),
            make("patch 2x3", [5, 7], 2, [.dense(inputSize: 2, outputSize: 3), .patch(window: [2, 3])]),
            make(
                "patch 3x2 ragged", [5, 7], 2, [.dense(inputSize: 2, outputSize: 3), .patch(window: [3, 2])],
                samples: [[5, 3], [2, 7]]),
            make(
                "meanSquaredError ragged", [5, 7], 2, [.dense(inputSize: 2, outputSize: 3)],
                samples: [[5, 3], [2, 7], [1, 1]]),
            make("merge concatenate", [3, 5], 2, [recurrent("++ +- --", 2, 5, .concatenate)]),
            make("merge sum", [3, 5], 2, [recurrent("++ +- --", 2, 5, .sum)]),
            make(
                "stack", [4, 7], 1,
                [
                    recurrent("++ -- ", 1, 3, .concatenate), .patch(window: [2, 2]),
                    .dense(inputSize: 24, outputSize: 6), .activation(.tanh), recurrent("++ +- -+ --", 6, 17, .sum),
                    .dense(inputSize: 17, outputSize: 4), .activation(.softmax),
                ], samples: [[4, 7], [3, 5]]),
        ]
    }

    /// Cross entropies of values whose exponentials overflow, beyond 100 in float32 and beyond 1000 in float64.
    private static var largeLogitCases: [ModelCase] {
        [Loss.sigmoidCrossEntropy, .softmaxCrossEntropy].flatMap { loss in
            [100, 1000].map { size in
                var result = make(
                    "\(loss.rawValue) of 7 at \(size)", [17, 3], 2, [.dense(inputSize: 2, outputSize: 7)], loss: loss)
                result.inputBound = Double(2 * size)
                return result
            }
        }
    }

    /// Layers that are more than one operation: embeddings, dropout, stacks, grids. Several steps, so that masks of the
    /// second follow other noise.
    private static var layerCases: [ModelCase] {
        let both = "+ -"
        let grid = { (signs: String, I: Int, H: Int, depth: Int) in
            recurrent(signs, I, H, .concatenate, cell: .grid, peepholes: true) {
                $0.grid = GridOptions(depth: depth, tied: false)
            }
        }
        return [
            make(
                "embedding of 7 symbols", [11], 1,
                [.embedding(symbols: 7, size: 5), .dense(inputSize: 5, outputSize: 3)],
                rate: 0.5, steps: 2),
            make(
                "embedding of 300 symbols, ragged", [5, 3], 1, [.embedding(symbols: 300, size: 33)],
                samples: [[5, 2], [3, 3]]),
            make(
                "dropout", [7, 5], 2, [.dense(inputSize: 2, outputSize: 33), .dropout(rate: 0.3)], rate: 0.5, steps: 2),
            make(
                "dropout and zoneout", [7], 2,
                [
                    recurrent(both, 2, 5, .sum, cell: .lstm) { $0.zoneout = Zoneout(hidden: 0.2, cell: 0.4) },
                    .dropout(rate: 0.5), .dense(inputSize: 5, outputSize: 2),
                ], rate: 0.1, steps: 2, samples: [[7], [3]]),
            make(
                "stacked bidirectional lstm", [11], 1,
                [
                    .embedding(symbols: 13, size: 3), recurrent(both, 3, 5, .concatenate, cell: .lstm),
                    .dropout(rate: 0.25), recurrent(both, 10, 7, .sum, cell: .lstm),
                    .dense(inputSize: 7, outputSize: 3),
                ], loss: .softmaxCrossEntropy, rate: 0.1, steps: 2, samples: [[11], [5], [1]]),
            make(
                "grid over no axis", [], 3, [grid("+", 3, 5, 3), .dense(inputSize: 5, outputSize: 2)], rate: 0.1,
                steps: 2),
            make(
                "grid over one axis", [5], 2, [grid("++ -+", 2, 3, 2), .dense(inputSize: 6, outputSize: 2)], rate: 0.1,
                steps: 2, samples: [[5], [3]]),
        ]
    }

    /// Optimizers and clipping over several steps.
    private static var trainingCases: [ModelCase] {
        let layers = [recurrent("++", 1, 5, .concatenate), .dense(inputSize: 5, outputSize: 1), .activation(.sigmoid)]
        let optimizers: [(String, Optimizer, Double)] = [
            ("sgd", .sgd(momentum: 0.9), 0.5), ("rmsprop", .rmsProp(momentum: 0.5, epsilon: 1e-3), 0.01),
            ("adam", .adam(epsilon: 1e-3), 0.01),
        ]
        let stack = [
            recurrent("+ -", 2, 5, .sum, cell: .lstm) { $0.zoneout = Zoneout(hidden: 0.2, cell: 0.4) },
            .dropout(rate: 0.5), .dense(inputSize: 5, outputSize: 2),
        ]
        let frozen = [
            .dense(inputSize: 1, outputSize: 3), recurrent("++ -+", 3, 5, .sum), .dense(inputSize: 5, outputSize: 3),
            .activation(.tanh), .dense(inputSize: 3, outputSize: 1),
        ]
        return optimizers.map { name, optimizer, rate in
            make(name, [5, 3], 1, layers, optimizer: optimizer, rate: rate, steps: 3)
        } + [
            make(
                "scale of accumulated gradients", [7], 2, stack, loss: .softmaxCrossEntropy, optimizer: .adam(), rate: 0.1,
                steps: 2, samples: [[7], [3], [5]], targets: .labels, isAccumulated: true),
            make("frozen first layers", [5, 3], 1, frozen, optimizer: .adam(), rate: 0.1, steps: 2, frozen: [0, 1]),
            make("frozen layers between", [5, 3], 1, frozen, optimizer: .adam(), rate: 0.1, steps: 2, frozen: [1, 2]),
            make("clip by value", [5, 3], 1, layers, clipping: .value(0.01)),
            make("clip by global norm", [5, 3], 1, layers, clipping: .globalNorm(0.02)),
        ]
    }

    private static func recurrent(_ signs: String, _ I: Int, _ H: Int, _ merge: DirectionMerge) -> LayerDescription {
        recurrent(signs, I, H, merge, cell: .graves, peepholes: H % 2 == 1) { _ in }
    }

    private static func recurrent(
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

    private static func make(
        _ name: String, _ extents: [Int], _ inputSize: Int, _ layers: [LayerDescription],
        loss: Loss = .meanSquaredError, optimizer: Optimizer = .sgd(), clipping: Clipping = .none, rate: Double = 1,
        steps: Int = 1, samples: [[Int]]? = nil, targets: Targets = .distributions, isAccumulated: Bool = false,
        frozen: Set<Int> = []
    ) -> ModelCase {
        ModelCase(
            name: name,
            model: valid { try ModelConfiguration(inputSize: inputSize, axes: extents.count, layers: layers) },
            training: TrainingConfiguration(
                loss: loss, optimizer: optimizer, clipping: clipping, learningRate: LearningRateSchedule(rate),
                frozen: frozen),
            extents: extents, samples: samples ?? [extents, extents], steps: steps, targets: targets,
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
        guard case .embedding(let symbols, _) = layers[0] else { return .random(shape, bound: bound, seed: seed) }
        let numbers = Tensor<Double>.random(shape, seed: seed).values
        return Tensor(
            shape: shape, values: numbers.map { T((Double(symbols) * ($0 + 1) / 2).rounded(.down)) })
    }
}

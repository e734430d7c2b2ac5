import MDLSTM
import Testing
import _TestSupport

/// A model with data for one step.
struct ModelCase: Sendable, CustomStringConvertible {
    let description: String
    let model: ModelConfiguration
    let loss: Loss
    let extents: [Int]
    let samples: [[Int]]?
    let batch: Int
    var weightDropout = 0.0

    init(
        _ description: String, _ loss: Loss, inputSize: Int, extents: [Int], samples: [[Int]]? = nil, batch: Int = 2,
        _ layers: [LayerDescription]
    ) {
        self.description = "\(description), \(loss)"
        do {
            model = try ModelConfiguration(inputSize: inputSize, axes: extents.count, layers: layers)
        } catch {
            fatalError("model '\(description)': \(error)")
        }
        self.loss = loss
        self.extents = extents
        self.samples = samples
        self.batch = samples?.count ?? batch
    }

    func parameters() -> ParameterTensors<Double> {
        var parameters: ParameterTensors<Double> = model.initialParameters(seed: 9)
        for (index, name) in parameters.names.enumerated() where name.contains("bias") {
            parameters[name] = .random(parameters[name]!.shape, bound: 0.5, tensor: UInt32(index))
        }
        return parameters
    }

    /// Targets within 0..<1; those of the softmax loss do not add up to 1, which its gradient must respect.
    func makeBatch() throws -> TrainingBatch<Double> {
        let grid = try samples.map { try Grid(extents: extents, samples: $0) } ?? Grid(batch: batch, extents: extents)
        let output = try model.grids(from: grid).last!
        var target = Tensor<Double>.random([batch] + output.extents + [model.outputSize], bound: 0.5, tensor: 101)
        target.values = target.values.map { $0 + 0.5 }
        return TrainingBatch(
            input: model.randomInput([batch] + extents + [model.inputSize], seed: 100), target: target, samples: samples
        )
    }

    func makeTrainer(_ parameters: ParameterTensors<Double>) throws -> ReferenceTrainer<Double> {
        var training = TrainingConfiguration(
            loss: loss, optimizer: .sgd(), learningRate: LearningRateSchedule(1))
        training.weightDropout = weightDropout
        return try ReferenceTrainer(model: model, parameters: parameters, training: training)
    }

    /// The same with weights left out.
    private func leavingOut(_ share: Double) -> ModelCase {
        var other = self
        other.weightDropout = share
        return other
    }

    static let all: [ModelCase] =
        Loss.ofSites.flatMap { loss in
            [
                ModelCase("dense", loss, inputSize: 3, extents: [5], [.dense(inputSize: 3, outputSize: 2)]),
                ModelCase(
                    "ragged dense", loss, inputSize: 2, extents: [3, 2], samples: [[3, 1], [2, 2], [1, 1]],
                    [.dense(inputSize: 2, outputSize: 3)]),
            ]
        }
        + Activation.allCases.map { activation in
            ModelCase(
                "dense, \(activation), dense", .meanSquaredError, inputSize: 2, extents: [3],
                [.dense(inputSize: 2, outputSize: 5), .activation(activation), .dense(inputSize: 5, outputSize: 2)])
        }
        + PoolFunction.allCases.flatMap { function in
            [
                ModelCase(
                    "pool \(function)", .softmaxCrossEntropy, inputSize: 2, extents: [3, 4],
                    samples: [[3, 2], [0, 0], [2, 4]],
                    [
                        .recurrent(layer("++ --", I: 2, H: 2)), .pool(by: function),
                        .dense(inputSize: 4, outputSize: 3),
                    ]),
                ModelCase(
                    "pool \(function) of axis 1", .meanSquaredError, inputSize: 2, extents: [3, 2],
                    [
                        .dense(inputSize: 2, outputSize: 3), .pool(axes: [1], by: function),
                        .recurrent(layer("+", I: 3, H: 2)),
                    ]),
            ]
        }
        + [
            ModelCase(
                "convolutions and a window's largest", .softmaxCrossEntropy, inputSize: 2, extents: [4, 5],
                samples: [[4, 3], [2, 5]],
                [
                    .convolution(window: [3, 3], stride: [1, 1], inputSize: 2, outputSize: 3), .activation(.tanh),
                    .maxPool(window: [2, 2]),
                    .convolution(window: [2, 3], stride: [1, 2], inputSize: 3, outputSize: 2), .activation(.relu),
                    .pool(by: .mean), .dense(inputSize: 2, outputSize: 2),
                ]),
            ModelCase(
                "batch norms", .meanSquaredError, inputSize: 2, extents: [4, 5], samples: [[4, 3], [2, 5], [0, 0]],
                [
                    .batchNorm(inputSize: 2),
                    .convolution(window: [3, 3], stride: [1, 1], inputSize: 2, outputSize: 3),
                    .activation(.tanh), .batchNorm(inputSize: 3, epsilon: 0.1), .activation(.sigmoid), .pool(by: .mean),
                    .dense(inputSize: 3, outputSize: 2),
                ]),
            ModelCase(
                "convolutions of a row, unpadded", .meanSquaredError, inputSize: 1, extents: [7],
                samples: [[7], [4], [2]],
                [
                    .convolution(window: [3], stride: [1], padding: .none, inputSize: 1, outputSize: 2),
                    .convolution(window: [2], stride: [2], padding: .none, inputSize: 2, outputSize: 2),
                ]),
            ModelCase(
                "concatenated directions", .sigmoidCrossEntropy, inputSize: 2, extents: [3, 2],
                [.recurrent(layer("++ --", I: 2, H: 2)), .dense(inputSize: 4, outputSize: 2)]),
            ModelCase(
                "summed directions", .softmaxCrossEntropy, inputSize: 2, extents: [3, 2],
                [.recurrent(layer("++ +- --", I: 2, H: 2), merge: .sum), .dense(inputSize: 2, outputSize: 3)]),
            ModelCase(
                "patches of an uneven grid", .meanSquaredError, inputSize: 1, extents: [3, 5], batch: 1,
                [
                    .dense(inputSize: 1, outputSize: 2), .patch(window: [2, 3]),
                    .recurrent(layer("+- -+", I: 12, H: 1), merge: .sum), .activation(.tanh),
                ]),
            ModelCase(
                "ragged patches", .softmaxCrossEntropy, inputSize: 1, extents: [3, 4], samples: [[3, 2], [1, 4]],
                [
                    .recurrent(layer("++ --", I: 1, H: 1)), .patch(window: [2, 2]), .dense(inputSize: 8, outputSize: 2),
                ]),
            ModelCase(
                "two layers and a patch of a sequence", .sigmoidCrossEntropy, inputSize: 1, extents: [5], batch: 1,
                [
                    .recurrent(layer("+ -", I: 1, H: 2), merge: .sum), .patch(window: [2]),
                    .recurrent(layer("-", I: 4, H: 2)), .dense(inputSize: 2, outputSize: 1),
                ]),
            ModelCase(
                "reversed sites", .sigmoidCrossEntropy, inputSize: 1, extents: [3, 4], samples: [[3, 2], [1, 4]],
                [
                    .dense(inputSize: 1, outputSize: 2), .reverse("+-"), .recurrent(layer("++", I: 2, H: 2)),
                    .reverse("--"), .dense(inputSize: 2, outputSize: 1),
                ]),
            ModelCase(
                "three axes", .meanSquaredError, inputSize: 1, extents: [2, 3, 2], batch: 1,
                [
                    .recurrent(layer("+-+ --+", I: 1, H: 1)), .patch(window: [1, 2, 2]), .activation(.softmax),
                    .dense(inputSize: 8, outputSize: 1),
                ]),
            ModelCase(
                "embedding and dropout", .softmaxCrossEntropy, inputSize: 1, extents: [5],
                [
                    .embedding(symbols: 3, size: 4), .dropout(rate: 0.25), .dense(inputSize: 4, outputSize: 3),
                    .dropout(rate: 0.1),
                ]),
            ModelCase(
                "stacked bidirectional lstm with zoneout", .meanSquaredError, inputSize: 1, extents: [4],
                samples: [[4], [2]],
                [
                    .embedding(symbols: 3, size: 2),
                    .recurrent(layer("+ -", I: 2, H: 2, .lstm) { $0.zoneout = Zoneout(hidden: 0.3, cell: 0.2) }),
                    .dropout(rate: 0.2), .recurrent(layer("+ -", I: 4, H: 2, .lstm), merge: .sum),
                    .dense(inputSize: 2, outputSize: 1),
                ]),
            ModelCase(
                "grid over no axis", .meanSquaredError, inputSize: 2, extents: [],
                [
                    .dense(inputSize: 2, outputSize: 3),
                    .recurrent(layer("+", I: 3, H: 2, .grid) { $0.grid.depth = 3 }),
                    .dense(inputSize: 2, outputSize: 1),
                ]),
            ModelCase(
                "grids over one axis", .sigmoidCrossEntropy, inputSize: 1, extents: [3], samples: [[3], [2]],
                [
                    .recurrent(
                        layer("++ -+", I: 1, H: 2, .grid) {
                            $0.grid = GridOptions(depth: 2, tied: false, priorityAxes: [1], functions: [.lstm, .tanh])
                        }), .recurrent(layer("++", I: 4, H: 2, .grid)), .dense(inputSize: 2, outputSize: 2),
                ]),
            ModelCase(
                "weights left out of a stack and a grid", .softmaxCrossEntropy, inputSize: 2, extents: [3, 2],
                [
                    .recurrent(layer("++ --", I: 2, H: 2)), .dense(inputSize: 4, outputSize: 3),
                    .recurrent(
                        layer("+++", I: 3, H: 2, .grid) {
                            $0.grid = GridOptions(depth: 2, tied: false, functions: [.lstm, .tanh, .lstm])
                        }),
                    .dense(inputSize: 2, outputSize: 3),
                ]
            ).leavingOut(0.4),
        ]

    private static func layer(
        _ signs: String, I: Int, H: Int, _ cell: Cell = .graves, _ change: (inout CellOptions) -> Void = { _ in }
    ) -> LayerConfiguration {
        let directions = signs.split(separator: " ").map { Direction(String($0))! }
        var options = CellOptions { $0.peepholes = true }
        change(&options)
        do {
            return try LayerConfiguration(
                cell: cell, inputSize: I, hiddenSize: H, directions: directions, options: options)
        } catch {
            fatalError("layer '\(signs)': \(error)")
        }
    }
}

struct ModelGradientTests {
    /// A step of plain gradient descent of rate 1 takes the gradient off the parameters; differences of the loss that
    /// steps report must give the same: relative 1e-6, above a floor of 1e-8 of the tensor's largest gradient and of
    /// the 1e-12 that differences and the subtraction of parameters near 1 leave.
    @Test(arguments: ModelCase.all) func parametersFollowTheGradient(_ example: ModelCase) throws {
        let parameters = example.parameters()
        let batch = try example.makeBatch()
        let trainer = try example.makeTrainer(parameters)
        let report = try trainer.step(batch)
        var square = 0.0
        for (name, before) in parameters.entries {
            let after = try #require(trainer.parameters()[name])
            let gradient = Tensor(shape: before.shape, values: zip(before.values, after.values).map { $0 - $1 })
            let differences = try centralDifferences(at: before) { moved in
                var own = parameters
                own[name] = moved
                return try example.makeTrainer(own).step(batch).loss
            }
            if name.contains("running") {
                // Of the batch, and no part of what is learnt.
                #expect(differences.largestMagnitude < 1e-10 && gradient.largestMagnitude > 1e-5, "\(name)")
                continue
            }
            expectClose(
                gradient, differences, absolute: 1e-12 + 1e-8 * differences.largestMagnitude, relative: 1e-6, name)
            #expect(differences.largestMagnitude > 1e-5, "\(name) does not reach the loss")
            square += dot(gradient, gradient)
        }
        #expect((report.gradientNorm - square.squareRoot()).magnitude < 1e-12)
    }
}

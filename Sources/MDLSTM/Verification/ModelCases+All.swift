extension ModelCase {
    /// Every case.
    package static let all: [ModelCase] =
        operationCases + densityCases + textCases + layerCases + trainingCases + largeSums

    /// Sums of so many numbers that work-items which share a part of them add several each.
    package static let largeSums = [
        make(
            "clip by global norm of 40,200 parameters", [2], 200, [.dense(inputSize: 200, outputSize: 200)],
            loss: .softmaxCrossEntropy, clipping: .globalNorm(0.02)),
        make(
            "ctc of 2,000 frames", [2000], 2, [.dense(inputSize: 2, outputSize: 5)], loss: .ctc,
            samples: [[2000], [1500]], targets: .texts),
        make("meanSquaredError of 40,000 sites", [100, 200], 1, [.dense(inputSize: 1, outputSize: 1)]),
    ]

    /// Those of few parameters and sites, which have every operation: for interpreters.
    package static var tiny: [ModelCase] {
        all.filter { model in
            model.extents.reduce(1, *) <= 200 && model.model.parameterShapes.reduce(0) { $0 + $1.count } <= 1500
        }
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
        let losses = Loss.ofSites.flatMap { loss in
            [1, 7].map { width in
                make(
                    "\(loss.rawValue) of \(width)", [17, 3], 2, [.dense(inputSize: 2, outputSize: width)], loss: loss)
            }
        }
        let softmax = [LayerDescription.dense(inputSize: 2, outputSize: 5)]
        return dense + activations + losses + largeLogitCases + poolCases + convolutionCases + normCases + [
            make(
                "softmaxCrossEntropy, partly unlabelled", [17, 3], 2, softmax, loss: .softmaxCrossEntropy,
                targets: .partlyUnlabelled),
            make(
                "softmaxCrossEntropy of labels", [17, 3], 2, softmax, loss: .softmaxCrossEntropy, targets: .labels),
            make(
                "softmaxCrossEntropy of labels, ragged", [5, 7], 2, softmax, loss: .softmaxCrossEntropy,
                samples: [[5, 3], [2, 7], [1, 1]], targets: .labels),
            make(
                "softmaxCrossEntropy of labels, class weights", [5, 7], 2, softmax, loss: .softmaxCrossEntropy,
                samples: [[5, 3], [2, 7], [1, 1]], targets: .labels, classWeights: [0.5, 2, 0, 1, 3]),
            make("patch 2x3", [5, 7], 2, [.dense(inputSize: 2, outputSize: 3), .patch(window: [2, 3])]),
            make(
                "patch 3x2 ragged", [5, 7], 2, [.dense(inputSize: 2, outputSize: 3), .patch(window: [3, 2])],
                samples: [[5, 3], [2, 7]]),
            make(
                "reverse", [5, 7], 2,
                [.dense(inputSize: 2, outputSize: 3), .reverse("-+"), recurrent("++", 3, 5, .sum)]),
            make(
                "reverse ragged", [5, 7], 2,
                [.reverse("--"), recurrent("++ -+", 2, 5, .concatenate), .reverse("+-"), .activation(.tanh)],
                samples: [[5, 3], [2, 7], [1, 1]]),
            make(
                "meanSquaredError ragged", [5, 7], 2, [.dense(inputSize: 2, outputSize: 3)],
                samples: [[5, 3], [2, 7], [1, 1]]),
            make(
                "patch 3x2 with a sample without sites", [5, 7], 2,
                [recurrent("++ --", 2, 3, .concatenate), .patch(window: [3, 2])], samples: [[5, 3], [0, 7]]),
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

    /// Densities of one and more numbers, of few and many components; layers that features go past.
    private static var densityCases: [ModelCase] {
        func density(
            _ name: String, _ head: MCGSM, before: [LayerDescription]? = nil, inputSize: Int = 2, steps: Int = 1
        ) -> ModelCase {
            let layers = before ?? [.dense(inputSize: 2, outputSize: head.inputs + head.outputs)]
            return make(
                name, [5, 7], inputSize, layers + [.mcgsm(head)], loss: .negativeLogLikelihood, rate: 0.1, steps: steps,
                samples: [[5, 7], [3, 4]])
        }
        func head(_ D: Int, _ O: Int, _ K: Int, _ S: Int, _ F: Int, means: Bool = true) -> MCGSM {
            MCGSM(inputs: D, outputs: O, components: K, scales: S, features: F, means: means)
        }
        let spatial = recurrent("++", 3, 5, .sum, cell: .spatial)
        return [
            density("mcgsm of 1 component", head(2, 1, 1, 1, 1)),
            density("mcgsm of 5 components, 3 scales", head(4, 2, 5, 3, 7), steps: 2),
            density("mcgsm of 3 outputs, no means", head(3, 3, 8, 2, 17, means: false)),
            density("mcgsm of 32 components", head(12, 1, 32, 4, 32)),
            density(
                "skip around a dense layer", head(8, 1, 4, 2, 3),
                before: [.dense(inputSize: 2, outputSize: 4), .skip(.dense(inputSize: 3, outputSize: 5), from: 0)]),
            density(
                "skip around recurrent layers", head(5, 1, 4, 2, 3),
                before: [.skip(spatial, from: 3), .skip(recurrent("++", 5, 5, .sum, cell: .spatial), from: 5)],
                inputSize: 4, steps: 2),
        ]
    }

    /// Texts without frames for each symbol: empty, repeated, just fitting and too long ones, fewer and more places than lanes.
    private static var textCases: [ModelCase] {
        func text(_ name: String, _ extents: [Int], _ layers: [LayerDescription], samples: [[Int]]? = nil) -> ModelCase
        {
            make(name, extents, 2, layers, loss: .ctc, samples: samples, targets: .texts)
        }
        return [
            text("ctc of 2 classes", [3], [.dense(inputSize: 2, outputSize: 2)]),
            text("ctc of 5 classes", [17], [.dense(inputSize: 2, outputSize: 5)], samples: [[17], [4], [9], [1], [0]]),
            text("ctc of 67 classes", [131], [.dense(inputSize: 2, outputSize: 67)], samples: [[131], [90]]),
            text(
                "ctc of a line", [5, 13],
                [
                    recurrent("++ +- -+ --", 2, 3, .concatenate), .pool(axes: [0], by: .mean),
                    .dense(inputSize: 12, outputSize: 4),
                ], samples: [[5, 13], [2, 9], [3, 2]]),
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
                "one-hot vectors of 7 symbols", [11], 1, [.oneHot(symbols: 7), .dense(inputSize: 7, outputSize: 3)],
                rate: 0.5, steps: 2),
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
        let leavingOut = [
            recurrent("+ -", 2, 5, .sum, cell: .lstm), recurrent("-", 5, 3, .sum, cell: .lstm),
            recurrent("++", 3, 3, .concatenate, cell: .grid) {
                $0.grid = GridOptions(depth: 2, tied: false, functions: [.tanh, .lstm])
            },
        ]
        return optimizers.map { name, optimizer, rate in
            make(name, [5, 3], 1, layers, optimizer: optimizer, rate: rate, steps: 3)
        } + [
            make(
                "scale of accumulated gradients", [7], 2, stack, loss: .softmaxCrossEntropy, optimizer: .adam(),
                rate: 0.1,
                steps: 2, samples: [[7], [3], [5]], targets: .labels, isAccumulated: true),
            make(
                "accumulated embedding and grid", [5], 1,
                [
                    .embedding(symbols: 7, size: 3),
                    recurrent("++ -+", 3, 3, .concatenate, cell: .grid) {
                        $0.grid = GridOptions(depth: 2, sharing: .depth)
                    },
                    .dense(inputSize: 6, outputSize: 2),
                ], rate: 0.1, steps: 2, samples: [[5], [3], [4]], isAccumulated: true),
            make(
                "weights left out", [7], 2, leavingOut, optimizer: .adam(epsilon: 1e-3), rate: 0.1, steps: 2,
                samples: [[7], [3]], weightDropout: 0.3),
            make(
                "accumulated, weights left out", [5], 2, leavingOut, rate: 0.1, steps: 2, samples: [[5], [3], [4]],
                isAccumulated: true, frozen: [0], weightDropout: 0.3),
            make("frozen first layers", [5, 3], 1, frozen, optimizer: .adam(), rate: 0.1, steps: 2, frozen: [0, 1]),
            make("frozen layers between", [5, 3], 1, frozen, optimizer: .adam(), rate: 0.1, steps: 2, frozen: [1, 2]),
            make("clip by value", [5, 3], 1, layers, clipping: .value(0.01)),
            make("clip by global norm", [5, 3], 1, layers, clipping: .globalNorm(0.02)),
        ]
    }
}

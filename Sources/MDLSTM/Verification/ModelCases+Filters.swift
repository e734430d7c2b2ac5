// Convolutions, pools and norms.
extension ModelCase {
    /// Batch norms of widths on both sides of a vector, of a ragged batch with samples of one site and none, frozen, over several
    /// steps, and of a batch in two parts.
    static var normCases: [ModelCase] {
        let samples = [[5, 3], [2, 7], [0, 0], [1, 1]]
        // Between a dense layer and a norm there is something, or the gradients by its bias would be 0.
        func normed(_ width: Int) -> [LayerDescription] {
            [
                .dense(inputSize: 2, outputSize: width), .activation(.tanh), .batchNorm(inputSize: width),
                .activation(.relu),
            ]
        }
        let convolution = LayerDescription.convolution(
            window: [3, 3], stride: [1, 1], inputSize: 5, outputSize: 3)
        return [1, 5, 16].map { make("batchNorm of \($0)", [7, 11], 2, normed($0)) } + [
            make(
                "batchNorm, 4 steps", [5, 7], 2, [.batchNorm(inputSize: 2)] + normed(5) + [convolution], rate: 0.1,
                steps: 4,
                samples: samples),
            make(
                "batchNorm of a batch in parts", [5, 7], 2, normed(5) + [convolution], samples: samples,
                isAccumulated: true),
            make(
                "batchNorm, frozen", [5, 7], 2,
                normed(5) + [.batchNorm(inputSize: 5, momentum: 0.5, epsilon: 0.01), convolution], rate: 0.1, steps: 2,
                samples: samples, frozen: [2]),
        ]
    }

    /// Windows of even and odd extents, strides that leave sites out and that do not, padded and not, over 1 to 3 axes.
    static var convolutionCases: [ModelCase] {
        func convolution(
            _ window: [Int], _ inputs: Int, _ outputs: Int, stride: [Int]? = nil, padding: ConvolutionPadding = .same
        ) -> LayerDescription {
            .convolution(
                window: window, stride: stride ?? window.map { _ in 1 }, padding: padding, inputSize: inputs,
                outputSize: outputs)
        }
        let samples = [[5, 3], [2, 7], [0, 0], [1, 1]]
        return [
            make(
                "convolution 3x3", [7, 6], 2,
                [convolution([3, 3], 2, 5), .activation(.relu), convolution([3, 3], 5, 3)]),
            make(
                "convolution 3x2 ragged", [5, 7], 2, [convolution([3, 3], 2, 4), convolution([3, 2], 4, 3)],
                samples: samples),
            make(
                "convolution 3x2 stride 2x3", [5, 7], 2,
                [.dense(inputSize: 2, outputSize: 3), convolution([3, 2], 3, 4, stride: [2, 3])], samples: samples),
            make(
                "convolution 3x2 stride 1x2 unpadded", [5, 7], 2,
                [.dense(inputSize: 2, outputSize: 16), convolution([3, 2], 16, 4, stride: [1, 2], padding: .none)],
                samples: samples),
            make(
                "convolution of a row, unpadded", [9], 3,
                [
                    convolution([4], 3, 33, padding: .none), .activation(.relu),
                    convolution([2], 33, 2, stride: [3], padding: .none),
                ],
                samples: [[9], [5], [3]]),
            make(
                "convolution 2x3x2", [3, 4, 3], 1, [convolution([2, 3, 2], 1, 3), convolution([1, 1, 3], 3, 2)],
                samples: [[3, 4, 3], [2, 1, 2]]),
        ]
    }

    /// Pools over all axes, some and windows; ragged, with a sample without sites.
    static var poolCases: [ModelCase] {
        let samples = [[5, 3], [2, 7], [0, 0], [1, 1]]
        let functions = PoolFunction.allCases.flatMap { function in
            [
                make(
                    "pool \(function.rawValue) ragged", [5, 7], 2,
                    [.dense(inputSize: 2, outputSize: 3), .pool(by: function), .dense(inputSize: 3, outputSize: 2)],
                    samples: samples),
                make(
                    "pool \(function.rawValue) of axis 0", [5, 7], 2,
                    [
                        .dense(inputSize: 2, outputSize: 17), .pool(axes: [0], by: function),
                        recurrent("+ -", 17, 3, .concatenate),
                    ], samples: samples),
            ]
        }
        return functions + [
            make("pool mean of a row", [9], 2, [recurrent("+ -", 2, 3, .concatenate), .pool(by: .mean)]),
            make(
                "pool max of axes 0, 2", [3, 4, 2], 2,
                [.dense(inputSize: 2, outputSize: 5), .pool(axes: [0, 2], by: .max)], samples: [[3, 2, 2], [1, 4, 1]]),
            make(
                "maxPool 2x3 ragged", [5, 7], 2,
                [recurrent("++ --", 2, 5, .sum), .maxPool(window: [2, 3]), .dense(inputSize: 5, outputSize: 2)],
                samples: samples),
            make("maxPool 2", [9], 1, [.dense(inputSize: 1, outputSize: 3), .maxPool(window: [2])]),
        ]
    }
}

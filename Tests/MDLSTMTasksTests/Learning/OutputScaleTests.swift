import MDLSTM
import Testing
import _TestSupport

@testable import MDLSTMTasks

/// Outputs that are coarser than inputs, counted by hand.
struct OutputScaleTests {
    private func scale(_ layers: [LayerDescription], axes: Int = 2) throws -> OutputScale {
        try OutputScale(ModelConfiguration(inputSize: 1, axes: axes, layers: layers), name: "m")
    }

    private let patch = LayerDescription.patch(window: [2, 3])

    @Test func factorsMultiply() throws {
        let scale = try scale([
            patch, .convolution(window: [3, 3], stride: [1, 2], padding: .same, inputSize: 6, outputSize: 2),
            .maxPool(window: [2, 1]),
        ])
        #expect(scale.factors == [4, 6] && !scale.isFine)
        #expect(scale.coarse([9, 6]) == [3, 1] && scale.coarse([1, 7]) == [1, 2])
        #expect(try self.scale([.dense(inputSize: 1, outputSize: 2)]).isFine)
    }

    /// A sample of 3 x 5 sites under windows of 2 x 3: those at the borders are not whole.
    @Test func blocksAreNumberedRowByRow() throws {
        let scale = try scale([patch])
        #expect(scale.blocks([3, 5]) == [0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 2, 2, 2, 3, 3])
        let output = Tensor<Double>(shape: [2, 2, 2], values: [1, 10, 2, 20, 3, 30, 4, 40])
        let fine = scale.fine(output, extents: [3, 5])
        #expect(fine.shape == [3, 5, 2])
        #expect(fine.values[..<10] == [1, 10, 1, 10, 1, 10, 2, 20, 2, 20] && fine.values.suffix(4) == [4, 40, 4, 40])
    }

    /// Labels and shares of a block are added up, weights with them; what does not count is left out.
    @Test func distributionsOfBlocks() throws {
        let scale = try scale([patch])
        let labels = Tensor<Int32>(shape: [2, 5], values: [0, 1, 1, 0, -1, 2, 1, -1, 0, 0])
        let counts: Tensor<Float> = scale.distribution(of: labels, classes: 3, weights: nil)
        #expect(counts == Tensor(shape: [1, 2, 3], values: [1, 3, 1, 3, 0, 0]))
        let weighted: Tensor<Float> = scale.distribution(of: labels, classes: 3, weights: [0.5, 2, 0])
        #expect(weighted.values == [0.5, 6, 0, 1.5, 0, 0])
        let shares = Tensor<Float>(shape: [3, 1, 2], values: [0.25, 0.75, 1, 0, 0.5, 0.5])
        #expect(scale.distribution(of: shares) == Tensor(shape: [2, 1, 2], values: [1.25, 0.75, 0.5, 0.5]))
    }

    /// Under the loss, a block's answer costs what it costs at all of its sites.
    @Test func lossIsThatOfTheSites() throws {
        let scale = try scale([patch])
        let labels = Tensor<Int32>(shape: [3, 5], values: (0..<15).map { Int32($0 % 4) - 1 })
        let output = Tensor<Double>.random([2, 2, 3], seed: 5)
        let weights = [1, 0.25, 3]
        let coarse = try Loss.softmaxCrossEntropy.evaluate(
            output.reshaped([1, 2, 2, 3]),
            target: .values(scale.distribution(of: labels, classes: 3, weights: weights).reshaped([1, 2, 2, 3])),
            samples: nil, classWeights: nil)
        let fine = try Loss.softmaxCrossEntropy.evaluate(
            scale.fine(output, extents: [3, 5]).reshaped([1, 3, 5, 3]), target: .labels(labels.reshaped([1, 3, 5])),
            samples: nil, classWeights: weights)
        #expect(abs(coarse.sum - fine.sum) < 1e-12 && abs(coarse.divisor - fine.divisor) < 1e-12)
    }

    @Test func whatHasNoBlocksIsRefused() {
        let layers: [[LayerDescription]] = [
            [.convolution(window: [3, 3], stride: [1, 1], padding: .none, inputSize: 1, outputSize: 1)],
            [.pool(axes: [0], by: .mean)],
        ]
        for layers in layers {
            let error = #expect(throws: MDLSTMError.self) { _ = try scale(layers) }
            #expect(error?.kind == .data && error?.message.hasPrefix("m: the model makes") ?? false)
        }
    }
}

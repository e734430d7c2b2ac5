import MDLSTM
import Testing
import _TestSupport

/// Pools and convolutions on numbers that can be added up by hand, each sample over its own extents.
struct PoolTableTests {
    private func predict(
        _ layers: [LayerDescription], _ parameters: [[Double]] = [], extents: [Int], samples: [[Int]]? = nil,
        _ x: [Double]
    ) throws -> Tensor<Double> {
        let model = try ModelConfiguration(inputSize: 1, axes: extents.count, layers: layers)
        let batch = samples?.count ?? 1
        let file = ParameterTensors(shapes: model.parameterShapes, flat: parameters.flatMap { $0 })
        return try ReferenceBackend<Double>().makeModel(model, parameters: file).predict(
            Tensor(shape: [batch] + extents + [1], values: x), samples: samples)
    }

    /// Two samples of a 2 x 3 storage; of the second only the first two sites of the first row belong to it.
    @Test(arguments: [
        (PoolFunction.sum, [21.0, -3], [[5.0, 7, 9], [-2, -1, 0]]),
        (.mean, [3.5, -1.5], [[2.5, 3.5, 4.5], [-2, -1, 0]]),
        (.max, [6, -1], [[4, 5, 6], [-2, -1, 0]]), (.last, [6, -1], [[4, 5, 6], [-2, -1, 0]]),
    ]) func pools(_ function: PoolFunction, all: [Double], axis0: [[Double]]) throws {
        let x = [1.0, 2, 3, 4, 5, 6, -2, -1, 9, 9, 9, 9], samples = [[2, 3], [1, 2]]
        let whole = try predict([.pool(by: function)], extents: [2, 3], samples: samples, x)
        #expect(whole.shape == [2, 1] && whole.values == all)
        let rows = try predict([.pool(axes: [0], by: function)], extents: [2, 3], samples: samples, x)
        #expect(rows.shape == [2, 3, 1] && rows.values == axis0.flatMap { $0 })
    }

    @Test func windowsTakeWhatIsLeft() throws {
        let y = try predict(
            [.maxPool(window: [2])], extents: [5], samples: [[5], [3]], [1, 4, 3, 2, 0, -5, -4, -6, 7, 7])
        #expect(y.shape == [2, 3, 1] && y.values == [4, 3, 0, -4, -6, 0])
    }

    /// A NaN is not lost in a largest value.
    @Test func notANumberStays() throws {
        for place in 0..<3 {
            var x = [1.0, 3, 2]
            x[place] = .nan
            #expect(try predict([.pool(by: .max)], extents: [3], x).values[0].isNaN)
        }
    }

    /// Weights 1, 10, 100 show which site is at which place of the window.
    @Test func convolutionsOfARow() throws {
        func convolve(_ padding: ConvolutionPadding, stride: Int, samples: [[Int]]? = nil) throws -> [Double] {
            try predict(
                [.convolution(window: [3], stride: [stride], padding: padding, inputSize: 1, outputSize: 1)],
                [[1, 10, 100], [0.5]], extents: [5], samples: samples,
                (samples ?? [[]]).flatMap { _ in [1.0, 2, 3, 4, 5] }
            ).values
        }
        #expect(try convolve(.same, stride: 1) == [210.5, 321.5, 432.5, 543.5, 54.5])
        #expect(try convolve(.none, stride: 1) == [321.5, 432.5, 543.5])
        #expect(try convolve(.same, stride: 2) == [210.5, 432.5, 54.5])
        #expect(try convolve(.none, stride: 2) == [321.5, 543.5])
        // A sample has its own borders: the second ends after two sites, and is too small for a window without padding.
        let samples = [[4], [2]]
        #expect(try convolve(.same, stride: 2, samples: samples) == [321.5, 43.5, 0.5, 21.5, 0.5, 0.5])
    }

    @Test func convolutionsOfAnImage() throws {
        let y = try predict(
            [.convolution(window: [2, 2], stride: [1, 1], inputSize: 1, outputSize: 1)], [[1, 10, 100, 1000], [0]],
            extents: [2, 2], [1, 2, 3, 4])
        // The odd row and column of zeros are behind.
        #expect(y.values == [4321, 402, 43, 4])
    }

    /// Without axes a window is the one site of a sample.
    @Test func convolutionOfSingleSites() throws {
        let y = try predict(
            [.convolution(window: [], stride: [], inputSize: 1, outputSize: 1)], [[3], [1]], extents: [],
            samples: [[], []], [2, 5])
        #expect(y.shape == [2, 1] && y.values == [7, 16])
    }

    @Test func whatIsRefused() {
        func refused(_ parts: String..., layers: [LayerDescription], axes: Int = 2) {
            expectMDLSTMError(.option, parts) { _ = try ModelConfiguration(inputSize: 1, axes: axes, layers: layers) }
        }
        refused("layer 0", "axes [2]", "0 to 1", layers: [.pool(axes: [2], by: .max)])
        refused("layer 1", "single sites already", layers: [.pool(by: .max), .pool(by: .sum)])
        refused("layer 1", "is given 1", layers: [.pool(axes: [0], by: .max), .maxPool(window: [2, 2])])
        refused("layer 0", "window [0, 2]", layers: [.maxPool(window: [0, 2])])
        refused(
            "layer 0", "stride [1]", layers: [.convolution(window: [3, 3], stride: [1], inputSize: 1, outputSize: 2)])
        for (momentum, epsilon) in [(0.0, 1e-5), (1.5, 1e-5), (0.1, 0), (.nan, 1e-5)] {
            refused(
                "layer 0", "momentum", "epsilon",
                layers: [.batchNorm(inputSize: 1, momentum: momentum, epsilon: epsilon)])
        }
        refused("layer 0", "3 features", "given 1", layers: [.batchNorm(inputSize: 3)])
        expectMDLSTMError(.data, ["window [4]", "at least as large", "extents [3]"]) {
            let table = ConvolutionWindow(extents: [4], stride: [1], padding: .none)
            _ = try ConvolutionTable(grid: Grid(batch: 1, extents: [3]), window: table)
        }
    }
}

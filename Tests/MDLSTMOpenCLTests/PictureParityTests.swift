import MDLSTM
import MDLSTMOpenCL
import Testing
import _TestSupport

/// Pictures drawn on a device: the same in every order, and those of the reference.
struct PictureParityTests {
    /// A density with weights that are drawn, over a whitening of correlated pixels.
    private func request<T: Scalar>(
        layers: Int, border: DensityBorder, skip: Bool = true, as _: T.Type
    ) throws -> PictureRequest<T> {
        var options = DensityOptions()
        (options.neighbourhood, options.border, options.skip) = (5, border, skip)
        (options.components, options.scales, options.features) = (5, 3, 6)
        var size = try DensityModel.conditions(options)
        let stack = try (0..<layers).map { _ in
            let layer = try LayerConfiguration(
                cell: .spatial, inputSize: size, hiddenSize: 6, directions: ["++"],
                options: CellOptions { $0.forgetSum = .mean })
            size = 6
            return layer
        }
        let model = try DensityModel(options, layers: stack)
        let noise = RandomStream(seed: 3, stream: 0x7e57)
        var picture = Tensor<Double>(zeros: [24, 24, 1])
        for place in picture.values.indices {
            let before = place % 24 > 0 ? picture.values[place - 1] - 100 : 0
            picture.values[place] = 100 + 0.9 * before + 20 * noise.normal(place)
        }
        var moments = WhiteningMoments(inputSize: 12, outputSize: 1)
        moments.add(picture, in: model.neighbourhood)
        var request = PictureRequest(
            model, try ConditionalWhitening(moments), parameters: model.network.initialParameters(seed: 5, as: T.self),
            height: 7, width: 9, range: 0...256)
        (request.count, request.seed) = (2, 11)
        return request
    }

    @Test(arguments: [(0, DensityBorder.inside), (1, .inside), (2, .inside), (1, .pad)])
    func allOrdersAndBackendsDrawTheSame(layers: Int, border: DensityBorder) throws {
        let backend = try OpenCLBackend<Double>()
        var request = try request(layers: layers, border: border, as: Double.self)
        let fronts = try backend.draw(request)
        #expect(fronts.shape == [2, 7, 9, 1])
        #expect(fronts.values.allSatisfy { (0...256).contains($0) })
        #expect(fronts.values[..<63] != fronts.values[63...])
        let reference = try ReferenceBackend<Double>().draw(request)
        for (ours, theirs) in zip(fronts.values, reference.values) { #expect(abs(ours - theirs) < 1e-8) }
        request.isInRasterOrder = true
        #expect(try backend.draw(request) == fronts)
        #expect(try ReferenceBackend<Double>().draw(request) == reference)
        request.seed = 12
        #expect(try backend.draw(request) != fronts)
    }

    /// A picture does not depend on how many are drawn beside it.
    @Test func picturesAreApart() throws {
        let backend = try OpenCLBackend<Float>()
        var request = try request(layers: 1, border: .inside, skip: false, as: Float.self)
        let both = try backend.draw(request)
        request.count = 1
        #expect(try backend.draw(request).values == Array(both.values[..<63]))
    }

    /// What is drawn beyond the range becomes its end, in pictures and in their rings.
    @Test func theRangeIsKept() throws {
        var request = try request(layers: 1, border: .inside, as: Float.self)
        request.range = 99...101
        let drawn = try OpenCLBackend<Float>().draw(request)
        #expect(drawn.values.allSatisfy { (98.99...101.01).contains($0) })
        #expect(Set(drawn.values).count > 2)
    }
}

import MDLSTM
import MDLSTMOpenCL
import Testing
import _TestSupport

/// Pictures drawn on a device: the same in every order, and those of the reference.
struct PictureParityTests {
    /// Two pictures of 7 x 9 pixels.
    private func request<T: Scalar>(
        layers: Int, border: DensityBorder, skip: Bool = true, as _: T.Type
    ) throws -> PictureRequest<T> {
        var request: PictureRequest<T> = try PictureCase(border: border, layers: layers, skip: skip).request()
        (request.height, request.width) = (7, 9)
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

    /// Some pixels given, some drawn: the same on both sides, and the likelihoods of the pixels as they then are.
    @Test(arguments: [(0, DensityBorder.inside), (1, .inside), (1, .pad)])
    func givenPixelsStay(layers: Int, border: DensityBorder) throws {
        let pictures = try PictureCase(border: border, layers: layers).painted(Double.self)
        let sides: [any PicturePainter<Double>] = [
            try OpenCLBackend<Double>().makePainter(pictures), try ReferenceBackend<Double>().makePainter(pictures),
        ]
        let pass = PictureCase.pass(of: pictures)
        let drawn = try #require(pass.drawn)
        let found = try sides.map { try #require(try $0.paint(pass)) }
        for (ours, theirs) in zip(found[0].pixels, found[1].pixels) { #expect((ours - theirs).magnitude < 1e-8) }
        for (ours, theirs) in zip(found[0].nats, found[1].nats) where theirs.isFinite {
            #expect((ours - theirs).magnitude < 1e-8)
        }
        #expect(found[0].nats.map(\.isFinite) == found[1].nats.map(\.isFinite))
        var given = pass
        given.drawn = drawn.map { _ in false }
        let before = try #require(try ReferenceBackend<Double>().makePainter(pictures).paint(given))
        for site in drawn.indices { #expect((before.pixels[site] == found[1].pixels[site]) == !drawn[site]) }
        // As they are now, twice.
        let after = try sides.map { try #require(try $0.paint(given)) }
        #expect(after[1].pixels == found[1].pixels)
        for site in drawn.indices where found[1].nats[site].isFinite {
            #expect((after[0].nats[site] - found[0].nats[site]).magnitude < 1e-12)
            #expect((after[1].nats[site] - found[1].nats[site]).magnitude < 1e-12)
        }
        // Another pass draws other numbers.
        var next = pass
        next.step += 1
        let other = try #require(try sides[0].paint(next))
        for site in drawn.indices { #expect((other.pixels[site] == found[0].pixels[site]) == !drawn[site]) }
        // Pixels can be set.
        for side in sides {
            try side.set([7, 8], at: [3, 40])
            let pixels = try side.pixels()
            #expect(pixels[3] == 7 && pixels[40] == 8)
        }
    }

    /// The likelihoods of a window that is the whole picture are those of the model.
    @Test(arguments: [0, 1]) func likelihoodsAreTheModels(layers: Int) throws {
        var pictures = try PictureCase(border: .inside, layers: layers).painted(Double.self)
        let (m, height, width) = (1, pictures.height, pictures.width)
        (pictures.windows, pictures.windowHeight, pictures.windowWidth) = (1, height - m, width - 2 * m)
        let painter = try OpenCLBackend<Double>().makePainter(pictures)
        let sites = (height - m) * (width - 2 * m)
        let pass = PaintPass(
            corners: [m * width + m], drawn: Array(repeating: false, count: sites))
        let found = try #require(try painter.paint(pass))
        let center = pictures.whitening.outputMean.values[0]
        let picture = Tensor(
            shape: [height, width, 1], values: pictures.pixels[..<(height * width)].map { $0 + center })
        let network = try ReferenceBackend<Double>().makeModel(
            pictures.model.network, parameters: pictures.parameters)
        let expected = try network.predict(pictures.model.rows(of: picture, pictures.whitening))
        #expect(expected.count == sites)
        for (ours, theirs) in zip(found.nats, expected.values) { #expect((ours - theirs).magnitude < 1e-9) }
    }

    /// A pixel that is drawn beyond the range becomes its end, and has no likelihood.
    @Test func pixelsBeyondTheRangeAreTold() throws {
        var pictures = try PictureCase(border: .inside, layers: 1).painted(Double.self)
        pictures.range = 100...101
        let pass = PictureCase.pass(of: pictures)
        let center = pictures.whitening.outputMean.values[0]
        for painter: any PicturePainter<Double> in [
            try OpenCLBackend<Double>().makePainter(pictures), try ReferenceBackend<Double>().makePainter(pictures),
        ] {
            let found = try #require(try painter.paint(pass))
            var ends = 0
            for (site, isDrawn) in pass.drawn!.enumerated() where isDrawn {
                let isEnd = [100, 101].contains { (found.pixels[site] + center - $0).magnitude < 1e-9 }
                #expect((found.nats[site] == -.infinity) == isEnd)
                ends += isEnd ? 1 : 0
            }
            #expect(ends > 3)
        }
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

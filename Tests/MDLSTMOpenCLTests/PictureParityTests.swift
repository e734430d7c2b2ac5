import MDLSTM
import MDLSTMOpenCL
import Testing
import _TestSupport

/// Pictures drawn on a device: the same in every order, and those of the reference.
struct PictureParityTests {
    /// Two pictures of 7 x 9 pixels.
    private func request<T: Scalar>(
        layers: Int, border: DensityBorder, skip: Bool = true, color: DensityColor = .gray, as _: T.Type
    ) throws -> PictureRequest<T> {
        var request: PictureRequest<T> = try PictureCase(border: border, layers: layers, skip: skip, color: color)
            .request()
        (request.height, request.width) = (7, 9)
        return request
    }

    @Test(
        arguments: [
            (0, DensityBorder.inside, DensityColor.gray), (1, .inside, .gray), (2, .inside, .gray), (1, .pad, .gray),
            (0, .pad, .ycc), (1, .inside, .ycc),
        ])
    func allOrdersAndBackendsDrawTheSame(layers: Int, border: DensityBorder, color: DensityColor) throws {
        let backend = try OpenCLBackend<Double>()
        var request = try request(layers: layers, border: border, color: color, as: Double.self)
        let fronts = try backend.draw(request)
        #expect(fronts.shape == [2, 7, 9, color.channels])
        #expect(fronts.values.allSatisfy { (0...256).contains($0) })
        #expect(fronts.values[..<(fronts.count / 2)] != fronts.values[(fronts.count / 2)...])
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
    @Test(
        arguments: [
            (0, DensityBorder.inside, DensityColor.gray), (1, .inside, .gray), (1, .pad, .gray), (0, .pad, .ycc),
            (1, .inside, .ycc),
        ])
    func givenPixelsStay(layers: Int, border: DensityBorder, color: DensityColor) throws {
        let pictures = try PictureCase(border: border, layers: layers, color: color).painted(Double.self)
        let outputs = pictures.density.model.neighbourhood.outputSize
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
        for place in before.pixels.indices {
            #expect((before.pixels[place] == found[1].pixels[place]) == !drawn[place / outputs])
        }
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
        for place in other.pixels.indices {
            // Two may become the same end of the range.
            let site = place / outputs
            guard other.nats[site].isFinite || found[0].nats[site].isFinite else { continue }
            #expect((other.pixels[place] == found[0].pixels[place]) == !drawn[site])
        }
        #expect(other.nats.count { $0.isFinite } > drawn.count / 2)
        // Pixels can be set.
        for side in sides {
            try side.set([7, 8], at: [3, 40])
            let pixels = try side.pixels()
            #expect(pixels[3] == 7 && pixels[40] == 8)
        }
    }

    /// The likelihoods of a window that is the whole picture are those of the model.
    @Test(arguments: [0, 1], DensityColor.allCases) func likelihoodsAreTheModels(layers: Int, color: DensityColor)
        throws
    {
        var pictures = try PictureCase(border: .inside, layers: layers, color: color).painted(Double.self)
        let (m, height, width) = (1, pictures.height, pictures.width)
        let (rows, channels) = (height - m - pictures.density.model.neighbourhood.rowsBelow, pictures.channels)
        (pictures.windows, pictures.windowHeight, pictures.windowWidth) = (1, rows, width - 2 * m)
        let painter = try OpenCLBackend<Double>().makePainter(pictures)
        let sites = rows * (width - 2 * m)
        let pass = PaintPass(
            corners: [m * width + m], drawn: Array(repeating: false, count: sites))
        let found = try #require(try painter.paint(pass))
        let centers = pictures.density.model.centers(pictures.density.whitening)
        let picture = Tensor(
            shape: [height, width, channels],
            values: pictures.pixels[..<(height * width * channels)].enumerated().map { $1 + centers[$0 % channels] })
        let network = try ReferenceBackend<Double>().makeModel(
            pictures.density.model.network, parameters: pictures.density.parameters)
        let expected = try network.predict(pictures.density.model.rows(of: picture, pictures.density.whitening))
        #expect(expected.count == sites)
        for (ours, theirs) in zip(found.nats, expected.values) { #expect((ours - theirs).magnitude < 1e-9) }
    }

    /// A pixel that is drawn beyond the range becomes its end, and has no likelihood.
    @Test func pixelsBeyondTheRangeAreTold() throws {
        var pictures = try PictureCase(border: .inside, layers: 1).painted(Double.self)
        pictures.range = 100...101
        let pass = PictureCase.pass(of: pictures)
        let center = pictures.density.whitening.outputMean.values[0]
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

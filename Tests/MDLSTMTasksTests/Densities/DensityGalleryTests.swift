import MDLSTM
import MDLSTMImages
import MDLSTMTasks
import Testing
import _TestSupport

/// What a density has learnt, in pictures.
struct DensityGalleryTests {
    private static let missing: [UInt8] = [86, 180, 233]

    private func density(_ border: DensityBorder, _ picture: Tensor<Double>) throws -> PlaneDensity<Double> {
        var options = DensityOptions()
        (options.neighbourhood, options.components, options.features, options.border) = (3, 2, 3, border)
        let model = try DensityModel(options, layers: [])
        var moments = WhiteningMoments(inputSize: 4, outputSize: 1)
        moments.add(picture, in: model.neighbourhood)
        return PlaneDensity(
            model, try ConditionalWhitening(moments), parameters: model.network.initialParameters(seed: 2))
    }

    /// Of a picture larger than what is shown the middle; the pixel that fits least is where its bits are the most.
    @Test(arguments: DensityBorder.allCases) func showsWhereThePixelsAre(_ border: DensityBorder) throws {
        let (height, width) = (163, 167)
        var pixels = Tensor<Double>.random([height, width, 1], bound: 10, seed: 7).map { $0 + 100 }
        let density = try density(border, pixels)
        let place = (row: 41, column: 90)
        pixels[place.row, place.column, 0] = 190
        let picture = DensityPicture(name: "a/b.png", height: height, width: width, numbers: pixels.values)
        let gallery = try #require(
            try DensityGallery(of: [density], [picture], on: ReferenceBackend<Double>(), seed: 1, title: "t"))
        let image = try #require(gallery.images.first)
        // Three parts of 160 x 160 with 4 pixels between them.
        #expect(gallery.images.count == 1 && image.width == 3 * 160 + 2 * 4 && image.height == 160)
        func color(_ part: Int, _ row: Int, _ column: Int) -> [UInt8] {
            let first = 3 * (row * image.width + part * 164 + column)
            return Array(image.pixels[first..<(first + 3)])
        }
        let (row, column) = (place.row - 1, place.column - 3)
        let brightest = (0..<160).flatMap { row in (0..<160).map { (row, $0) } }
            .max { color(0, $0.0, $0.1)[0] < color(0, $1.0, $1.1)[0] }!
        #expect(brightest == (row, column))
        #expect(color(1, row, column) == [255, 255, 255])
        let hasMargin = border == .inside
        #expect((color(1, 0, 80) == Self.missing) == hasMargin && (color(1, 80, 159) == Self.missing) == hasMargin)
        #expect(color(1, 80, 80) != Self.missing && color(1, 159, 80) != Self.missing)
        #expect([0, 2].allSatisfy { Set(color($0, 0, 80)).count == 1 })
        let drawing = gallery.drawing.document
        #expect(drawing.contains("b.png") && drawing.contains("no density") == hasMargin)
    }

    /// Small ones are enlarged, what is drawn like what is given.
    @Test func smallPictures() throws {
        let pixels = Tensor<Double>.random([20, 16, 1], bound: 10, seed: 7).map { $0 + 100 }
        let picture = DensityPicture(name: "a", height: 20, width: 16, numbers: pixels.values)
        let gallery = try #require(
            try DensityGallery(
                of: [density(.inside, pixels)], [picture, picture], on: ReferenceBackend<Double>(), seed: 1, title: "t")
        )
        #expect(gallery.images.count == 2 && gallery.images[0].width == 3 * 8 * 16 + 2 * 4)
        #expect(gallery.images.allSatisfy { $0.height == 160 } && gallery.images[0].pixels != gallery.images[1].pixels)
        let none = try DensityGallery(
            of: [density(.inside, pixels)], [], on: ReferenceBackend<Double>(), seed: 1, title: "t")
        #expect(none == nil)
    }
}

public import MDLSTM
public import MDLSTMImages
private import RealModule

/// What a density has learnt, in pictures: parts of given ones, the bits of each of their pixels, and ones that it draws.
///
/// The same density, pictures and seed give the same bytes.
public struct DensityGallery: Sendable {
    /// A row for each picture: examples.svg.
    public let drawing: SVG

    /// The rows alone, for TensorBoard.
    public let images: [Image]

    /// Pixels of the longer side of a part, and rows.
    private static let side = 160, mostRows = 3

    /// The colour of pixels that have no density.
    private static let missing = SIMD3<UInt8>(86, 180, 233)

    /// - Parameters:
    ///   - planes: the density: one network of gray pictures, luma and chroma of coloured ones
    ///   - pictures: of which some, evenly spread, are shown by their middle
    ///   - backend: that judges and draws
    ///   - seed: of what is drawn
    ///   - title: of the drawing
    /// - Returns: nil where there is no picture
    /// - Throws: `MDLSTMError` of kind `notFinite` where a pixel has no density; the backend's own error when its device fails.
    public init?<T: Scalar>(
        of planes: [PlaneDensity<T>], _ pictures: [DensityPicture], on backend: any Backend<T>, seed: UInt64,
        title: String
    ) throws {
        let chosen = ExamplePictures.chosen(Self.mostRows, of: pictures.count).map { pictures[$0] }
        guard !chosen.isEmpty else { return nil }
        let options = planes[0].model.options
        let range = options.range ?? DensityPicture.range(of: chosen) ?? 0...256
        var likelihood = try PictureLikelihood(planes, on: backend)
        let shown = try chosen.map { try Shown($0, by: &likelihood, side: Self.side, seed: options.noiseSeed) }
        let extents = shown.map(\.pixels.shape)
        var request = PictureRequest(
            planes, height: extents.map { $0[0] }.max()!, width: extents.map { $0[1] }.max()!, range: range)
        (request.count, request.seed) = (shown.count, seed)
        let drawn = try backend.draw(request)
        let bits = Self.usualRange(of: shown.flatMap(\.bits.values).filter(\.isFinite))
        var rows: [Gallery.Row] = []
        var images: [Image] = []
        for (index, part) in shown.enumerated() {
            let size = drawn.count / shown.count
            let own = Tensor(
                shape: Array(drawn.shape.dropFirst()),
                values: drawn.values[(index * size)..<((index + 1) * size)].map { Double($0) })
            let row = [(part.pixels, range), (part.bits, bits), (own, range)].map { tensor, range in
                SitePicture(extents: Array(tensor.shape.prefix(2)), side: Self.side)!.image(
                    tensor, range: range, missing: Self.missing)
            }
            rows.append(Gallery.Row(fileName(part.name), row))
            images.append(.joined(row))
        }
        let heading =
            "bits a pixel, \(FitProgress.text(of: bits.lowerBound, digits: 3)) to "
            + FitProgress.text(of: bits.upperBound, digits: 3)
        var gallery = Gallery(title: title, columns: ["given", heading, "drawn"], rows: rows, scale: 1)
        if shown.contains(where: { $0.bits.values.contains(where: \.isNaN) }) {
            gallery.keys = [Gallery.Key("no density", color: Self.missing)]
        }
        drawing = try gallery.svg()
        self.images = images
    }

    /// The middle of a picture and the bits of its pixels, NaN where there is no density.
    private struct Shown {
        let name: String
        let pixels: Tensor<Double>, bits: Tensor<Double>

        init<T: Scalar>(
            _ picture: DensityPicture, by likelihood: inout PictureLikelihood<T>, side: Int, seed: UInt64
        ) throws {
            func middle(_ extent: Int) -> Range<Int> {
                let length = min(extent, side)
                return ((extent - length) / 2)..<((extent - length) / 2 + length)
            }
            let part = PicturePart(rows: middle(picture.height), columns: middle(picture.width))
            let all = [picture.height, picture.width, picture.channels]
            let levels = (0..<(picture.count * picture.channels)).map { picture[$0] }
            (name, pixels) = (picture.name, Tensor(shape: all, values: levels).part(part))
            let noisy = picture.noisy(seed: seed).part(part)
            let (height, width) = (noisy.shape[0], noisy.shape[1])
            let sites = likelihood.model.sites(height: height, width: width)
            var bits = Tensor<Double>(shape: [height, width, 1], values: Array(repeating: .nan, count: height * width))
            guard !sites.rows.isEmpty, !sites.columns.isEmpty else {
                self.bits = bits
                return
            }
            let nats = try likelihood.nats(
                of: noisy, by: PictureTurn(), from: (part.rows.lowerBound, part.columns.lowerBound), name: picture.name)
            for (place, row) in sites.rows.enumerated() {
                for (offset, column) in sites.columns.enumerated() {
                    bits.values[row * width + column] = -nats[place, offset] / .log(2)
                }
            }
            self.bits = bits
        }
    }

    /// All numbers but the hundredth part at either end.
    private static func usualRange(of numbers: [Double]) -> ClosedRange<Double> {
        let sorted = numbers.sorted()
        guard let least = sorted.dropFirst(sorted.count / 100).first,
            let most = sorted.dropLast(sorted.count / 100).last, least < most
        else { return 0...1 }
        return least...most
    }
}

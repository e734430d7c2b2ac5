/// Where pixels are drawn: the picture, what is drawn before it and cut off, and what the first ones are given.
///
/// Pixels of a model of inner sites begin given those of a ring, each drawn from the distribution of single pixels; some rows
/// and columns next to it, which still show it, are cut off. A padded border is the picture's own: nothing is cut off.
struct PictureCanvas {
    /// Of the whole, ring or padding and all.
    let height: Int, width: Int

    /// The pixels that are drawn.
    let rows: Range<Int>, columns: Range<Int>

    /// Those of them that are shown.
    let shownRows: Range<Int>, shownColumns: Range<Int>

    /// Of padding, on three sides; 0 where there is none.
    let padding: Int

    /// Rows and columns that are drawn and cut off on the sides of a ring.
    private static var cut: Int { 8 }

    init(_ model: DensityModel, height: Int, width: Int) {
        let m = model.neighbourhood.rowsAbove
        let cut = model.options.border == .pad ? 0 : Self.cut
        (self.height, self.width) = (height + cut + m, width + 2 * (cut + m))
        rows = m..<(self.height)
        columns = m..<(self.width - m)
        shownRows = (m + cut)..<(self.height)
        shownColumns = (m + cut)..<(m + cut + width)
        padding = model.options.border == .pad ? m : 0
    }

    /// The pictures of a request to be painted, each in a window of its own: rings drawn, all else 0.
    func pictures<T: Scalar>(of request: PictureRequest<T>) -> PaintedPictures<T> {
        var pictures = PaintedPictures(
            model: request.model, whitening: request.whitening, parameters: request.parameters,
            pixels: Array(repeating: T(0), count: request.count * height * width), height: height, width: width,
            padding: padding, windows: request.count, windowHeight: rows.count, windowWidth: columns.count,
            seed: request.seed, range: request.range)
        pictures.isInRasterOrder = request.isInRasterOrder
        if padding == 0 { drawRings(request, &pictures.pixels, limits: pictures.limits) }
        return pictures
    }

    private func drawRings<T: Scalar>(
        _ request: PictureRequest<T>, _ pixels: inout [T], limits: ClosedRange<Double>
    ) {
        let whitening = request.whitening
        let residual = 1 / whitening.outputWhitening.values[0]
        let predicted = whitening.predictor.values.reduce(0) { $0 + $1 * $1 }
        let deviation = (predicted + residual * residual).squareRoot()
        for picture in 0..<request.count {
            let stream = RandomStream(
                seed: request.seed, tensor: UInt32(picture), step: 1, stream: RandomStreams.sampling)
            for place in 0..<(height * width) {
                guard !rows.contains(place / width) || !columns.contains(place % width) else { continue }
                let value = deviation * stream.normal(place)
                pixels[picture * height * width + place] = T(min(max(value, limits.lowerBound), limits.upperBound))
            }
        }
    }

    /// What of the canvases is shown, `[B, H, W, 1]`.
    func shown<T: Scalar>(_ canvases: [T], of request: PictureRequest<T>) throws(MDLSTMError) -> Tensor<T> {
        let center = T(request.whitening.outputMean.values[0])
        var values: [T] = []
        for picture in 0..<request.count {
            for row in shownRows {
                for column in shownColumns {
                    let value = canvases[(picture * height + row) * width + column] + center
                    guard value.isFinite else {
                        throw MDLSTMError(
                            .notFinite,
                            "picture \(picture), row \(row - shownRows.lowerBound), column "
                                + "\(column - shownColumns.lowerBound): the pixel drawn is \(value); train the model with "
                                + "\"forgetSum\": \"mean\"")
                    }
                    values.append(value)
                }
            }
        }
        return Tensor(shape: [request.count, shownRows.count, shownColumns.count, 1], values: values)
    }
}

extension Backend {
    /// Draws pictures from a density, `[B, height, width, 1]`.
    ///
    /// - Throws: ``MDLSTMError`` when the parameters do not fit the density, or a pixel is not finite; the backend's own
    ///   error when its device fails.
    public func draw(_ request: PictureRequest<Element>) throws -> Tensor<Element> {
        let canvas = PictureCanvas(request.model, height: request.height, width: request.width)
        let painter = try makePainter(canvas.pictures(of: request))
        let first = canvas.rows.lowerBound * canvas.width + canvas.columns.lowerBound
        var pass = PaintPass(corners: (0..<request.count).map { $0 * canvas.height * canvas.width + first })
        pass.progress = request.progress
        _ = try painter.paint(pass)
        return try canvas.shown(try painter.pixels(), of: request)
    }
}

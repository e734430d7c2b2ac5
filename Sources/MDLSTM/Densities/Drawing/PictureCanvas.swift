/// Where pixels are drawn: the picture, what is drawn around it and cut off, and what the first ones are given.
///
/// Pixels of a model of inner sites begin given those of a ring, each drawn from the distribution of single pixels; some rows
/// and columns next to it, which still show it, are cut off. A padded border is the picture's own: nothing is cut off. Where
/// chroma is given luma below it, luma has as many more rows.
struct PictureCanvas {
    /// Of the whole, ring or padding and all.
    let height: Int, width: Int

    /// The pixels that have chroma, or gray.
    let rows: Range<Int>, columns: Range<Int>

    /// Those of them that are shown.
    let shownRows: Range<Int>, shownColumns: Range<Int>

    /// 0 where there is none.
    let padding: (above: Int, beside: Int, below: Int)

    /// Rows and columns that are drawn and cut off on the sides of a ring.
    private static var cut: Int { 8 }

    init(_ model: DensityModel, height: Int, width: Int) {
        let (m, below) = (model.neighbourhood.rowsAbove, model.neighbourhood.rowsBelow)
        let isPadded = model.options.border == .pad
        let cut = isPadded ? 0 : Self.cut
        (self.height, self.width) = (height + cut + m + below, width + 2 * (cut + m))
        rows = m..<(self.height - below)
        columns = m..<(self.width - m)
        shownRows = (m + cut)..<(m + cut + height)
        shownColumns = (m + cut)..<(m + cut + width)
        padding = isPadded ? (m, m, below) : (0, 0, 0)
    }

    /// The rows in which a plane is drawn.
    func rows(of plane: DensityPlane) -> Range<Int> {
        plane == .luma && padding.above == 0 ? rows.lowerBound..<height : rows
    }

    /// The pictures of a request to be painted with one plane, each in a window of its own.
    ///
    /// - Parameters:
    ///   - index: of the plane
    ///   - pixels: `[B, height, width, channels]`, with what planes before it have drawn
    func pictures<T: Scalar>(of request: PictureRequest<T>, plane index: Int, on pixels: [Double]) -> PaintedPictures<T>
    {
        let density = request.planes[index]
        let channels = density.model.neighbourhood.channels
        let centers = density.model.centers(density.whitening)
        var pictures = PaintedPictures(
            density, pixels: [T](), height: height, width: width, padding: padding, windows: request.count,
            windowHeight: rows(of: density.model.plane).count, windowWidth: columns.count, seed: request.seed,
            range: request.range)
        pictures.isInRasterOrder = request.isInRasterOrder
        let outputs = density.model.neighbourhood.outputs
        // What is not yet drawn, and what lies beyond a padded border, is the mean.
        pictures.pixels = pixels.indices.map { place in
            let (pixel, channel) = (place / channels % (height * width), place % channels)
            let isGiven = channel < outputs[0] && (padding.above == 0 || isInside(pixel))
            return isGiven ? T(pixels[place] - centers[channel]) : 0
        }
        if padding.above == 0 { drawRings(request, plane: index, &pictures) }
        return pictures
    }

    private func isInside(_ pixel: Int) -> Bool {
        rows.contains(pixel / width) && columns.contains(pixel % width)
    }

    private func drawRings<T: Scalar>(
        _ request: PictureRequest<T>, plane index: Int, _ pictures: inout PaintedPictures<T>
    ) {
        let density = request.planes[index]
        let (deviations, limits) = (density.whitening.outputDeviations, pictures.limits)
        let (drawn, channels) = (rows(of: density.model.plane), pictures.channels)
        for picture in 0..<request.count {
            let stream = RandomStream(
                seed: request.seed, tensor: UInt32(picture), step: UInt32(2 * index + 1),
                stream: RandomStreams.sampling)
            for place in 0..<(height * width) {
                guard !drawn.contains(place / width) || !columns.contains(place % width) else { continue }
                for (output, channel) in density.model.neighbourhood.outputs.enumerated() {
                    let value = deviations[output] * stream.normal(output * height * width + place)
                    let limit = limits[output]
                    pictures.pixels[(picture * height * width + place) * channels + channel] = T(
                        min(max(value, limit.lowerBound), limit.upperBound))
                }
            }
        }
    }

    /// What of the canvases is shown, `[B, H, W, C]`, as pictures are read.
    func shown<T: Scalar>(
        _ canvases: [Double], channels: Int, of request: PictureRequest<T>
    ) throws(MDLSTMError) -> Tensor<T> {
        var values: [T] = []
        for picture in 0..<request.count {
            for row in shownRows {
                for column in shownColumns {
                    let first = ((picture * height + row) * width + column) * channels
                    let pixel = canvases[first..<(first + channels)]
                    guard pixel.allSatisfy(\.isFinite) else {
                        throw MDLSTMError(
                            .notFinite,
                            "picture \(picture), row \(row - shownRows.lowerBound), column "
                                + "\(column - shownColumns.lowerBound): the pixel drawn is \(Array(pixel)); train the model with "
                                + "\"forgetSum\": \"mean\"")
                    }
                    guard channels == 3 else {
                        values.append(T(pixel[first]))
                        continue
                    }
                    let color = ColorTransform.rgb(SIMD3(pixel[first], pixel[first + 1], pixel[first + 2]))
                    for channel in 0..<3 {
                        values.append(T(min(max(color[channel], request.range.lowerBound), request.range.upperBound)))
                    }
                }
            }
        }
        return Tensor(shape: [request.count, shownRows.count, shownColumns.count, channels], values: values)
    }
}

extension Backend {
    /// Draws pictures from a density, `[B, height, width, C]`: gray, or red, green and blue.
    ///
    /// - Throws: ``MDLSTMError`` when the parameters do not fit the density, or a pixel is not finite; the backend's own
    ///   error when its device fails.
    public func draw(_ request: PictureRequest<Element>) throws -> Tensor<Element> {
        let canvas = PictureCanvas(request.planes[0].model, height: request.height, width: request.width)
        let channels = request.planes[0].model.neighbourhood.channels
        let first = canvas.rows.lowerBound * canvas.width + canvas.columns.lowerBound
        let size = canvas.height * canvas.width
        var pixels = Array(repeating: 0.0, count: request.count * size * channels)
        for (index, density) in request.planes.enumerated() {
            let painter = try makePainter(canvas.pictures(of: request, plane: index, on: pixels))
            var pass = PaintPass(corners: (0..<request.count).map { $0 * size + first }, step: UInt32(2 * index))
            pass.progress = { [share = Double(request.planes.count)] in
                request.progress((Double(index) + $0) / share)
            }
            _ = try painter.paint(pass)
            let (drawn, centers) = (try painter.pixels(), density.model.centers(density.whitening))
            for channel in density.model.neighbourhood.outputs {
                for place in stride(from: channel, to: drawn.count, by: channels) {
                    pixels[place] = Double(drawn[place]) + centers[channel]
                }
            }
        }
        return try canvas.shown(pixels, channels: channels, of: request)
    }
}

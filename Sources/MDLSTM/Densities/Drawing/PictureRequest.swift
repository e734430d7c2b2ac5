/// Pictures to be drawn from a density.
public struct PictureRequest<Element: Scalar>: Sendable {
    public var model: DensityModel
    public var whitening: ConditionalWhitening

    /// Of `model.network`.
    public var parameters: ParameterTensors<Element>
    public var height: Int, width: Int

    /// Pictures, drawn side by side.
    public var count = 1
    public var seed: UInt64 = 1

    /// The least and the largest pixel that is kept: what is drawn beyond becomes one of them, since what follows would
    /// stray further.
    public var range: ClosedRange<Double>

    /// Draws one pixel after the other, not all that wait for none of the others: the same pictures, slowly.
    public var isInRasterOrder = false

    /// Called with the share that is done.
    public var progress: @Sendable (Double) -> Void = { _ in }

    public init(
        _ model: DensityModel, _ whitening: ConditionalWhitening, parameters: ParameterTensors<Element>, height: Int,
        width: Int, range: ClosedRange<Double>
    ) {
        (self.model, self.whitening, self.parameters) = (model, whitening, parameters)
        (self.height, self.width, self.range) = (height, width, range)
    }
}

/// Where pixels are drawn: the picture, what is drawn before it and cut off, and what the first ones are given.
///
/// Pixels of a model of inner sites begin given those of a ring, each drawn from the distribution of single pixels; some rows
/// and columns next to it, which still show it, are cut off. A padded border is the picture's own: nothing is cut off.
package struct PictureCanvas: Sendable {
    /// Of the whole, ring or padding and all.
    package let height: Int, width: Int

    /// The pixels that are drawn.
    package let rows: Range<Int>, columns: Range<Int>

    /// Those of them that are shown.
    package let shownRows: Range<Int>, shownColumns: Range<Int>

    /// Of padding, on three sides; 0 where there is none.
    package let padding: Int

    /// Rows and columns that are drawn and cut off on the sides of a ring.
    private static var cut: Int { 8 }

    package init(_ model: DensityModel, height: Int, width: Int) {
        let m = model.neighbourhood.rowsAbove
        let cut = model.options.border == .pad ? 0 : Self.cut
        (self.height, self.width) = (height + cut + m, width + 2 * (cut + m))
        rows = m..<(self.height)
        columns = m..<(self.width - m)
        shownRows = (m + cut)..<(self.height)
        shownColumns = (m + cut)..<(m + cut + width)
        padding = model.options.border == .pad ? m : 0
    }

    /// The canvases of a request, pixels less the whitening's mean, `[B, height, width]`: rings drawn, all else 0.
    package func blank<T: Scalar>(for request: PictureRequest<T>) -> [T] {
        var pixels = Array(repeating: T(0), count: request.count * height * width)
        guard padding == 0 else { return pixels }
        let (whitening, range) = (request.whitening, limits(of: request))
        let residual = 1 / whitening.outputWhitening.values[0]
        let predicted = whitening.predictor.values.reduce(0) { $0 + $1 * $1 }
        let deviation = (predicted + residual * residual).squareRoot()
        for picture in 0..<request.count {
            let stream = RandomStream(
                seed: request.seed, tensor: UInt32(picture), step: 1, stream: RandomStreams.sampling)
            for place in 0..<(height * width) {
                guard !rows.contains(place / width) || !columns.contains(place % width) else { continue }
                let value = deviation * stream.normal(place)
                pixels[picture * height * width + place] = T(min(max(value, range.lowerBound), range.upperBound))
            }
        }
        return pixels
    }

    /// The range of pixels less the whitening's mean.
    package func limits<T: Scalar>(of request: PictureRequest<T>) -> ClosedRange<Double> {
        let center = request.whitening.outputMean.values[0]
        return (request.range.lowerBound - center)...(request.range.upperBound - center)
    }

    /// The canvas element of each row of a schedule of fronts.
    package func elements(of schedule: Schedule, count: Int) -> [Int32] {
        let across = columns.count
        var elements = Array(repeating: Int32(0), count: schedule.rowCount)
        for picture in 0..<count {
            for row in rows {
                for column in columns {
                    let site = (picture * rows.count + row - rows.lowerBound) * across + column - columns.lowerBound
                    elements[Int(schedule.rowsOfSites[site])] = Int32((picture * height + row) * width + column)
                }
            }
        }
        return elements
    }

    /// What of the canvases is shown, `[B, H, W, 1]`.
    package func shown<T: Scalar>(_ canvases: [T], of request: PictureRequest<T>) throws(MDLSTMError) -> Tensor<T> {
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

/// The random numbers of a pixel: of a picture and its place on the canvas, so that no order changes them.
package struct PixelNoise {
    /// In [0, 1), of component and scale; then a number of the normal distribution.
    package let choice: Double, normal: Double

    package init(seed: UInt64, picture: Int, place: Int) {
        let block = RandomStream(seed: seed, tensor: UInt32(picture), stream: RandomStreams.sampling).block(place)
        func unit(_ word: UInt32) -> Double { Double(word >> 8) * 0x1p-24 }
        choice = unit(block.x)
        // 1 - u is never 0.
        let radius = (-2 * ExactMath.log(1 - unit(block.y))).squareRoot()
        normal = radius * ExactMath.cosine(turns: unit(block.z))
    }
}

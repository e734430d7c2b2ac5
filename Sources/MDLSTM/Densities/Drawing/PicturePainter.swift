/// Pictures on which windows of sites are painted from one network of a density: what a ``PicturePainter`` is made of.
public struct PaintedPictures<Element: Scalar>: Sendable {
    public var density: PlaneDensity<Element>

    /// Pictures side by side, `[B, height, width, channels]`, less ``DensityModel/centers(_:)``; what is drawn need only be finite.
    public var pixels: [Element]

    /// Of one picture, its padding in it.
    public var height: Int, width: Int

    /// Rows above and below, and columns on both sides, that are none of the picture.
    public var padding: (above: Int, beside: Int, below: Int)

    /// The windows of one pass, and the sites of each.
    public var windows: Int, windowHeight: Int, windowWidth: Int

    /// Draws one pixel after the other, not all that wait for none of the others: the same pictures, slowly.
    public var isInRasterOrder = false
    public var seed: UInt64

    /// The least and the largest number of a pixel that is kept, as pictures are read; of luma too, and of chroma half as far
    /// to both sides of 0 as they lie apart.
    public var range: ClosedRange<Double>

    public init(
        _ density: PlaneDensity<Element>, pixels: [Element], height: Int, width: Int,
        padding: (above: Int, beside: Int, below: Int), windows: Int, windowHeight: Int, windowWidth: Int, seed: UInt64,
        range: ClosedRange<Double>
    ) {
        (self.density, self.pixels) = (density, pixels)
        (self.height, self.width, self.padding) = (height, width, padding)
        (self.windows, self.windowHeight, self.windowWidth) = (windows, windowHeight, windowWidth)
        (self.seed, self.range) = (seed, range)
    }

    /// Pixels of one picture, its padding in it.
    package var size: Int { height * width }

    /// Numbers of a pixel, and the first of those that are drawn.
    package var channels: Int { density.model.neighbourhood.channels }
    package var firstOutput: Int { density.model.neighbourhood.outputs[0] }

    package var count: Int { pixels.count / (size * channels) }

    /// The range of every number that is drawn, less its mean.
    package var limits: [ClosedRange<Double>] { density.limits(range) }

    package func schedule() throws(MDLSTMError) -> Schedule {
        try Schedule(
            fronts: windows, height: windowHeight, width: windowWidth, reach: density.model.neighbourhood.rowsAbove,
            inRasterOrder: isInRasterOrder)
    }

    /// The first number of the pixel of each row of a schedule over windows that begin at these pixels.
    package func elements(of schedule: Schedule, corners: [Int]) -> [Int32] {
        var elements = Array(repeating: Int32(0), count: schedule.rowCount)
        var site = 0
        for corner in corners {
            for row in 0..<windowHeight {
                for column in 0..<windowWidth {
                    elements[Int(schedule.rowsOfSites[site])] = Int32((corner + row * width + column) * channels)
                    site += 1
                }
            }
        }
        return elements
    }

    /// From the first number of a pixel to that of another and to one of its channels.
    package func offset(_ row: Int, _ column: Int, _ channel: Int = 0) -> Int {
        (row * width + column) * channels + channel
    }
}

/// One pass over windows: which pixels are drawn, all others being given.
public struct PaintPass: Sendable {
    /// The pixel of the first site of every window, by its place among those of all pictures.
    public var corners: [Int]

    /// Which sites are drawn, `[windows, height, width]`; nil for all, of which no likelihoods come back.
    public var drawn: [Bool]?

    /// Draws other numbers in every pass of another number.
    public var step: UInt32 = 0

    /// Called with the share that is done.
    public var progress: @Sendable (Double) -> Void = { _ in }

    public init(corners: [Int], drawn: [Bool]? = nil, step: UInt32 = 0) {
        (self.corners, self.drawn, self.step) = (corners, drawn, step)
    }
}

/// The sites of a pass, `[windows, height, width]`.
public struct PaintedSites<Element: Scalar>: Sendable {
    /// log p of every pixel given those before it in its window and around it, in nats, without the log-Jacobian of the
    /// whitening; minus infinity for a pixel that was drawn beyond the range, and became its end.
    public let nats: [Element]

    /// The numbers of the pixels as they are after the pass, less the means, with O of each innermost.
    public let pixels: [Element]

    package init(nats: [Element], pixels: [Element]) { (self.nats, self.pixels) = (nats, pixels) }
}

/// Draws pixels of windows of pictures from a density.
///
/// A window's recurrent layers begin with states of zeros at its first row and column; its sites see the pixels around it.
/// Windows of one pass must not see pixels that others draw.
public protocol PicturePainter<Element>: AnyObject {
    associatedtype Element: Scalar

    /// Goes once over the windows.
    ///
    /// - Returns: nil where all sites are drawn
    func paint(_ pass: PaintPass) throws -> PaintedSites<Element>?

    /// Sets numbers of pixels by their places in ``PaintedPictures/pixels``, less the means.
    func set(_ pixels: [Element], at elements: [Int]) throws

    /// All pixels, less the means, `[B, height, width, channels]`.
    func pixels() throws -> [Element]
}

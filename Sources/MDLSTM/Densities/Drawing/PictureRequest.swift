/// Pictures to be drawn from a density.
public struct PictureRequest<Element: Scalar>: Sendable {
    /// One network of gray pictures; luma, then chroma of coloured ones.
    public var planes: [PlaneDensity<Element>]
    public var height: Int, width: Int

    /// Pictures, drawn side by side.
    public var count = 1
    public var seed: UInt64 = 1

    /// The least and the largest number of a pixel that is kept: what is drawn beyond becomes one of them, since what follows would
    /// stray further.
    public var range: ClosedRange<Double>

    /// Draws one pixel after the other, not all that wait for none of the others: the same pictures, slowly.
    public var isInRasterOrder = false

    /// Called with the share that is done.
    public var progress: @Sendable (Double) -> Void = { _ in }

    public init(_ planes: [PlaneDensity<Element>], height: Int, width: Int, range: ClosedRange<Double>) {
        self.planes = planes
        (self.height, self.width, self.range) = (height, width, range)
    }
}

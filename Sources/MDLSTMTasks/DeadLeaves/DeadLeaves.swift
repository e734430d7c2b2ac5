import MDLSTM
public import MDLSTMImages

/// Pictures of dead leaves: opaque gray discs of all sizes that hide one another (Lee, Mumford and Huang 2001, "Occlusion
/// Models for Natural Images").
///
/// The radii have a density proportional to r^-3, under which a picture looks alike at every scale between the least and the
/// largest of them. Centres are uniform over the picture and a margin of the largest radius, gray is uniform in [0, 1). Discs
/// are laid from the top down: a pixel takes the first one that reaches it, until none is free. That is the limit of leaves
/// falling for ever, without a beginning to wait for. What is drawn has twice the height and width and is averaged.
///
/// A picture is a function of all this, the seed and its number: the same bits on every machine.
public struct DeadLeaves: Hashable, Sendable {
    public let height: Int, width: Int

    /// The least and the largest radius in pixels.
    public let radii: ClosedRange<Double>

    public let seed: UInt64

    /// The heights and widths that there are.
    public static let extents = 1...4096

    /// The radii that there are.
    public static let supportedRadii = 1.0...4096

    /// - Precondition: height and width are among ``extents``, the radii among ``supportedRadii``.
    public init(height: Int, width: Int, radii: ClosedRange<Double>, seed: UInt64) {
        precondition(
            Self.extents.contains(height) && Self.extents.contains(width), "a picture of \(height) x \(width) pixels")
        precondition(
            Self.supportedRadii.contains(radii.lowerBound) && Self.supportedRadii.contains(radii.upperBound),
            "leaves of radii \(radii)")
        (self.height, self.width, self.radii, self.seed) = (height, width, radii, seed)
    }

    /// The radii of a picture that states none: from 2 to half of its smaller side.
    public static func defaultRadii(height: Int, width: Int) -> ClosedRange<Double> {
        2...max(2, Double(min(height, width)) / 2)
    }

    /// A gray picture: its value is that of a site's mean in [0, 1) times 256, rounded down.
    ///
    /// - Parameter number: from 0 below 2^32
    public func picture(_ number: Int) -> Image {
        let leaves = LeafSequence(self, number: number)
        var canvas = LeafCanvas(height: 2 * height, width: 2 * width)
        var index = 0
        while canvas.free > 0 {
            canvas.lay(leaves[index])
            index += 1
        }
        return canvas.halved()
    }
}

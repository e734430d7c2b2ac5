import MDLSTM
public import MDLSTMImages

/// Pictures of outlines in noise, some closed and some with a gap, to be labelled pixel by pixel: what is drawn, what it
/// encloses, and everything else.
///
/// Whether a pixel lies inside cannot be seen from its surroundings: it looks like the noise outside, and one gap far away
/// opens the outline. A model has to look from the pixel in every direction.
///
/// Pictures differ in size, 28 to 48 pixels high and wide, in the gray of ground and pen, in light and noise. A picture is a
/// function of the seed and its number alone: the same bits on every machine.
public struct OutlineTask: Hashable, Sendable {
    /// The names of the labels, by number.
    public static let classes = ["outside", "outline", "inside"]

    /// The least and the largest extent of a picture.
    public static let extents = 28...48

    public let seed: UInt64

    public init(seed: UInt64) { self.seed = seed }

    /// A picture and the label of each of its pixels.
    public struct Picture: Sendable, Equatable {
        /// Gray.
        public let image: Image

        /// Numbers of classes, in the colours of ``LabelColors``.
        public let labels: IndexedImage
    }

    /// - Parameter number: from 0 below 2^32
    public func picture(_ number: Int) -> Picture {
        var draws = Draws(
            RandomStream(seed: seed, tensor: UInt32(number), step: 0, stream: RandomStreams.data))
        let least = Self.extents.lowerBound, count = Self.extents.count
        let (height, width) = (least + draws.index(below: count), least + draws.index(below: count))
        let canvas = OutlineCanvas(height: height, width: width, curves: Self.curves(height, width, &draws))
        let ground = draws.uniform(in: 0.35..<0.65)
        // Darker or lighter than the ground, by what the noise leaves to be seen.
        let contrast = draws.uniform(in: 0.25..<0.4) * (draws.uniform() < 0.5 ? -1 : 1)
        let (slopeY, slopeX) = (draws.uniform(in: -0.1..<0.1), draws.uniform(in: -0.1..<0.1))
        let deviation = draws.uniform(in: 0.05..<0.1)
        let noise = RandomStream(seed: seed, tensor: UInt32(number), step: 1, stream: RandomStreams.data)
        let pixels = canvas.coverage.enumerated().map { site, coverage in
            let light =
                slopeY * (2 * Double(site / width) / Double(height) - 1)
                + slopeX * (2 * Double(site % width) / Double(width) - 1)
            let level = ground + light + contrast * coverage + deviation * noise.normal(site)
            return UInt8(min(max(level * 255, 0), 255).rounded())
        }
        return Picture(
            image: Image(width: width, height: height, channels: 1, pixels: pixels),
            labels: IndexedImage(
                width: width, height: height, indices: canvas.labels,
                palette: Self.classes.indices.map(LabelColors.color)))
    }

    /// Curves that do not touch each other or the border; at least one.
    private static func curves(_ height: Int, _ width: Int, _ draws: inout Draws) -> [OutlineCurve] {
        var curves: [OutlineCurve] = []
        let wanted = 2 + draws.index(below: 4)
        let most = Double(min(height, width)) / 2 - 2.5
        // Places are tried until curves fit, the first anywhere: it has room, and there is no other.
        for attempt in 0..<40 where curves.count < wanted {
            let radius = draws.uniform(in: attempt == 0 ? (0.75 * most)..<most : 6..<10)
            let center = SIMD2(
                draws.uniform(in: (radius + 2)..<(Double(width) - radius - 2)),
                draws.uniform(in: (radius + 2)..<(Double(height) - radius - 2)))
            let curve = OutlineCurve(center: center, radius: radius, hasGap: draws.uniform() < 0.35, &draws)
            if curves.allSatisfy({ !$0.isNear(curve) }) { curves.append(curve) }
        }
        return curves
    }
}

/// Random numbers in turn.
struct Draws {
    private let stream: RandomStream
    private var element = 0

    init(_ stream: RandomStream) { self.stream = stream }

    private mutating func next() -> Int {
        defer { element += 1 }
        return element
    }

    /// In [0, 1).
    mutating func uniform() -> Double { stream.uniform(next()) }

    mutating func uniform(in range: Range<Double>) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
    }

    mutating func index(below bound: Int) -> Int { stream.index(below: bound, element: next()) }
}

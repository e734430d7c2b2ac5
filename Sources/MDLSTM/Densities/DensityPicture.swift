/// A picture that a density is learnt from or judged by: gray, or red, green and blue.
public struct DensityPicture: Sendable {
    /// Relative to the data.
    public let name: String
    public let height: Int, width: Int

    /// Numbers of a pixel: 1 of gray, or 3.
    public let channels: Int
    private let pixels: Pixels

    private enum Pixels: Sendable {
        /// Whole numbers from 0, to which noise is added.
        case levels([UInt16])
        /// Numbers that are a sample of a density already.
        case numbers([Double])
    }

    /// A picture of numbers that no noise is added to, `[height, width, channels]`.
    public init(name: String, height: Int, width: Int, channels: Int = 1, numbers: [Double]) {
        (self.name, self.height, self.width, self.channels) = (name, height, width, channels)
        pixels = .numbers(numbers)
    }

    /// A picture of whole numbers, `[height, width, channels]`.
    public init(name: String, height: Int, width: Int, channels: Int = 1, levels: [UInt16]) {
        (self.name, self.height, self.width, self.channels) = (name, height, width, channels)
        pixels = .levels(levels)
    }

    /// Pixels of the picture.
    public var count: Int { height * width }

    /// A number of a pixel, by its place in `[height, width, channels]`, without noise.
    public subscript(place: Int) -> Double {
        switch pixels {
        case .levels(let levels): Double(levels[place])
        case .numbers(let numbers): numbers[place]
        }
    }

    /// The least and the largest number of some pictures, noise added; nil where they are the same.
    public static func range(of pictures: [DensityPicture]) -> ClosedRange<Double>? {
        var (least, largest) = (Double.infinity, -Double.infinity)
        for picture in pictures {
            for place in 0..<(picture.count * picture.channels) {
                least = min(least, picture[place])
                largest = max(largest, picture[place] + (picture.hasLevels ? 1 : 0))
            }
        }
        return least < largest ? least...largest : nil
    }

    /// Whether noise in [0, 1) has to be added for a density.
    public var hasLevels: Bool { if case .levels = pixels { true } else { false } }

    /// What densities are of, with the noise of a seed, the same wherever the picture is among others: gray
    /// `[height, width, 1]`, or luma and chromas `[height, width, 3]`.
    public func noisy(seed: UInt64) -> Tensor<Double> {
        var hash: UInt32 = 0x811c_9dc5
        for byte in (name.split(separator: "/").last ?? "").utf8 { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        let noise = RandomStream(seed: seed, tensor: hash, stream: RandomStreams.dequantization)
        var values: [Double] = []
        values.reserveCapacity(count * channels)
        for place in 0..<count {
            let planes = planes(at: place) { noise.uniform(place * channels + $0) }
            for channel in 0..<channels { values.append(planes[channel]) }
        }
        return Tensor(shape: [height, width, channels], values: values)
    }

    /// Gray in the first place, or luma and chromas, of the pixel with that number.
    ///
    /// - Parameter noise: what is added to a whole number, by channel
    @inline(__always)
    package func planes(at place: Int, noise: (Int) -> Double) -> SIMD3<Double> {
        var pixel = SIMD3<Double>()
        for channel in 0..<channels {
            pixel[channel] = self[place * channels + channel] + (hasLevels ? noise(channel) : 0)
        }
        return channels == 1 ? pixel : ColorTransform.ycc(pixel)
    }
}

/// Pictures as samples of a data set that have no target, without noise.
public struct DensitySamples<Element: Scalar>: DataSet {
    public let pictures: [DensityPicture]

    public init(_ pictures: [DensityPicture]) { self.pictures = pictures }

    public var count: Int { pictures.count }
    public func name(of index: Int) -> String { pictures[index].name }
    public func extents(of index: Int) -> [Int] { [pictures[index].height, pictures[index].width] }
    public func sample(at index: Int) -> Sample<Element> {
        let picture = pictures[index]
        let values = (0..<(picture.count * picture.channels)).map { Element(picture[$0]) }
        return Sample(input: Tensor(shape: extents(of: index) + [picture.channels], values: values), target: .none)
    }
}

/// A gray picture that a density is learnt from or judged by.
public struct DensityPicture: Sendable {
    /// Relative to the data.
    public let name: String
    public let height: Int, width: Int
    private let pixels: Pixels

    private enum Pixels: Sendable {
        /// Whole numbers from 0, to which noise is added.
        case levels([UInt16])
        /// Numbers that are a sample of a density already.
        case numbers([Double])
    }

    /// A picture of numbers that no noise is added to, `[height, width]`.
    public init(name: String, height: Int, width: Int, numbers: [Double]) {
        (self.name, self.height, self.width, pixels) = (name, height, width, .numbers(numbers))
    }

    /// A picture of whole numbers, `[height, width]`.
    public init(name: String, height: Int, width: Int, levels: [UInt16]) {
        (self.name, self.height, self.width, pixels) = (name, height, width, .levels(levels))
    }

    /// Pixels of the picture.
    public var count: Int { height * width }

    /// A pixel, without noise.
    public subscript(place: Int) -> Double {
        switch pixels {
        case .levels(let levels): Double(levels[place])
        case .numbers(let numbers): numbers[place]
        }
    }

    /// The least and the largest pixel of some pictures, noise added; nil where they are the same.
    public static func range(of pictures: [DensityPicture]) -> ClosedRange<Double>? {
        var (least, largest) = (Double.infinity, -Double.infinity)
        for picture in pictures {
            for place in 0..<picture.count {
                least = min(least, picture[place])
                largest = max(largest, picture[place] + (picture.hasLevels ? 1 : 0))
            }
        }
        return least < largest ? least...largest : nil
    }

    /// Whether noise in [0, 1) has to be added for a density.
    public var hasLevels: Bool { if case .levels = pixels { true } else { false } }

    /// The picture with the noise of a seed, the same wherever it is among others, `[height, width, 1]`.
    public func noisy(seed: UInt64) -> Tensor<Double> {
        let shape = [height, width, 1]
        switch pixels {
        case .numbers(let numbers): return Tensor(shape: shape, values: numbers)
        case .levels(let levels):
            var hash: UInt32 = 0x811c_9dc5
            for byte in (name.split(separator: "/").last ?? "").utf8 { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
            let noise = RandomStream(seed: seed, tensor: hash, stream: RandomStreams.dequantization)
            return Tensor(shape: shape, values: levels.enumerated().map { Double($1) + noise.uniform($0) })
        }
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
        let values = (0..<picture.count).map { Element(picture[$0]) }
        return Sample(input: Tensor(shape: extents(of: index) + [1], values: values), target: .none)
    }
}

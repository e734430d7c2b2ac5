public import MDLSTM

/// An 8-bit sRGB image to be drawn or written, grey or colour; what a file holds is an ``ImageFile``.
public struct Image: Sendable, Equatable {
    public let width: Int
    public let height: Int

    /// 1 for grey, 3 for red, green, blue.
    public let channels: Int

    /// Samples by row, column and channel; `pixels.count` is height x width x channels.
    public var pixels: [UInt8]

    /// An image of at least one pixel.
    ///
    /// - Precondition: `channels` is 1 or 3, and `pixels.count` is height x width x channels.
    public init(width: Int, height: Int, channels: Int, pixels: [UInt8]) {
        precondition(width > 0 && height > 0, "an image of \(width) x \(height) pixels")
        precondition(channels == 1 || channels == 3, "an image of \(channels) channels")
        precondition(pixels.count == width * height * channels, "\(pixels.count) samples do not fill the image")
        self.width = width
        self.height = height
        self.channels = channels
        self.pixels = pixels
    }

    /// The samples at a pixel: one for grey, three for colour.
    public subscript(x: Int, y: Int) -> ArraySlice<UInt8> {
        precondition((0..<width).contains(x) && (0..<height).contains(y), "(\(x), \(y)) is outside the image")
        let start = (y * width + x) * channels
        return pixels[start..<start + channels]
    }

    /// The image with every pixel a square of `factor` x `factor`.
    ///
    /// - Precondition: `factor` is at least 1.
    public func enlarged(by factor: Int) -> Image {
        precondition(factor >= 1, "a factor of \(factor)")
        var result: [UInt8] = []
        result.reserveCapacity(pixels.count * factor * factor)
        for y in 0..<height * factor {
            for x in 0..<width * factor { result += self[x / factor, y / factor] }
        }
        return Image(width: width * factor, height: height * factor, channels: channels, pixels: result)
    }
}

extension Image {
    /// An image of a tensor: `[height, width]` or `[height, width, 1]` is grey, `[height, width, 3]` is colour.
    ///
    /// `scaling` is the range of values from black to white; values outside become black or white, NaN black.
    ///
    /// - Precondition: the tensor has one of these shapes, no extent is 0, and `scaling` is not a single value.
    @_specialize(where T == Float)
    @_specialize(where T == Double)
    public init<T: Scalar>(_ tensor: Tensor<T>, scaling: ClosedRange<T> = 0...1) {
        let shape = tensor.shape
        precondition(shape.count == 2 || shape.count == 3, "a tensor of shape \(shape) is no image")
        precondition(scaling.lowerBound < scaling.upperBound, "the range \(scaling) has no width")
        let factor = 255 / (scaling.upperBound - scaling.lowerBound)
        let pixels = tensor.values.map { value -> UInt8 in
            let level = (value - scaling.lowerBound) * factor
            return level > 0 ? UInt8(min(level, 255).rounded()) : 0
        }
        self.init(width: shape[1], height: shape[0], channels: shape.count == 3 ? shape[2] : 1, pixels: pixels)
    }
}

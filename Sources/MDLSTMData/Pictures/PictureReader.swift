public import MDLSTM
public import MDLSTMImages

/// Reads pictures as so many channels, whatever they have.
///
/// Gray is repeated for RGB; RGB becomes gray as 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601); an alpha that is asked for and
/// missing is 1, one that is not asked for is left out.
public struct PictureReader: Sendable {
    /// 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA.
    public let channels: Int

    /// - Precondition: `channels` is 1 to 4.
    public init(channels: Int) {
        precondition((1...4).contains(channels), "pictures of \(channels) channels")
        self.channels = channels
    }

    /// Reads a picture as `[height, width, channels]`, stored samples over the largest of their bits.
    ///
    /// - Throws: the errors of `ImageFile(contentsOf:)`.
    public func input<T: Scalar>(_ path: String, as type: T.Type = T.self) throws(MDLSTMError) -> Tensor<T> {
        try input(ImageFile(contentsOf: path))
    }

    /// A picture as `[height, width, channels]`.
    ///
    /// - Throws: the errors of `ImageFile.tensor(_:leavesOutAlpha:)`.
    @_specialize(where T == Float)
    @_specialize(where T == Double)
    public func input<T: Scalar>(_ file: ImageFile, as type: T.Type = T.self) throws(MDLSTMError) -> Tensor<T> {
        let wantsAlpha = channels % 2 == 0
        let picture = try file.tensor(T.self, leavesOutAlpha: !wantsAlpha)
        let shape = [file.height, file.width, channels]
        let found = picture.shape[3]
        if found == channels { return Tensor(shape: shape, values: picture.values) }
        let (hasColours, hasAlpha) = (found >= 3, found % 2 == 0)
        let weights: [T] = [0.299, 0.587, 0.114]
        var values: [T] = []
        values.reserveCapacity(file.height * file.width * channels)
        for first in stride(from: 0, to: picture.count, by: found) {
            let pixel = picture.values[first..<(first + found)]
            if channels >= 3 {
                for channel in 0..<3 { values.append(pixel[first + (hasColours ? channel : 0)]) }
            } else {
                values.append(
                    hasColours
                        ? weights[0] * pixel[first] + weights[1] * pixel[first + 1] + weights[2] * pixel[first + 2]
                        : pixel[first])
            }
            if wantsAlpha { values.append(hasAlpha ? pixel[first + found - 1] : 1) }
        }
        return Tensor(shape: shape, values: values)
    }

    /// What pictures of so many channels are called.
    static func name(of channels: Int) -> String { ["gray", "gray and alpha", "RGB", "RGBA"][channels - 1] }
}

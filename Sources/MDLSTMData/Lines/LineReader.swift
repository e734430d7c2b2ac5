public import MDLSTM
public import MDLSTMImages

/// Reads pictures of lines as a network takes them: ink, 0 for white to 1 for black.
///
/// Colours become gray as ``PictureReader`` has them; alpha is left out.
public struct LineReader: Sendable {
    private let reader = PictureReader(channels: 1)

    public init() {}

    /// Reads a picture as `[height, width, 1]`: (255 - gray) / 255, of other depths by their largest sample.
    ///
    /// - Throws: the errors of `ImageFile(contentsOf:)`.
    public func input<T: Scalar>(_ path: String, as type: T.Type = T.self) throws(MDLSTMError) -> Tensor<T> {
        try input(ImageFile(contentsOf: path))
    }

    /// A picture as `[height, width, 1]`.
    ///
    /// - Throws: the errors of `ImageFile.tensor(_:leavesOutAlpha:)`.
    @_specialize(where T == Float)
    @_specialize(where T == Double)
    public func input<T: Scalar>(_ file: ImageFile, as type: T.Type = T.self) throws(MDLSTMError) -> Tensor<T> {
        let gray = try reader.input(file, as: T.self)
        return Tensor(shape: gray.shape, values: gray.values.map { 1 - $0 })
    }

    /// A line that was cut out of a page.
    @_specialize(where T == Float)
    @_specialize(where T == Double)
    func input<T: Scalar>(_ line: CutLine, as type: T.Type = T.self) -> Tensor<T> {
        let ink = (0...255).map { T(255 - $0) / 255 }
        return Tensor(shape: [line.rows, line.columns, 1], values: line.levels.map { ink[Int($0)] })
    }
}

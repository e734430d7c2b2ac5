public import MDLSTM
import MDLSTMImages

/// Which pixels of a picture are marked: those with a colour, or a number of a palette, above 0; alpha is left out.
public struct PictureMask: Sendable {
    public let height: Int, width: Int

    /// `[height, width]`
    public let isMarked: [Bool]

    /// Reads a PNG, or an array `[H, W]` of a .npy file.
    ///
    /// - Throws: `MDLSTMError` of kind `data` for other files, of which a JPEG changes what is 0.
    public init(contentsOf path: String) throws(MDLSTMError) {
        if path.lowercased().hasSuffix(".npy") {
            let array = try NumpyArray(contentsOf: path)
            var shape = array.shape
            if shape.count == 3, shape[2] == 1 { shape.removeLast() }
            guard shape.count == 2 else {
                throw MDLSTMError(.data, "\(path): expected a mask [H, W], found the shape \(array.shape)")
            }
            let values: Tensor<Double> = try array.tensor()
            (height, width, isMarked) = (shape[0], shape[1], values.values.map { $0 != 0 })
            return
        }
        let file = try ImageFile(contentsOf: path)
        guard file.format == .png else {
            throw MDLSTMError(
                .data,
                "\(path): expected a PNG, found \(file.format.rawValue), which changes what is 0; write the mask as PNG"
            )
        }
        let stored = file.storedChannels
        let colours = stored == 2 || stored == 4 ? stored - 1 : stored
        func marked<S: BinaryInteger>(_ samples: [S]) -> [Bool] {
            (0..<(file.height * file.width)).map { pixel in
                samples[(pixel * stored)..<(pixel * stored + colours)].contains { $0 != 0 }
            }
        }
        let isMarked =
            switch file.samples {
            case .bytes(let samples): marked(samples)
            case .words(let samples): marked(samples)
            }
        (height, width, self.isMarked) = (file.height, file.width, isMarked)
    }
}

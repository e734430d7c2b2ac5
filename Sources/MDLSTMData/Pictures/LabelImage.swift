import MDLSTM
import MDLSTMImages

/// A picture whose stored samples, or numbers of colours of a palette, are the labels of its pixels.
struct LabelImage {
    /// `[height, width]`
    let labels: Tensor<Int32>

    /// - Parameters:
    ///   - file: its picture
    ///   - path: for messages
    /// - Throws: `MDLSTMError` of kind `data` for a picture of more than one sample a pixel, and for a JPEG.
    init(_ file: ImageFile, path: String) throws(MDLSTMError) {
        guard file.format == .png else {
            throw MDLSTMError(
                .data,
                "\(path): expected a PNG, found \(file.format.rawValue), which changes labels; write the labels as PNG")
        }
        guard file.storedChannels == 1 else {
            throw MDLSTMError(
                .data,
                "\(path): expected one label for each pixel, found \(PictureReader.name(of: file.channels)); write the numbers of "
                    + "the classes as gray, or as the colours of a palette")
        }
        let labels =
            switch file.samples {
            case .bytes(let samples): samples.map { Int32($0) }
            case .words(let samples): samples.map { Int32($0) }
            }
        self.labels = Tensor(shape: [file.height, file.width], values: labels)
    }
}

import MDLSTM
import MDLSTMImages

/// A picture whose stored samples, or numbers of colours of a palette, are the labels of its pixels.
struct LabelImage {
    /// `[height, width]`
    let labels: Tensor<Int32>

    /// - Throws: `MDLSTMError` naming the file: what it is, what was expected.
    init(contentsOf path: String) throws(MDLSTMError) {
        let bytes = try readFile(path)
        if PictureFormat(bytes) == .jpeg {
            throw MDLSTMError(
                .data, "\(path): expected a PNG, found a JPEG; a JPEG changes labels: write the labels as PNG")
        }
        let file = try ImageFile(decoding: bytes, name: path)
        guard file.storedChannels == 1 else {
            throw MDLSTMError(
                .data,
                "\(path): expected one label for each pixel, found \(PictureReader.name(of: file.channels)); write the numbers "
                    + "of the classes as gray, or as the colours of a palette")
        }
        let labels =
            switch file.samples {
            case .bytes(let samples): samples.map { Int32($0) }
            case .words(let samples): samples.map { Int32($0) }
            }
        self.labels = Tensor(shape: [file.height, file.width], values: labels)
    }
}

import MDLSTM
import MDLSTMImages

/// What was seen of a picture and its target.
struct PictureCheck: Sendable {
    /// Nil where it cannot be read.
    var header: ImageHeader?
    var sample = SampleCheck()

    /// Looks at a picture and its mask.
    ///
    /// - Parameter decodes: whether the picture is read whole, not its header alone
    init(_ entry: PictureEntry, decodes: Bool) {
        let image = entry.image
        do {
            let header = try ImageHeader(contentsOf: image.path)
            if decodes { try Self.decode(image.path) }
            self.header = header
        } catch {
            sample.faults.append(DataFault(error, path: image.path, name: image.name))
        }
        guard case .mask(let mask) = entry.target else { return }
        do {
            let labels = try LabelImage(ImageFile(contentsOf: mask.path), path: mask.path).labels
            if let header, labels.shape != [header.height, header.width] {
                let expected = sizeText([header.height, header.width])
                sample.faults.append(
                    DataFault(
                        mask.name, found: sizeText(labels.shape), expected: expected,
                        but: "\(image.name) is \(expected)",
                        advice: "write a mask with a label for each pixel"))
            }
            sample.labels = LabelCount.all(in: labels.values.lazy.map(Int.init))
        } catch {
            sample.faults.append(DataFault(error, path: mask.path, name: mask.name))
        }
    }

    /// Also makes the numbers, as a sample does: a colour may be none of the palette's.
    static func decode(_ path: String) throws(MDLSTMError) {
        let file = try ImageFile(contentsOf: path)
        if file.palette != nil { _ = try file.tensor(Float.self) }
    }
}

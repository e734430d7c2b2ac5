import MDLSTM
import MDLSTMImages

/// A picture and what is to be learnt from it.
struct PictureEntry: Sendable {
    enum Target: Sendable {
        case className(String)
        case mask(DataFile)
        case numbers([Double])
    }

    let image: DataFile
    var target: Target
}

/// Pictures with a class, a mask or numbers each.
struct PictureSamples: SampleSource {
    let entries: [PictureEntry]

    /// `[count][2]`
    let extents: [[Int]]
    let reader: PictureReader

    /// The number of each class by its name.
    let classes: [String: Int]
    private let cache = PictureCache()

    var count: Int { entries.count }
    func name(of index: Int) -> String { entries[index].image.name }
    func extents(of index: Int) -> [Int] { extents[index] }

    func sample<T: Scalar>(at index: Int, as type: T.Type) throws -> Sample<T> {
        let image = entries[index].image
        let input = try reader.input(cache.file(image.path), as: T.self)
        try requireSize(Array(input.shape.dropLast()), image.path, index)
        switch entries[index].target {
        case .className(let name):
            return Sample(input: input, target: .labels(Tensor(shape: [], values: [Int32(classes[name] ?? -1)])))
        case .mask(let mask):
            let labels = try LabelImage(cache.file(mask.path), path: mask.path).labels
            try requireSize(labels.shape, mask.path, index)
            return Sample(input: input, target: .labels(labels))
        case .numbers(let numbers):
            let values = Tensor(shape: [numbers.count], values: numbers.map { T($0) })
            return Sample(input: input, target: .values(values))
        }
    }

    func place(ofLabel site: Int, sample: Int) -> (file: String, place: String) {
        guard case .mask(let mask) = entries[sample].target else { return (name(of: sample), "") }
        let columns = max(1, extents[sample][1])
        return (mask.name, "row \(site / columns), column \(site % columns)")
    }

    private func requireSize(_ found: [Int], _ path: String, _ index: Int) throws(MDLSTMError) {
        guard found != extents[index] else { return }
        throw MDLSTMError(
            .data,
            "\(path): expected \(sizeText(extents[index])), found \(sizeText(found)); the file has changed since it was "
                + "checked, begin again")
    }
}

/// Extents as messages have them: `48 x 37`.
func sizeText(_ extents: [Int]) -> String { extents.map(String.init).joined(separator: " x ") }

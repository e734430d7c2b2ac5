import MDLSTM
import MDLSTMImages

/// Pictures of lines, each with the classes of its text's characters.
struct LineSamples: SampleSource {
    let entries: [LineEntry]

    /// `[count][2]`
    let extents: [[Int]]

    /// Of each text the classes of its characters.
    let classes: [[Int32]]
    let lines: CutLines
    private let reader = LineReader()
    private let cache = PictureCache()

    var count: Int { entries.count }
    func name(of index: Int) -> String { entries[index].name }
    func extents(of index: Int) -> [Int] { extents[index] }

    func sample<T: Scalar>(at index: Int, as type: T.Type) throws -> Sample<T> {
        let entry = entries[index]
        let input: Tensor<T>
        switch entry.picture {
        case .file(let file): input = try reader.input(cache.file(file.path))
        case .region(let page, _): input = reader.input(try lines.line(index, of: page.path))
        }
        guard Array(input.shape.dropLast()) == extents[index] else {
            throw MDLSTMError(
                .data,
                "\(entry.file.path): expected \(sizeText(extents[index])), found \(sizeText(Array(input.shape.dropLast()))); the file has "
                    + "changed since it was checked, begin again")
        }
        return Sample(input: input, target: try target(at: index, as: T.self))
    }

    func target<T: Scalar>(at index: Int, as type: T.Type) throws -> TrainingTarget<T> {
        let labels = classes[index]
        return .labels(Tensor(shape: [labels.count], values: labels))
    }

    /// A line has no sites with labels.
    func place(ofLabel site: Int, sample: Int) -> (file: String, place: String) { (name(of: sample), "") }
}

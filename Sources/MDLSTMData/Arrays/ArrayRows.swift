import MDLSTM
import MDLSTMArchives

/// An array, read row by row of its first axis.
struct ArrayRows: Sendable {
    /// The file that it is in, for messages.
    let file: String

    /// What it is called: `x`.
    let key: String
    let shape: [Int]
    let type: ElementType
    private let storage: Storage

    private enum Storage: Sendable {
        case file(NumpyElements)
        /// The elements in order.
        case memory(TensorFile.Entry)
    }

    /// Opens a .npy file; read part by part where its elements lie in order.
    init(contentsOf file: DataFile) throws(MDLSTMError) {
        (self.file, key) = (file.name, file.stem)
        let open = try InputFile(file.path)
        if let elements = try NumpyElements(open) {
            (shape, type, storage) = (elements.shape, elements.type, .file(elements))
        } else {
            let entry = try NumpyArray(parsing: open.bytes(), name: file.path).entry
            (shape, type, storage) = (entry.shape, entry.type, .memory(entry))
        }
    }

    /// An array of an archive.
    init(_ array: NumpyArray, file: String, key: String) {
        let entry = array.entry
        (self.file, self.key, shape, type, storage) = (file, key, entry.shape, entry.type, .memory(entry))
    }

    /// The file and what it is called there, for messages.
    var name: String { file.hasSuffix(".npz") ? "\(file), \(key)" : file }

    /// Number of rows.
    var count: Int { shape.first ?? 0 }

    /// The shape of a row.
    var rowShape: [Int] { Array(shape.dropFirst()) }

    /// A row as a tensor of ``rowShape``.
    func row<T: Scalar>(_ index: Int, as _: T.Type = T.self) throws -> Tensor<T> {
        let size = rowShape.reduce(1, *)
        let range = (index * size)..<((index + 1) * size)
        switch storage {
        case .file(let elements): return Tensor(shape: rowShape, values: try elements.values(range))
        case .memory(let entry):
            let first = entry.bytes.startIndex
            let bytes = entry.bytes[(first + range.lowerBound * type.size)..<(first + range.upperBound * type.size)]
            return Tensor(shape: rowShape, values: type.decode(bytes, as: T.self))
        }
    }
}

extension Tensor {
    /// The first sites along every axis of `[E1, .., EN, ..]`.
    func first(_ extents: [Int]) -> Tensor {
        guard extents != Array(shape.prefix(extents.count)) else { return self }
        let rest = Array(shape.dropFirst(extents.count))
        // Runs of the last of these axes lie together.
        let width = rest.reduce(1, *)
        let run = (extents.last ?? 1) * width
        var taken: [Element] = []
        taken.reserveCapacity(extents.reduce(width, *))
        forEachCoordinate(in: Array(extents.dropLast())) { coordinate in
            var place = 0
            for (axis, step) in coordinate.enumerated() { place = place * shape[axis] + step }
            let start = place * (extents.isEmpty ? 1 : shape[extents.count - 1]) * width
            taken += values[start..<(start + run)]
        }
        return Tensor(shape: extents + rest, values: taken)
    }
}

package import MDLSTM

/// Named arrays in NumPy's .npz format, as `numpy.savez` and `numpy.savez_compressed` write it: a zip archive of .npy
/// files.
package struct NumpyArchive: Sendable {
    /// Names of the arrays, in the order of the archive.
    package private(set) var names: [String] = []

    private var arrays: [String: NumpyArray] = [:]
    private let name: String

    /// Whether a file is a zip archive, by its first bytes.
    package static func isArchive(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: [0x50, 0x4B, 3, 4]) || bytes.starts(with: [0x50, 0x4B, 5, 6])
    }

    /// Parses the bytes of a file; `name` is for messages.
    ///
    /// Members that are no arrays, such as macOS leaves, are passed over.
    ///
    /// Throws `.data` when they are not well-formed, and for archives that have members but no array.
    package init(parsing bytes: [UInt8], name: String) throws(MDLSTMError) {
        self.name = name
        let archive = try ZipArchive(bytes, name: name) { all throws(MDLSTMError) in try Self.arrays(among: all, name) }
        for (index, member) in archive.members.enumerated() {
            let key = String(member.name.dropLast(4))
            guard arrays[key] == nil else {
                throw ZipDirectory.failure(name, "one member of each name", found: "'\(member.name)' twice")
            }
            arrays[key] = try Self.array(archive, index, file: name)
            names.append(key)
        }
    }

    /// The members that are arrays.
    private static func arrays(among all: [ZipMember], _ name: String) throws(MDLSTMError) -> [ZipMember] {
        let members = all.filter(\.isArray)
        // No tensor of a safetensors file is called so.
        let wrong = members.isEmpty ? all.first : members.first { $0.name == "__metadata__.npy" }
        guard let wrong else { return members }
        throw MDLSTMError(
            .data,
            "\(name): expected arrays, .npy members as numpy.savez writes, found '\(wrong.name)'; save the arrays again "
                + "with numpy.savez")
    }

    /// One array; inflated only where its header has the size that the directory has.
    private static func array(_ archive: ZipArchive, _ index: Int, file: String) throws(MDLSTMError) -> NumpyArray {
        let member = archive.members[index]
        let name = "\(file), '\(member.name)'"
        let size = try NumpyArray.fileSize(
            startingWith: archive.prefix(of: index, count: NumpyArray.longestHeader), name: name)
        guard size == member.size else {
            throw ZipDirectory.failure(
                file, "'\(member.name)' of \(counted(size, "byte")) by its header",
                found: "\(member.size) in the directory")
        }
        return try NumpyArray(parsing: Array(archive.contents(of: index)), name: name)
    }

    /// The array called `name`, or nil when there is none.
    package subscript(name: String) -> NumpyArray? { arrays[name] }

    /// The arrays as tensors, in order, each in its own type.
    package var tensors: TensorFile {
        var file = TensorFile(name: name)
        for name in names { file.append(name, arrays[name]!.entry) }
        return file
    }
}

extension ZipMember {
    /// Whether it is an array by its name: no file that an operating system puts beside one (`.DS_Store`, `._w.npy`).
    fileprivate var isArray: Bool {
        let file = name.split(separator: "/").last ?? ""
        return name.hasSuffix(".npy") && !file.hasPrefix("._") && !name.hasPrefix("__MACOSX/")
    }
}

package import MDLSTM

/// A file of `torch.save` as it has been since PyTorch 1.6: a zip archive of a pickle and of the storages it names.
///
///     NAME/data.pkl     what was saved; tensors are views of storages
///     NAME/data/KEY     the elements of a storage
///     NAME/byteorder    little or big; little where absent
///
/// Source: PyTorch's torch/serialization.py and torch/_utils.py.
package struct PyTorchFile {
    private let name: String
    private let archive: ZipArchive
    private let members: [String: Int]

    /// The folder of the archive, with its slash.
    private let folder: String
    private let isBigEndian: Bool
    private let pickle: Pickle
    private let stateDict: [(name: String, tensor: Int)]

    /// Parses the bytes of a file and finds the state dict in it; `name` is for messages.
    ///
    /// Throws `.data` when they are not well-formed, name what no state dict needs, or hold no or several state dicts.
    ///
    /// - Parameter key: where the state dict is, keys with dots between them; found by looking where nil
    package init(parsing bytes: [UInt8], key: String? = nil, name: String) throws(MDLSTMError) {
        self.name = name
        archive = try ZipArchive(bytes, name: name) { all throws(MDLSTMError) in
            all.filter { !$0.name.hasPrefix("__MACOSX/") && !$0.name.hasSuffix("/") }
        }
        var members: [String: Int] = [:]
        for (index, member) in archive.members.enumerated() {
            guard members.updateValue(index, forKey: member.name) == nil else {
                throw ZipDirectory.failure(name, "one member of each name", found: "'\(member.name)' twice")
            }
        }
        self.members = members
        let pickles = archive.members.enumerated().filter { $1.name.hasSuffix("/data.pkl") }
        guard pickles.count == 1, let (index, member) = pickles.first else {
            throw ZipDirectory.failure(name, "one data.pkl, as torch.save writes", found: "\(pickles.count)")
        }
        folder = String(member.name.dropLast("data.pkl".count))
        guard member.size <= Pickle.mostBytes else {
            throw ZipDirectory.failure(
                name, "'\(member.name)' of at most \(Pickle.mostBytes) bytes", found: "\(member.size)")
        }
        isBigEndian = try Self.isBigEndian(archive, members[folder + "byteorder"], name: name)
        pickle = try PickleReader.read(
            Array(archive.contents(of: index, zeroIsNoChecksum: true)), name: "\(name), '\(member.name)'")
        stateDict = try StateDictSearch(pickle, file: name).stateDict(key)
    }

    private static func isBigEndian(
        _ archive: ZipArchive, _ member: Int?, name: String
    ) throws(MDLSTMError) -> Bool {
        guard let member else { return false }
        let order = archive.prefix(of: member, count: 7)
        guard order == Array("little".utf8) || order == Array("big".utf8) else {
            throw ZipDirectory.failure(
                name, "byteorder little or big", found: "'\(String(decoding: order, as: UTF8.self))'")
        }
        return order[0] == UInt8(ascii: "b")
    }

    /// The names of the state dict's tensors.
    package var names: [String] { stateDict.map(\.name) }

    /// The tensors whose names are chosen, in the order of the state dict, each in its own type.
    ///
    /// Throws `.data` when a storage has not the bytes it should have, a view lies outside of its storage, or the type is
    /// none that is read.
    package func tensors(
        where isChosen: (String) -> Bool = { _ in true }
    ) throws(MDLSTMError) -> TensorFile {
        var file = TensorFile(name: name)
        var contents: [Int: ArraySlice<UInt8>] = [:]
        var total = 0
        // Views may share a storage, many of them a large one.
        let most = max(1 << 26, 4 * archive.members.reduce(0) { $0 + $1.size })
        for (name, index) in stateDict where isChosen(name) {
            let tensor = pickle.tensors[index]
            let view = try view(tensor, name)
            guard view.byteCount <= most - total else {
                throw MDLSTMError(
                    .data,
                    "\(self.name): its tensors share storages and have more than four times the bytes of the file; "
                        + "choose some with --prefix")
            }
            total += view.byteCount
            let member = try member(of: pickle.storages[tensor.storage], name)
            var bytes = contents[member]
            if bytes == nil {
                bytes = try archive.contents(of: member, zeroIsNoChecksum: true)
                contents[member] = bytes
            }
            let elements = view.elements(of: bytes!)
            file.append(
                name,
                TensorFile.Entry(
                    type: view.type, shape: view.shape, bytes: isBigEndian ? view.type.swapped(elements) : elements))
        }
        return file
    }

    /// The checked view that a tensor is.
    private func view(_ tensor: PickleTensor, _ tensorName: String) throws(MDLSTMError) -> StridedView {
        func failure(_ expected: String, _ found: String, _ advice: String) -> MDLSTMError {
            MDLSTMError(.data, "\(name): expected tensor '\(tensorName)' \(expected), found \(found); \(advice)")
        }
        guard let type = tensor.type.element else {
            throw failure(
                "of a type that is read", "torch.\(tensor.type.rawValue)",
                "convert it to float32 first, or choose other tensors with --prefix")
        }
        guard !tensor.isLazy else {
            throw failure(
                "as plain numbers", "a view that negates or conjugates", "save it with .resolve_neg().resolve_conj()")
        }
        let damaged = "the file is damaged, save it again"
        guard pickle.elements(of: tensor.size).count <= StridedView.mostAxes,
            let shape = pickle.integers(of: tensor.size), let strides = pickle.integers(of: tensor.stride),
            let view = StridedView(type: type, shape: shape, strides: strides, offset: tensor.offset)
        else { throw failure("with a shape and strides of whole numbers", "others", damaged) }
        let count = pickle.storages[tensor.storage].byteCount / type.size
        guard view.end <= count else {
            throw failure(
                "\(shape) within \(counted(count, "element")) of its storage",
                "it to end at element \(view.end)", damaged)
        }
        return view
    }

    /// The member of a storage, which must have just its bytes.
    private func member(of storage: PickleStorage, _ tensor: String) throws(MDLSTMError) -> Int {
        let key = folder + "data/" + (try pickle.string(storage.key))
        guard let member = members[key] else {
            throw ZipDirectory.failure(name, "'\(key)', the storage of tensor '\(tensor)'", found: "no such member")
        }
        guard archive.members[member].size == storage.byteCount else {
            throw ZipDirectory.failure(
                name,
                "'\(key)' with \(counted(storage.count, "element")) of torch.\(storage.type?.rawValue ?? "uint8")",
                found: "\(counted(archive.members[member].size, "byte"))")
        }
        return member
    }
}

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Files beside a model that hold its larger tensors, as ONNX allows.
struct ONNXExternalData: Sendable {
    /// The model's file, for messages.
    let file: String

    /// The folder of the model; nil where there is none.
    let folder: String?

    /// The bytes of a tensor.
    ///
    /// - Parameters:
    ///   - place: the keys location, offset and length of the tensor
    ///   - count: the bytes that its shape and type make
    ///   - tensor: its name, for messages
    func bytes(_ place: [String: String], count: Int, of tensor: String) throws(MDLSTMError) -> ArraySlice<UInt8> {
        let location = place["location"] ?? ""
        let parts = location.split(separator: "/", omittingEmptySubsequences: false)
        guard !location.isEmpty, !parts.contains(""), !parts.contains("..") else {
            throw failure(
                tensor,
                "lies in '\(location)'; expected a file in the folder of the model, named from there without '..'")
        }
        guard let folder else { throw failure(tensor, "lies in '\(location)', beside a model that has no folder") }
        let (offset, length) = (try number(place, "offset", tensor) ?? 0, try number(place, "length", tensor) ?? count)
        guard length == count else {
            throw failure(tensor, "has \(length) bytes in '\(location)'; expected \(count) by its shape")
        }
        try requireInside(location, folder: folder, tensor)
        let data = try InputFile(folder + location)
        guard offset <= data.count, count <= data.count - offset else {
            throw failure(
                tensor,
                "lies in '\(location)' from byte \(offset) on, \(counted(count, "byte")); the file has \(data.count)")
        }
        try requireMemory(for: count, of: UInt8.self, "\(file): the tensor '\(tensor)'")
        return try data.bytes(at: offset, most: count)[...]
    }

    /// Refuses what is no regular file, before it is opened, and what links lead out of the folder.
    private func requireInside(_ location: String, folder: String, _ tensor: String) throws(MDLSTMError) {
        var status = stat()
        // What is not there is told by who opens it.
        guard stat(folder + location, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw failure(tensor, "lies in '\(location)', which is no regular file")
        }
        guard let inner = realpath(folder + location, nil), let outer = realpath(folder.isEmpty ? "." : folder, nil)
        else {
            throw failure(tensor, "lies in '\(location)', whose folder cannot be read")
        }
        defer {
            free(inner)
            free(outer)
        }
        let length = strlen(outer)
        // The root is the one folder whose name ends in a slash.
        let isInside = strncmp(inner, outer, length) == 0 && (length == 1 || inner[length] == CChar(UInt8(ascii: "/")))
        guard isInside else {
            throw failure(tensor, "lies in '\(location)', which is a link out of the model's folder")
        }
    }

    private func number(
        _ place: [String: String], _ key: String, _ tensor: String
    ) throws(MDLSTMError) -> Int? {
        guard let text = place[key] else { return nil }
        guard let number = Int(text), number >= 0 else {
            throw failure(tensor, "has the \(key) '\(text)'; expected a whole number from 0")
        }
        return number
    }

    private func failure(_ tensor: String, _ what: String) -> MDLSTMError {
        MDLSTMError(.data, "\(file): tensor '\(tensor)' \(what)")
    }
}

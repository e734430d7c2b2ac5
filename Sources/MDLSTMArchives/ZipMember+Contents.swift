import MDLSTM

/// What a member holds: stored as it is, or deflated.
extension ZipMember {
    /// The first bytes of the member, at most `count`.
    func prefix(of stored: ArraySlice<UInt8>, count: Int) -> [UInt8] {
        isDeflated ? Inflate.prefix(of: stored, count: count) : Array(stored.prefix(count))
    }

    /// The member's bytes, inflated, of the size and checksum that the directory states.
    func contents(
        of stored: ArraySlice<UInt8>, file: String, zeroIsNoChecksum: Bool
    ) throws(MDLSTMError) -> ArraySlice<UInt8> {
        var bytes = stored
        if isDeflated {
            guard let inflated = Inflate.bytes(of: stored, count: size) else {
                throw ZipDirectory.failure(
                    file, "'\(name)' to inflate to \(counted(size, "byte"))", found: "other data")
            }
            bytes = inflated[...]
        }
        guard checksum == 0 && zeroIsNoChecksum || Inflate.checksum(of: bytes) == checksum else {
            throw ZipDirectory.failure(file, "'\(name)' with the checksum in the directory", found: "another")
        }
        return bytes
    }
}

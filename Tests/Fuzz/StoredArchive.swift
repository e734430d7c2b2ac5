/// A zip archive of members as they are, without checksums.
func storedArchive(_ members: [(name: String, bytes: [UInt8])]) -> [UInt8] {
    var file: [UInt8] = [], directory: [UInt8] = []
    func little(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    for (name, bytes) in members {
        let sizes = little(bytes.count, 4) + little(bytes.count, 4) + little(name.utf8.count, 2) + [0, 0]
        let offset = file.count
        file += little(0x0403_4B50, 4) + little(20, 2) + little(0, 12) + sizes + name.utf8 + bytes
        directory += little(0x0201_4B50, 4) + little(20, 4) + little(0, 12) + sizes + little(0, 10)
        directory += little(offset, 4) + name.utf8
    }
    let count = little(members.count, 2)
    let end = count + count + little(directory.count, 4) + little(file.count, 4)
    return file + directory + little(0x0605_4B50, 4) + little(0, 4) + end + [0, 0]
}

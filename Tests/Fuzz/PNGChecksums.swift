/// A PNG file with the checksum of every chunk made right.
func withChecksums(_ bytes: [UInt8]) -> [UInt8] {
    var file = bytes
    var place = 8
    while place + 12 <= file.count {
        let length = file[place..<(place + 4)].reduce(0) { $0 << 8 | Int($1) }
        guard length <= file.count - place - 12 else { break }
        let end = place + 8 + length
        let checksum = crc32(file[(place + 4)..<end])
        for index in 0..<4 { file[end + index] = UInt8(truncatingIfNeeded: checksum >> (24 - 8 * index)) }
        place = end + 4
    }
    return file
}

private func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var crc: UInt32 = .max
    for byte in bytes {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
    return ~crc
}

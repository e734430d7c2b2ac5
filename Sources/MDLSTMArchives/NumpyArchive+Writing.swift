package import MDLSTM

extension NumpyArchive {
    /// Writes tensors as `numpy.savez` does, each a .npy member, not deflated; whole or not at all.
    ///
    /// Throws `.cannotCreate` and `.cannotWrite`.
    package static func write(_ tensors: TensorFile, to path: String) throws(MDLSTMError) {
        try writeFile(serialized(tensors), to: path)
    }

    /// The bytes of the archive, the same every time; sizes and offsets stand in zip64 fields, which have no limit.
    static func serialized(_ tensors: TensorFile) -> [UInt8] {
        var (file, directory) = (ZipBytes(), ZipBytes())
        for name in tensors.names {
            guard let entry = tensors[name] else { continue }
            let (content, path) = (NumpyArray(entry).serialized(), Array("\(name).npy".utf8))
            let (offset, size) = (UInt64(file.bytes.count), UInt64(content.count))
            // Version 4.5, names in UTF-8, stored, at midnight of 1 January 1980; sizes are in the field behind the name.
            var common = ZipBytes()
            common.append(45 as UInt16, 0x0800 as UInt16, 0 as UInt16, 0 as UInt16, 0x0021 as UInt16)
            common.append(Inflate.checksum(of: content[...]))
            common.append(UInt32.max, UInt32.max)
            common.append(UInt16(path.count))

            file.append(0x0403_4B50 as UInt32)
            file.bytes += common.bytes
            file.append(20 as UInt16)
            file.bytes += path
            file.append(1 as UInt16, 16 as UInt16)
            file.append(size, size)
            file.bytes += content

            directory.append(0x0201_4B50 as UInt32)
            directory.append(45 as UInt16)
            directory.bytes += common.bytes
            // Extra field; comment, disk, attributes; offset.
            directory.append(28 as UInt16, 0 as UInt16, 0 as UInt16, 0 as UInt16)
            directory.append(0 as UInt32, UInt32.max)
            directory.bytes += path
            directory.append(1 as UInt16, 24 as UInt16)
            directory.append(size, size, offset)
        }
        return file.bytes + directory.bytes
            + end(of: directory, at: UInt64(file.bytes.count), UInt64(tensors.names.count))
    }

    /// The zip64 record of the directory, where that is, and the record that refers to it.
    private static func end(of directory: ZipBytes, at offset: UInt64, _ count: UInt64) -> [UInt8] {
        var end = ZipBytes()
        end.append(0x0606_4B50 as UInt32)
        end.append(44 as UInt64)
        end.append(45 as UInt16, 45 as UInt16)
        end.append(0 as UInt32, 0 as UInt32)
        end.append(count, count, UInt64(directory.bytes.count), offset)
        end.append(0x0706_4B50 as UInt32, 0 as UInt32)
        end.append(offset + UInt64(directory.bytes.count))
        end.append(1 as UInt32)
        end.append(0x0605_4B50 as UInt32, 0 as UInt32)
        end.append(UInt16.max, UInt16.max)
        end.append(UInt32.max, UInt32.max)
        end.append(0 as UInt16)
        return end.bytes
    }
}

/// Little-endian integers one after the other.
private struct ZipBytes {
    var bytes: [UInt8] = []

    mutating func append<T: FixedWidthInteger>(_ values: T...) {
        for value in values { withUnsafeBytes(of: value.littleEndian) { bytes += $0 } }
    }
}

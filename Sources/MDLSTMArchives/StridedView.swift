import MDLSTM

/// A tensor as a view of the elements of a storage: element `(i, j, ..)` is number `offset + i strides[0] + j strides[1] + ..`.
struct StridedView {
    let type: ElementType
    let shape: [Int]
    private let strides: [Int]
    private let offset: Int

    /// Number of elements.
    let count: Int

    /// Elements of the storage up to the last one of the view.
    let end: Int

    /// Most axes that are looked at.
    static let mostAxes = 64

    /// Nil for negative extents, strides or offsets, and for those that no memory holds.
    init?(type: ElementType, shape: [Int], strides: [Int], offset: Int) {
        guard shape.count == strides.count, shape.count <= Self.mostAxes, offset >= 0,
            (shape + strides).allSatisfy({ $0 >= 0 }), let bytes = type.byteCount(shape: shape)
        else { return nil }
        (self.type, self.shape, self.strides, self.offset) = (type, shape, strides, offset)
        count = bytes / type.size
        var last = offset
        if count > 0 {
            for (extent, stride) in zip(shape, strides) {
                let (distance, isFar) = (extent - 1).multipliedReportingOverflow(by: stride)
                let (sum, overflow) = last.addingReportingOverflow(distance)
                guard !isFar, !overflow, sum < .max else { return nil }
                last = sum
            }
            end = last + 1
        } else {
            end = 0
        }
    }

    var byteCount: Int { count * type.size }

    /// The elements in row-major order, out of the bytes of the storage.
    ///
    /// - Precondition: the storage has ``end`` elements.
    func elements(of storage: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let (start, size) = (storage.startIndex, type.size)
        guard count > 0 else { return [] }
        if isContiguous { return storage[(start + offset * size)..<(start + (offset + count) * size)] }
        let bytes = [UInt8](unsafeUninitializedCapacity: byteCount) { target, written in
            storage.withUnsafeBufferPointer { source in
                var index = shape.map { _ in 0 }
                var place = offset
                for element in 0..<count {
                    for byte in 0..<size { target[element * size + byte] = source[place * size + byte] }
                    for axis in shape.indices.reversed() {
                        index[axis] += 1
                        // Along an axis of one element a stride may be anything.
                        place &+= strides[axis]
                        if index[axis] < shape[axis] { break }
                        place &-= strides[axis] &* shape[axis]
                        index[axis] = 0
                    }
                }
            }
            written = byteCount
        }
        return bytes[...]
    }

    /// Whether the elements lie one after the other in row-major order.
    private var isContiguous: Bool {
        var expected = 1
        for (extent, stride) in zip(shape, strides).reversed() where extent > 1 {
            guard stride == expected else { return false }
            expected *= extent
        }
        return true
    }
}

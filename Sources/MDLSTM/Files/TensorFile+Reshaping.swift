// Elements of tensors taken, joined and turned as bytes, whatever their type; nil where an axis or shape is wrong. Axes count
// from the last where they are negative, as in NumPy.
extension TensorFile.Entry {
    /// Whether every number is zero.
    var isZero: Bool {
        bytes.indices.allSatisfy { index in
            // The last byte of a number has its sign.
            let isLast = (index - bytes.startIndex) % type.size == type.size - 1
            return bytes[index] & (isLast && type.isFloatingPoint ? 0x7F : 0xFF) == 0
        }
    }

    /// The elements of a tensor of whole numbers of 32 or 64 bits.
    var integers: [Int]? {
        guard type == .int64 || type == .int32, shape.count <= 1 else { return nil }
        return stride(from: bytes.startIndex, to: bytes.endIndex, by: type.size).map { start in
            let word = (0..<type.size).reduce(UInt64(0)) { $0 | UInt64(bytes[start + $1]) << (8 * $1) }
            return type == .int64 ? Int(truncatingIfNeeded: word) : Int(Int32(truncatingIfNeeded: word))
        }
    }

    /// The numbers as float32 or float64.
    func converted(to type: ElementType?) -> Self? {
        switch type {
        case self.type: self
        case .float32:
            Self(type: .float32, shape: shape, bytes: ElementType.encode(self.type.decode(bytes, as: Float.self))[...])
        case .float64:
            Self(type: .float64, shape: shape, bytes: ElementType.encode(self.type.decode(bytes, as: Double.self))[...])
        default: nil
        }
    }

    /// Tensors one after the other along an axis.
    static func concatenated(_ parts: [Self], axis: Int) -> Self? {
        guard let first = parts.first, let axis = first.axis(axis) else { return nil }
        func others(_ part: Self) -> [Int] { part.shape.indices.filter { $0 != axis }.map { part.shape[$0] } }
        guard parts.allSatisfy({ $0.type == first.type && $0.shape.count == first.shape.count }),
            parts.allSatisfy({ others($0) == others(first) })
        else { return nil }
        var shape = first.shape
        shape[axis] = parts.reduce(0) { $0 + $1.shape[axis] }
        guard let size = first.type.byteCount(shape: shape), size > 0 else { return nil }
        let outer = first.shape[..<axis].reduce(1, *)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size)
        for index in 0..<outer {
            for part in parts {
                let count = part.bytes.count / outer
                bytes += part.bytes.dropFirst(index * count).prefix(count)
            }
        }
        return Self(type: first.type, shape: shape, bytes: bytes[...])
    }

    /// Every `steps`-th element from `starts` to before `ends` along `axes`, as ONNX's operator Slice has it.
    func sliced(_ starts: [Int], _ ends: [Int], axes: [Int], steps: [Int]) -> Self? {
        guard starts.count == ends.count, axes.count == starts.count, steps.count == starts.count,
            Set(axes.map { axis($0) }).count == axes.count
        else { return nil }
        var (extents, strides, first) = (shape, strides, 0)
        for (index, axis) in axes.enumerated() {
            guard let axis = self.axis(axis), steps[index] != 0, steps[index] > Int.min else { return nil }
            let (extent, step) = (shape[axis], steps[index])
            func place(_ value: Int, _ range: ClosedRange<Int>) -> Int {
                let place = value < 0 ? value + extent : value
                return min(max(place, range.lowerBound), range.upperBound)
            }
            guard extent > 0 else { return nil }
            let (start, end) =
                step > 0
                ? (place(starts[index], 0...extent), place(ends[index], 0...extent))
                : (place(starts[index], 0...(extent - 1)), place(ends[index], -1...(extent - 1)))
            // Far more than an extent is one step.
            let length = abs(step) > extent ? extent + 1 : abs(step)
            extents[axis] = max(0, ((step > 0 ? end - start : start - end) + length - 1) / length)
            first += start * strides[axis]
            strides[axis] *= step > 0 ? length : -length
        }
        return gathered(extents, strides: strides, first: first)
    }

    /// The axes in another order.
    func transposed(_ order: [Int]) -> Self? {
        guard order.sorted() == Array(shape.indices) else { return nil }
        return gathered(order.map { shape[$0] }, strides: order.map { strides[$0] }, first: 0)
    }

    /// New axes of one site, where the result has them.
    func unsqueezed(_ axes: [Int]) -> Self? {
        let rank = shape.count + axes.count
        let places = Set(axes.map { $0 < 0 ? $0 + rank : $0 })
        guard places.count == axes.count, places.allSatisfy({ (0..<rank).contains($0) }),
            rank <= ElementType.mostAxes
        else { return nil }
        var rest = shape[...]
        let extents = (0..<rank).map { places.contains($0) ? 1 : rest.removeFirst() }
        return Self(type: type, shape: extents, bytes: bytes)
    }

    /// Without these axes of one site, or without all such axes.
    func squeezed(_ axes: [Int]?) -> Self? {
        let places = (axes ?? shape.indices.filter { shape[$0] == 1 }).map { axis($0) }
        guard places.allSatisfy({ $0.map { shape[$0] == 1 } ?? false }) else { return nil }
        return Self(type: type, shape: shape.indices.filter { !places.contains($0) }.map { shape[$0] }, bytes: bytes)
    }

    /// The same elements in another shape: 0 is the extent there was unless `keepsZeros`, -1 what is left.
    func reshaped(_ extents: [Int], keepsZeros: Bool) -> Self? {
        guard extents.count <= ElementType.mostAxes, extents.allSatisfy({ $0 >= -1 }) else { return nil }
        var extents = extents
        for axis in extents.indices where extents[axis] == 0 && !keepsZeros {
            guard axis < shape.count else { return nil }
            extents[axis] = shape[axis]
        }
        let open = extents.indices.filter { extents[$0] == -1 }
        if let axis = open.first {
            extents[axis] = 1
            guard open.count == 1, let size = type.byteCount(shape: extents), size > 0, bytes.count % size == 0 else {
                return nil
            }
            extents[axis] = bytes.count / size
        }
        return type.byteCount(shape: extents) == bytes.count ? Self(type: type, shape: extents, bytes: bytes) : nil
    }

    /// The number of an axis, from the first.
    private func axis(_ axis: Int) -> Int? {
        let place = axis < 0 ? axis + shape.count : axis
        return shape.indices.contains(place) ? place : nil
    }

    /// Elements between neighbours along each axis.
    private var strides: [Int] { rowMajorStrides(of: shape) }

    /// The tensor of these extents whose neighbours along each axis are `strides` elements apart here.
    private func gathered(_ extents: [Int], strides: [Int], first: Int) -> Self {
        let size = type.size
        // Rows along the last axis that lie together are copied whole.
        let row = strides.last == 1 ? extents.last ?? 1 : 1
        let outer = strides.last == 1 ? Array(extents.dropLast()) : extents
        var taken: [UInt8] = []
        taken.reserveCapacity(extents.reduce(size, *))
        if !extents.contains(0) {
            forEachCoordinate(in: outer) { coordinate in
                let element = zip(coordinate, strides).reduce(first) { $0 + $1.0 * $1.1 }
                taken += bytes.dropFirst(element * size).prefix(row * size)
            }
        }
        return Self(type: type, shape: extents, bytes: taken[...])
    }
}

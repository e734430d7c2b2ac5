public import MDLSTM

extension Tensor {
    /// The part within `ranges`, one for each of the first axes; later axes are whole.
    public func slice(_ ranges: Range<Int>...) -> Tensor { slice(ranges) }

    /// The part within `ranges`, one for each of the first axes; later axes are whole.
    public func slice(_ ranges: [Range<Int>]) -> Tensor {
        let ranges = ranges + shape[ranges.count...].map { 0..<$0 }
        return Tensor(gathering: ranges.map { Array($0) }, of: self)
    }

    /// The elements of `axis` in the opposite order.
    public func flipped(axis: Int) -> Tensor {
        var places = shape.map { Array(0..<$0) }
        places[axis].reverse()
        return Tensor(gathering: places, of: self)
    }

    /// The tensors one after the other along `axis`.
    public static func joined(_ parts: [Tensor], axis: Int) -> Tensor {
        var shape = parts[0].shape
        shape[axis] = parts.reduce(0) { $0 + $1.shape[axis] }
        let inner = shape[(axis + 1)...].reduce(1, *)
        var values: [Element] = []
        for outer in 0..<shape[..<axis].reduce(1, *) {
            for part in parts {
                let count = part.shape[axis] * inner
                values += part.values[(outer * count)..<((outer + 1) * count)]
            }
        }
        return Tensor(shape: shape, values: values)
    }

    /// The elements of `source` at the given places along each axis.
    private init(gathering places: [[Int]], of source: Tensor) {
        var offsets = [0]
        for (extent, along) in zip(source.shape, places) {
            offsets = offsets.flatMap { offset in along.map { offset * extent + $0 } }
        }
        self.init(shape: places.map(\.count), values: offsets.map { source.values[$0] })
    }
}

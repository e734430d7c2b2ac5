/// A value of a pickle. It owns no memory: containers stand in the tables of ``Pickle``, so that no value nests.
enum PickleValue {
    case none
    case bool(Bool)
    case integer(Int)
    case text(PickleText)
    case global(PickleGlobal)
    case tuple(Int)
    case list
    case dictionary(Int)
    case storage(Int)
    case tensor(Int)
    /// A number, bytes, a set: nothing of it is needed.
    case other

    var integer: Int? { if case .integer(let value) = self { value } else { nil } }
    var text: PickleText? { if case .text(let value) = self { value } else { nil } }
}

/// Where the bytes of a string lie in the pickle.
struct PickleText {
    let start: UInt32
    let count: UInt32

    init(_ range: Range<Int>) { (start, count) = (UInt32(range.lowerBound), UInt32(range.count)) }

    var range: Range<Int> { Int(start)..<Int(start) + Int(count) }
}

/// A storage: elements of one type that tensors are views of.
struct PickleStorage {
    /// The name of its member in the archive.
    let key: PickleText
    /// Nil for plain bytes.
    let type: TorchType?
    /// Elements, or bytes where it has no type.
    let count: Int

    /// Its bytes; `Int.max` for more than can be addressed.
    var byteCount: Int {
        let (bytes, overflow) = count.multipliedReportingOverflow(by: type?.size ?? 1)
        return overflow ? .max : bytes
    }
}

/// A tensor, a view of a storage.
struct PickleTensor {
    let storage: Int
    let type: TorchType
    /// Elements of the storage in front of the first one.
    let offset: Int
    /// Tuples of extents and of distances between neighbours in elements.
    let size: Int, stride: Int
    /// Whether its numbers are to be negated or conjugated when they are read.
    let isLazy: Bool
}

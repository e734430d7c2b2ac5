/// Writes pickles as torch.save does, opcode by opcode, and wrong ones.
public struct PickleWriter: Sendable {
    public private(set) var bytes: [UInt8] = [0x80, 2]

    public init() {}

    public mutating func code(_ opcodes: UInt8...) { bytes += opcodes }
    public mutating func code(_ opcodes: String) { bytes += opcodes.utf8 }

    /// GLOBAL.
    public mutating func global(_ module: String, _ name: String) { bytes += "c\(module)\n\(name)\n".utf8 }

    /// BINUNICODE.
    public mutating func text(_ text: String) { self.text(Array(text.utf8)) }
    public mutating func text(_ utf8: [UInt8]) {
        bytes += [UInt8(ascii: "X")] + littleEndian(UInt32(utf8.count)) + utf8
    }

    /// LONG1 of 8 bytes.
    public mutating func integer(_ value: Int) { bytes += [0x8A, 8] + littleEndian(UInt64(bitPattern: Int64(value))) }

    public mutating func tuple(_ values: [Int]) {
        code("(")
        for value in values { integer(value) }
        code("t")
    }

    /// A persistent id: ('storage', class, key, device, count).
    public mutating func storage(_ tensor: TorchTensor) {
        code("(")
        text("storage")
        let name = tensor.storageClass.split(separator: ".").map(String.init)
        global(name.dropLast().joined(separator: "."), name[name.count - 1])
        text(tensor.key)
        text(tensor.device)
        integer(tensor.count)
        code("tQ")
    }

    /// The tuple of arguments of `_rebuild_tensor_v2`, or of `_v3` where the tensor has a type of its own.
    public mutating func arguments(of tensor: TorchTensor) {
        code("(")
        storage(tensor)
        integer(tensor.offset)
        tuple(tensor.size)
        tuple(tensor.stride)
        code(0x89)
        global("collections", "OrderedDict")
        code(")R")
        if let type = tensor.type { global("torch", type) }
        if tensor.isNegated {
            code("}")
            text("neg")
            code(0x88)
            code("s")
        }
        code("t")
    }

    /// A tensor as a view of its storage.
    public mutating func tensor(_ tensor: TorchTensor) {
        global("torch._utils", tensor.type == nil ? "_rebuild_tensor_v2" : "_rebuild_tensor_v3")
        arguments(of: tensor)
        code("R")
    }

    /// An OrderedDict with `_metadata`, as `state_dict()` gives.
    public mutating func stateDict(_ tensors: [TorchTensor]) {
        global("collections", "OrderedDict")
        code(")R(")
        for tensor in tensors {
            text(tensor.name)
            self.tensor(tensor)
        }
        code("u}")
        text("_metadata")
        code("}sb")
    }
}

/// A tensor of a pickle: its name, its storage and how it views that.
public struct TorchTensor: Sendable {
    public var name: String
    public var key: String
    public var size: [Int]
    public var stride: [Int]
    public var offset = 0
    /// Elements of the storage.
    public var count: Int
    public var storageClass = "torch.FloatStorage"
    /// The type of a tensor over a storage without one.
    public var type: String?
    public var device = "cpu"
    public var isNegated = false

    /// A row-major tensor that fills its storage.
    public init(_ name: String, key: String, _ size: [Int]) {
        (self.name, self.key, self.size) = (name, key, size)
        stride = size.indices.map { size[($0 + 1)...].reduce(1, *) }
        count = size.reduce(1, *)
    }

    /// The same tensor with a change.
    public func with(_ change: (inout TorchTensor) -> Void) -> TorchTensor {
        var tensor = self
        change(&tensor)
        return tensor
    }
}

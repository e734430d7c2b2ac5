/// The classes and functions that a state dict names; none of them is ever called.
enum PickleGlobal {
    case orderedDictionary
    /// `_rebuild_tensor_v2` (storage, offset, size, stride, requires_grad, hooks, metadata), or `_v3` with the type before
    /// the metadata.
    case tensor(hasType: Bool)
    /// `_rebuild_parameter` (tensor, requires_grad, hooks).
    case parameter
    /// `_rebuild_from_type_v2` (function, class, arguments, state) of a tensor with attributes of its own.
    case tensorOfClass
    case tensorClass
    case size
    /// What makes a value that is passed over.
    case value
    case storageClass(TorchType?)
    case type(TorchType)

    /// By module and name, a dot between them; nil for what no state dict needs.
    init?(_ name: String) {
        guard let known = Self.known[name] else { return nil }
        self = known
    }

    private static let known: [String: PickleGlobal] = {
        var known: [String: PickleGlobal] = [
            "collections.OrderedDict": .orderedDictionary,
            "torch._utils._rebuild_tensor_v2": .tensor(hasType: false),
            "torch._utils._rebuild_tensor_v3": .tensor(hasType: true),
            "torch._utils._rebuild_parameter": .parameter,
            "torch._utils._rebuild_parameter_with_state": .parameter,
            "torch._tensor._rebuild_from_type_v2": .tensorOfClass,
            "torch.Tensor": .tensorClass,
            "torch.nn.parameter.Parameter": .tensorClass,
            "torch.Size": .size,
            "torch.device": .value,
            "torch.storage.UntypedStorage": .storageClass(nil),
            "torch.UntypedStorage": .storageClass(nil),
            // Bytes in protocol 2.
            "_codecs.encode": .value,
        ]
        for module in ["builtins", "__builtin__"] {
            for name in ["set", "frozenset", "bytes", "bytearray", "complex"] { known["\(module).\(name)"] = .value }
        }
        for type in TorchType.allCases {
            known["torch.\(type.rawValue)"] = .type(type)
            guard let storage = type.storageClass else { continue }
            known["torch.\(storage)"] = .storageClass(type)
            known["torch.cuda.\(storage)"] = .storageClass(type)
        }
        return known
    }()
}

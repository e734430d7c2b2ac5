import MDLSTM

/// What would be made by a call: only calls that a state dict is made of are known, and none is carried out.
extension Pickle {
    /// The storage of a persistent id: `("storage", class, key, location, count)`.
    mutating func storage(of id: PickleValue) throws(MDLSTMError) -> PickleValue {
        guard case .tuple(let tuple) = id else { throw failure("a storage by its tuple", found: "something else") }
        let parts = Array(elements(of: tuple))
        guard parts.count == 5, case .text(let word) = parts[0], bytes(of: word).elementsEqual("storage".utf8),
            case .global(.storageClass(let type)) = parts[1], case .text(let key) = parts[2],
            let count = parts[4].integer, count >= 0
        else { throw failure("a storage, its class, key, device and count", found: "something else") }
        return try add(PickleStorage(key: key, type: type, count: count))
    }

    /// The value of calling `function`.
    ///
    /// Throws `.data` for what is no part of a state dict.
    mutating func call(_ function: PickleValue, _ arguments: PickleValue) throws(MDLSTMError) -> PickleValue {
        guard case .global(let global) = function, case .tuple(let tuple) = arguments else {
            throw failure("a call of a function by its name", found: "something else that is called")
        }
        let arguments = Array(elements(of: tuple).prefix(9))
        switch global {
        case .orderedDictionary:
            guard arguments.isEmpty else { throw failure("an empty OrderedDict", found: "one of other arguments") }
            return try addDictionary()
        case .tensor(let hasType): return try add(try tensor(arguments, hasType: hasType))
        case .parameter:
            guard let first = arguments.first, case .tensor = first else {
                throw failure("a parameter of a tensor", found: "one of something else")
            }
            return first
        case .tensorOfClass: return try tensorOfClass(arguments)
        case .size: return arguments.first ?? .other
        case .value: return .other
        case .tensorClass, .storageClass, .type:
            throw failure("a tensor by its storage", found: "a class or a type that is called")
        }
    }

    /// `(storage, offset, size, stride, requires_grad, hooks)`, then the type if any, then metadata if any.
    private func tensor(_ arguments: [PickleValue], hasType: Bool) throws(MDLSTMError) -> PickleTensor {
        let count = hasType ? 7 : 6
        guard arguments.count == count || arguments.count == count + 1, case .storage(let storage) = arguments[0],
            let offset = arguments[1].integer, offset >= 0, case .tuple(let size) = arguments[2],
            case .tuple(let stride) = arguments[3], elements(of: size).count == elements(of: stride).count
        else { throw failure("a tensor, its storage, offset, size and stride", found: "something else") }
        var type = storages[storage].type
        if hasType {
            guard case .global(.type(let named)) = arguments[6] else {
                throw failure("a tensor of a type of torch", found: "something else")
            }
            type = named
        }
        guard let type else { throw failure("a tensor whose type is stated", found: "one of plain bytes") }
        var isLazy = false
        if arguments.count > count {
            switch arguments[count] {
            case .none: break
            case .dictionary(let metadata): isLazy = !isEmpty(dictionary: metadata)
            default: isLazy = true
            }
        }
        return PickleTensor(
            storage: storage, type: type, offset: offset, size: size, stride: stride, isLazy: isLazy)
    }

    /// `(function, class, arguments, state)` of a tensor that has attributes; these are passed over.
    private mutating func tensorOfClass(_ arguments: [PickleValue]) throws(MDLSTMError) -> PickleValue {
        guard arguments.count == 4, case .global(let function) = arguments[0],
            case .global(.tensorClass) = arguments[1]
        else { throw failure("a tensor of torch's own classes", found: "something else") }
        switch function {
        case .tensor, .parameter: return try call(arguments[0], arguments[2])
        default: throw failure("a tensor of torch's own functions", found: "something else")
        }
    }

    /// Text as messages have it: at most 100 bytes, whatever they are.
    func shown(_ text: PickleText) -> String {
        let bytes = bytes(of: text)
        return String(decoding: bytes.prefix(100), as: UTF8.self) + (bytes.count > 100 ? ".." : "")
    }

    /// The error of a class or function that no state dict needs.
    func refusal(of global: String) -> MDLSTMError {
        let advice =
            "nothing was run; save the state dict alone in Python: torch.save(model.state_dict(), \"weights.pt\")"
        return global.hasPrefix("torch.nn.")
            ? MDLSTMError(.data, "\(name): expected a state dict, found a whole module, by \(global); \(advice)")
            : MDLSTMError(.data, "\(name): its pickle names \(global), which no state dict needs; \(advice)")
    }
}

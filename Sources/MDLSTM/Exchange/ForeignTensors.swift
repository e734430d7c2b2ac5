/// Tensors of another library that belong to one layer or cell: the names of all begin with the same prefix.
///
/// The rest of a name, the role, is what the library calls the tensor: `kernel` in `lstm/lstm_cell/kernel:0`.
struct ForeignTensors<T: Scalar> {
    /// What the names have in front of the roles.
    let prefix: String

    /// The tensors under their roles.
    private(set) var tensors = ParameterTensors<T>()

    /// The tensors of a file, by prefix in the order of the file.
    ///
    /// - Parameters:
    ///   - example: names that would be known, for messages
    ///   - split: prefix and role of a name without TensorFlow's `:0`, nil for a name that is none of the library's
    static func groups(
        of all: ParameterTensors<T>, example: String, split: (String) -> (prefix: String, role: String)?
    ) throws(MDLSTMError) -> [ForeignTensors] {
        guard !all.names.isEmpty else { throw MDLSTMError(.data, "no tensors; expected names such as \(example)") }
        try all.requireFinite()
        var groups: [ForeignTensors] = []
        var places: [String: Int] = [:]
        for (name, tensor) in all.entries {
            guard let (prefix, role) = split(name.withoutOutputNumber) else {
                throw MDLSTMError(
                    .data,
                    "unexpected tensor '\(name)' of shape \(tensor.shape); expected names such as \(example)"
                        + ForeignNames.advice(for: all.names))
            }
            let index = places[prefix] ?? groups.count
            if index == groups.count {
                groups.append(ForeignTensors(prefix: prefix))
                places[prefix] = index
            }
            guard groups[index].tensors[role] == nil else {
                throw MDLSTMError(.data, "tensor '\(name)' is there twice; expected one '\(prefix)\(role)'")
            }
            groups[index].tensors[role] = tensor
        }
        return groups
    }

    /// The tensors of a file that holds one layer.
    static func single(
        in all: ParameterTensors<T>, example: String, split: (String) -> (prefix: String, role: String)?
    ) throws(MDLSTMError) -> ForeignTensors {
        let groups = try groups(of: all, example: example, split: split)
        guard groups.count == 1 else {
            let prefixes = groups.map { "'\($0.prefix)'" }.joined(separator: ", ")
            throw MDLSTMError(
                .data,
                "the names have \(groups.count) prefixes, \(prefixes); expected the tensors of one layer"
                    + ForeignNames.advice(for: all.names))
        }
        return groups[0]
    }

    /// The tensor of a role; it is there once ``require(_:)`` has passed.
    subscript(role: String) -> Tensor<T> { tensors[role]! }

    /// Whether there is a tensor of that role.
    func has(_ role: String) -> Bool { tensors[role] != nil }

    /// The shape of a tensor by which the sizes of the layer are told.
    ///
    /// - Parameter letters: its extents, for messages, such as `[4H, I]`
    /// - Throws: ``MDLSTMError`` when it is missing, has another rank, or an extent no layer has.
    func shape(of role: String, _ letters: String) throws(MDLSTMError) -> [Int] {
        guard let shape = tensors[role]?.shape else {
            throw MDLSTMError(.data, "tensor '\(prefix)\(role)' is missing; expected shape \(letters)")
        }
        // No gate has more than 65536 units, no cell more than 5 gates.
        let rank = letters.split(separator: ",").count
        guard shape.count == rank, shape.allSatisfy({ (1...5 * 65_536).contains($0) }) else {
            throw MDLSTMError(
                .data, "tensor '\(prefix)\(role)' has shape \(shape); expected \(letters), I and H from 1 to 65536")
        }
        return shape
    }

    /// Checks that there are exactly the tensors of these roles and shapes.
    func require(_ shapes: [ParameterShape]) throws(MDLSTMError) {
        var named = ParameterTensors<T>()
        for (role, tensor) in tensors.entries { named[prefix + role] = tensor }
        try named.validate(against: shapes.map { ParameterShape(name: prefix + $0.name, shape: $0.shape) })
    }
}

extension String {
    /// The string as prefix and the longest of `roles` it ends with, after `/`, `.`, `_` or nothing.
    func split(before roles: [String]) -> (prefix: String, role: String)? {
        roles.filter { hasSuffix($0) }.max { $0.utf8.count < $1.utf8.count }.flatMap { role in
            let prefix = String(dropLast(role.count))
            return prefix.last.map { "/._".contains($0) } ?? true ? (prefix, role) : nil
        }
    }
}

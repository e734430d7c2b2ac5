/// The modules of a state dict, as far as names and shapes tell them.
struct PyTorchLayout {
    private var modules: [(name: String, roles: Set<String>, weight: [Int])] = []

    init(_ file: TensorFile) {
        var places: [String: Int] = [:]
        for name in file.names {
            let dot = name.lastIndex(of: ".")
            let module = dot.map { String(name[..<$0]) } ?? ""
            let role = dot.map { String(name[name.index(after: $0)...]) } ?? name
            let place = places[module] ?? modules.count
            if place == modules.count {
                places[module] = place
                modules.append((module, [], []))
            }
            modules[place].roles.insert(role)
            if ["weight", "weight_ih", "weight_ih_l0"].contains(role) {
                modules[place].weight = file[name]?.shape ?? []
            }
        }
    }

    /// The list for `--layers` in the order of the file, `embedding=emb,lstm=rnn,dense=out`; nil unless all modules are of
    /// these kinds, and one is an LSTM.
    var layers: String? {
        guard (2...12).contains(modules.count) else { return nil }
        var listed: [String] = []
        for (index, module) in modules.enumerated() {
            let rest = modules.dropFirst(index + 1)
            if Self.isLSTM(module.roles) {
                listed.append("lstm=\(module.name)")
            } else if module.weight.count == 2, module.roles == ["weight"], index == 0, let next = rest.first,
                Self.isLSTM(next.roles), next.weight.last == module.weight[1]
            {
                listed.append("embedding=\(module.name)")
            } else if module.weight.count == 2, module.roles.isSubset(of: ["weight", "bias"]) {
                listed.append("dense=\(module.name)")
            } else {
                return nil
            }
        }
        return modules.contains { Self.isLSTM($0.roles) } ? listed.joined(separator: ",") : nil
    }

    private static func isLSTM(_ roles: Set<String>) -> Bool {
        roles.contains { ForeignNames.pyTorch.contains($0) } && roles.allSatisfy { PyTorchName($0) != nil }
    }
}

extension TensorFile {
    /// Refuses names that are none of one LSTM's, with what would choose it or take them all.
    func requirePyTorchNames() throws(MDLSTMError) {
        guard let unknown = names.first(where: { PyTorchName.split($0) == nil }) else { return }
        var advice = ForeignNames.advice(for: names)
        if let layers = PyTorchLayout(self).layers {
            advice += ", or name all modules in the order they are applied in: --layers \(layers)"
        }
        throw MDLSTMError(
            .data,
            "unexpected tensor '\(unknown)' of shape \(self[unknown]?.shape ?? []); expected names such as "
                + PyTorchName.example + advice)
    }
}

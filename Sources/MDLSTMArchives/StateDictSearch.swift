import MDLSTM

/// Finds the state dict in what was saved: a dictionary of tensors, which a checkpoint has under a key.
struct StateDictSearch {
    private let pickle: Pickle
    private let dictionaries: [[(key: PickleText, value: PickleValue)]]
    private let file: String

    /// How deep a state dict is looked for, and how many keys a message lists.
    private static let deepest = 8, mostListed = 12

    init(_ pickle: Pickle, file: String) {
        self.pickle = pickle
        dictionaries = pickle.dictionaries()
        self.file = file
    }

    /// The tensors under `key`, or those of the one state dict there is.
    func stateDict(_ key: String?) throws(MDLSTMError) -> [(name: String, tensor: Int)] {
        guard case .dictionary(let root) = pickle.root else {
            throw MDLSTMError(.data, "\(file): expected a state dict, found \(described(pickle.root)); \(advice)")
        }
        if let key {
            guard let found = try dictionary(key, in: root) else {
                throw MDLSTMError(.data, "\(file): no dictionary under the key '\(key)'; \(listedKeys(root))")
            }
            guard dictionaries[found].contains(where: { if case .tensor = $0.value { true } else { false } }) else {
                throw MDLSTMError(
                    .data, "\(file): no tensors under the key '\(key)'; \(listedKeys(found))")
            }
            return try tensors(of: found)
        }
        let found = candidates(from: root)
        guard let only = found.first else {
            throw MDLSTMError(.data, "\(file): no dictionary of tensors; \(listedKeys(root)); \(advice)")
        }
        guard found.count == 1 else {
            let keys = found.prefix(Self.mostListed).map { "'\($0.path)'" }.joined(separator: ", ")
            throw MDLSTMError(
                .data,
                "\(file): dictionaries of tensors are under the keys \(keys)\(found.count > Self.mostListed ? ", .." : ""); "
                    + "choose one with --key")
        }
        return try tensors(of: only.dictionary)
    }

    private var advice: String { "save one in Python: torch.save(model.state_dict(), \"weights.pt\")" }

    /// The state dicts that are reached by keys alone, the nearest first; the path `''` is the whole.
    private func candidates(from root: Int) -> [(path: String, dictionary: Int)] {
        // A dictionary that was reached: by which key, from which one, and in how many steps.
        var reached: [(dictionary: Int, key: PickleText?, parent: Int, depth: Int)] = [(root, nil, 0, 0)]
        var found: [(path: String, dictionary: Int)] = []
        // One may hold itself.
        var seen: Set = [root]
        var place = 0
        while place < reached.count, found.count <= Self.mostListed {
            let (dictionary, _, _, depth) = reached[place]
            if isStateDict(dictionary) {
                var keys: [String] = []
                var step = place
                while let key = reached[step].key {
                    keys.append(pickle.shown(key))
                    step = reached[step].parent
                }
                found.append((keys.reversed().joined(separator: "."), dictionary))
            }
            for (key, value) in dictionaries[dictionary] where depth < Self.deepest {
                guard case .dictionary(let inner) = value, seen.insert(inner).inserted else { continue }
                reached.append((inner, key, place, depth + 1))
            }
            place += 1
        }
        return found
    }

    /// Whether a dictionary holds a tensor of floating-point numbers that is no single number.
    private func isStateDict(_ dictionary: Int) -> Bool {
        dictionaries[dictionary].contains { _, value in
            guard case .tensor(let index) = value else { return false }
            let tensor = pickle.tensors[index]
            let isFloat = [TorchType.float16, .bfloat16, .float32, .float64].contains(tensor.type)
            return isFloat && !pickle.elements(of: tensor.size).isEmpty
        }
    }

    /// The dictionary under keys with dots between them; a key may have dots itself.
    private func dictionary(_ path: String, in root: Int) throws(MDLSTMError) -> Int? {
        if path.isEmpty { return root }
        // Where each rest of the path may begin, and in which dictionary.
        var open = [(rest: path[...], dictionary: root)]
        for _ in 0..<Self.deepest {
            var next: [(rest: Substring, dictionary: Int)] = []
            for (rest, dictionary) in open {
                for (key, value) in dictionaries[dictionary] {
                    guard case .dictionary(let inner) = value else { continue }
                    let name = pickle.bytes(of: key)
                    guard rest.utf8.starts(with: name) else { continue }
                    let remaining = rest.utf8.dropFirst(name.count)
                    if remaining.isEmpty { return inner }
                    if remaining.first == UInt8(ascii: "."), next.count < 100 {
                        next.append((Substring(remaining.dropFirst()), inner))
                    }
                }
            }
            open = next
        }
        return nil
    }

    /// The tensors of a state dict; the last of equal names counts, as in Python.
    private func tensors(of dictionary: Int) throws(MDLSTMError) -> [(name: String, tensor: Int)] {
        var tensors: [(name: String, tensor: Int)] = []
        var places: [String: Int] = [:]
        for (key, value) in dictionaries[dictionary] {
            guard case .tensor(let index) = value else { continue }
            let name = try pickle.string(key)
            guard name != "__metadata__" else {
                throw MDLSTMError(.data, "\(file): expected other names, found a tensor '\(name)'; rename it")
            }
            if let place = places[name] {
                tensors[place].tensor = index
            } else {
                places[name] = tensors.count
                tensors.append((name, index))
            }
        }
        return tensors
    }

    /// "its keys are 'a', 'b'".
    private func listedKeys(_ dictionary: Int) -> String {
        let keys = dictionaries[dictionary].map(\.key)
        let listed = keys.prefix(Self.mostListed).map { "'\(pickle.shown($0))'" }.joined(separator: ", ")
        return keys.isEmpty
            ? "it has no keys that are text" : "its keys are \(listed)\(keys.count > Self.mostListed ? ", .." : "")"
    }

    private func described(_ value: PickleValue) -> String {
        switch value {
        case .tensor: "a single tensor"
        case .list: "a list"
        case .tuple: "a tuple"
        default: "something else"
        }
    }
}

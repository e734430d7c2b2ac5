/// A library whose names a file of tensors has; the raw value is that of the command's `--from`.
enum ForeignLibrary: String {
    case pytorch, keras, onnx, tensorflow
    case tensorflowMD = "tensorflow-md"

    /// By the names that nothing else has; nil where there are none.
    init?(_ file: TensorFile) {
        for name in file.names {
            guard let library = ForeignLibrary(name, rank: file[name]?.shape.count ?? 0) else { continue }
            self = library
            return
        }
        // Keras has such names too, beside its recurrent kernels.
        guard file.names.contains(where: { $0.withoutOutputNumber.hasSuffix("lstm_cell/kernel") }) else { return nil }
        self = .tensorflow
    }

    /// The library that calls a tensor of recurrent weights so.
    init?(_ name: String, rank: Int) {
        let name = name.withoutOutputNumber
        if rank == 2, name.split(before: ForeignNames.pyTorch) != nil {
            self = .pytorch
        } else if rank == 2, name.split(before: ["recurrent_kernel"]) != nil {
            self = .keras
        } else if rank == 3, name.split(before: ["R"]) != nil {
            self = .onnx
        } else if rank == 1, name.split(before: ["new_h/scale", "new_h/layer_norm/scale"]) != nil {
            self = .tensorflowMD
        } else {
            return nil
        }
    }
}

extension WeightSource {
    /// The library whose names are expected.
    var library: ForeignLibrary {
        switch self {
        case .pytorch, .pytorchModel: .pytorch
        case .keras: .keras
        case .onnx: .onnx
        case .tensorflow: .tensorflow
        case .tensorflowMD: .tensorflowMD
        }
    }
}

extension ForeignLibrary {
    /// Names that the library has, for messages.
    var example: String {
        switch self {
        case .pytorch: PyTorchName.example
        case .keras: "kernel, recurrent_kernel"
        case .onnx: "W, R"
        case .tensorflow: "rnn/lstm_cell/kernel, rnn/lstm_cell/bias"
        case .tensorflowMD: "kernel, new_h/scale"
        }
    }
}

/// What names say of the layers that a file has.
enum ForeignNames {
    /// PyTorch's names of the recurrent weights of an LSTM's first layer and of an LSTMCell.
    static let pyTorch = ["weight_hh_l0", "weight_hh"]

    /// What the names of each recurrent layer begin with, in the order of the file; none where that is nothing.
    static func prefixes(of names: [String]) -> [String] {
        var seen: Set<String> = []
        var prefixes: [String] = []
        for name in names {
            guard let (prefix, _) = name.withoutOutputNumber.split(before: pyTorch + ["recurrent_kernel", "R"]) else {
                continue
            }
            // Both directions of Keras' Bidirectional are one layer.
            let parts = prefix.split(separator: "/", omittingEmptySubsequences: false)
            let direction = parts.firstIndex { $0.hasPrefix("forward_") || $0.hasPrefix("backward_") }
            let layer = direction.map { parts[..<$0].map { $0 + "/" }.joined() } ?? prefix
            if !layer.isEmpty, seen.insert(layer).inserted { prefixes.append(layer) }
        }
        return prefixes
    }

    /// "; choose one layer with --prefix encoder.lstm. or --prefix decoder.lstm."; nothing where no prefix would do.
    package static func advice(for names: [String]) -> String {
        let prefixes = prefixes(of: names)
        guard !prefixes.isEmpty else { return "" }
        let listed = prefixes.prefix(6).map { "--prefix \($0)" }.joined(separator: " or ")
        return "; choose one layer with \(listed)" + (prefixes.count > 6 ? ", .." : "")
    }
}

extension String {
    /// A name without TensorFlow's `:0`.
    var withoutOutputNumber: String { hasSuffix(":0") ? String(dropLast(2)) : self }

    /// Whether a tensor of this name belongs to the layer of a prefix, whose last dot or slash may be left out.
    package func isTensor(under prefix: String) -> Bool {
        guard hasPrefix(prefix) else { return false }
        guard let last = prefix.last, !"./_".contains(last) else { return true }
        return dropFirst(prefix.count).first.map { "./".contains($0) } ?? false
    }
}

extension TensorFile {
    /// The tensors whose names are chosen, in order, and the metadata.
    package func selecting(_ isChosen: (String) -> Bool) -> TensorFile {
        var file = TensorFile(name: name)
        file.metadata = metadata
        for name in names where isChosen(name) { file.append(name, self[name]!) }
        return file
    }

    /// Refuses a prefix that no name begins with.
    package static func requireNames(
        _ chosen: [String], under prefix: String, among names: [String], file: String
    ) throws(MDLSTMError) {
        guard chosen.isEmpty else { return }
        let first = names.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
        throw MDLSTMError(
            .data,
            "\(file): expected names that begin with '\(prefix)', found \(counted(names.count, "other name"))"
                + (first.isEmpty ? "" : " such as \(first)") + ForeignNames.advice(for: names))
    }

    /// Refuses tensors with the names of another library alone.
    func requireNames(of library: ForeignLibrary) throws(MDLSTMError) {
        let found = names.lazy.map { ForeignLibrary($0, rank: self[$0]?.shape.count ?? 0) }
        guard let other = ForeignLibrary(self), other != library, !found.contains(library), let first = names.first
        else { return }
        throw MDLSTMError(
            .data,
            "unexpected tensor '\(first)' of shape \(self[first]?.shape ?? []); expected names such as "
                + "\(library.example); the names are those of --from \(other.rawValue)")
    }

    /// Refuses tensors that nothing but another library's weights can be, in place of a file of this package.
    func refuseForeign() throws(MDLSTMError) {
        guard let library = ForeignLibrary(self) else { return }
        do {
            try refuseOtherCells()
        } catch {
            throw MDLSTMError(.data, "\(name): \(error.message)")
        }
        throw MDLSTMError(
            .data,
            "\(name): expected a file of this package, found weights with the names of another library; "
                + "'mdlstm convert \(name) layer.safetensors --from \(library.rawValue)' makes a layer of it")
    }

    /// What to do with a file of which nothing but the weights of another library is known; nil for any other.
    package var conversion: String? {
        ForeignLibrary(self).map {
            "'mdlstm convert \(name) layer.safetensors --from \($0.rawValue)' makes a layer of it"
        }
    }
}

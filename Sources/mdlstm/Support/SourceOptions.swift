import ArgumentParser
import MDLSTM

/// The flags of `convert` that choose tensors of a file.
struct SourceOptions: ParsableArguments {
    @Option(help: "Where the state dict is in a checkpoint of torch.save; keys in keys with dots: model.ema.")
    var key: String?

    @Option(help: "The layer to convert, by what the names of its tensors begin with: encoder.lstm.")
    var prefix: String?

    @Option(
        parsing: .unconditional,
        help: """
            The modules of a PyTorch model in the order they are applied in, to make a model of: \
            embedding=NAME, lstm=NAME, dense=NAME, relu, tanh, sigmoid, softmax or dropout, with commas between.
            """)
    var layers: String?

    func validate() throws {
        if layers != nil, prefix != nil {
            throw ValidationError("--layers names modules in full; it does not go with --prefix")
        }
        _ = try modules()
    }

    /// The modules that `--layers` lists, or nil without it.
    func modules() throws -> [PyTorchModule]? {
        try layers.map { try $0.split(separator: ",", omittingEmptySubsequences: false).map(Self.module) }
    }

    private static func module(_ item: Substring) throws -> PyTorchModule {
        let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        if parts.count == 2 {
            switch parts[0] {
            case "embedding": return .embedding(parts[1])
            case "lstm": return .lstm(parts[1])
            case "dense", "linear": return .dense(parts[1])
            default: break
            }
        } else if let function = Activation(rawValue: parts[0]) {
            return .activation(function)
        } else if parts[0] == "dropout" {
            return .dropout
        }
        let functions = Activation.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError(
            "--layers lists embedding=NAME, lstm=NAME, dense=NAME, \(functions) and dropout, found '\(item)'")
    }

    /// The tensors chosen, and a line on those that `--layers` leaves out.
    func tensors(of path: String, _ bytes: [UInt8]) throws -> (tensors: TensorFile, note: String?) {
        guard let modules = try modules() else {
            let file = try SourceFile(bytes, of: path, key: key) { name in
                prefix.map { name.isTensor(under: $0) } ?? true
            }
            if let prefix {
                try TensorFile.requireNames(file.tensors.names, under: prefix, among: file.names, file: path)
            }
            return (file.tensors, nil)
        }
        let file = try SourceFile(bytes, of: path, key: key) { name in modules.contains { $0.owns(name) } }
        try named(path) { () throws(MDLSTMError) in
            for module in modules { try module.requireTensors(among: file.names) }
        }
        let left = file.names.filter { file.tensors[$0] == nil }
        let listed = left.prefix(4).map { "'\($0.onOneLine)'" }.joined(separator: ", ")
        return (
            file.tensors,
            left.isEmpty
                ? nil
                : "left out, since --layers does not name them: \(counted(left.count, "tensor")), \(listed)"
                    + (left.count > 4 ? ", .." : "")
        )
    }
}

import ArgumentParser
import MDLSTM
import MDLSTMArchives

/// A file of weights, of whatever kind it is by its content.
struct SourceFile {
    /// The names of all its tensors.
    let names: [String]

    /// The tensors chosen.
    let tensors: TensorFile

    /// Reads the tensors that `isChosen` has by their names.
    ///
    /// Throws `.data` for a kind that is not read, naming it and what to do, and where the file is damaged.
    ///
    /// - Parameters:
    ///   - bytes: those of the file
    ///   - path: its name
    ///   - key: where the state dict of a file of torch.save is
    init(_ bytes: [UInt8], of path: String, key: String? = nil, where isChosen: (String) -> Bool) throws {
        let kind = FileKind(bytes)
        if key != nil, kind != .pyTorch {
            throw ValidationError("--key goes with files of torch.save; \(path) is \(kind)")
        }
        switch kind {
        case .safetensors: self.init(try TensorFile(parsing: bytes, name: path), where: isChosen)
        case .numpyArchive: self.init(try NumpyArchive(parsing: bytes, name: path).tensors, where: isChosen)
        case .pyTorch:
            let file = try PyTorchFile(parsing: bytes, key: key, name: path)
            self.init(names: file.names, tensors: try file.tensors(where: isChosen))
        default:
            throw MDLSTMError(
                .data,
                "\(path): expected a .safetensors, .npz or .pt file of weights, found \(kind)"
                    + (kind.remedy(path).map { "; \($0)" } ?? ""))
        }
    }

    private init(names: [String], tensors: TensorFile) { (self.names, self.tensors) = (names, tensors) }

    private init(_ file: TensorFile, where isChosen: (String) -> Bool) {
        self.init(names: file.names, tensors: file.selecting(isChosen))
    }
}

import MDLSTM
import MDLSTMArchives

/// The tensors of a file of weights, of whatever kind it is by its content.
///
/// Throws `.data` for a kind that is not read, naming it and what to do, and where the file is damaged.
///
/// - Parameter key: where the state dict of a file of torch.save is
func readWeights(_ path: String, key: String? = nil) throws(MDLSTMError) -> TensorFile {
    let bytes = try readFile(path)
    let kind = FileKind(bytes)
    switch kind {
    case .safetensors: return try TensorFile(parsing: bytes, name: path)
    case .numpyArchive: return try NumpyArchive(parsing: bytes, name: path).tensors
    case .pyTorch: return try PyTorchFile(parsing: bytes, key: key, name: path).tensors()
    default:
        throw MDLSTMError(
            .data,
            "\(path): expected a safetensors or .npz file, found \(kind)"
                + (kind.remedy(path).map { "; \($0)" } ?? ""))
    }
}

import MDLSTM
import Testing

/// What is said of a density's file once a tensor is missing or has another name; the file is left so.
func refusal(ofDensity path: String, without name: String, renamed: String? = nil) throws -> String {
    let whole = try TensorFile(contentsOf: path)
    var file = TensorFile(name: path)
    file.metadata = whole.metadata
    for own in whole.names {
        if own != name { file.append(own, whole[own]!) } else if let renamed { file.append(renamed, whole[own]!) }
    }
    try file.write(to: path)
    let error = try #require(throws: MDLSTMError.self) { try DensityFile<Float>(contentsOf: path) }
    #expect(error.kind == .data && error.message.hasPrefix(path))
    return error.message
}

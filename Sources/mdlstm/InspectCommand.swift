import ArgumentParser
import MDLSTM

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Show what a file of ours holds: configuration, shapes, norms.")

    @Argument(
        help:
            "A .safetensors file of a layer, a model, states, gradients or a checkpoint, the folder of a run, or a .npy array; - for standard input.",
        transform: StandardStream.input)
    var file: String

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        let file = isFolder(self.file) ? self.file + "/model.safetensors" : file
        let bytes = try readFile(file)
        let tensors: [Summary]
        var density: DensityFile<Double>?
        var configuration: JSONValue?
        var sharing: [String] = []
        var seed: UInt64?
        if bytes.starts(with: [0x93] + Array("NUMPY".utf8)) {
            let array = try NumpyArray(parsing: bytes, name: file)
            tensors = [Summary("array", type: array.type, tensor: try array.tensor())]
        } else {
            let content = try TensorFile(parsing: bytes, name: file)
            configuration = try content.configuration()
            seed = content.seed
            if configuration == nil, let conversion = content.conversion {
                printError("weights with the names of another library; \(conversion)")
            }
            if try DensityFile<Double>.isDensity(content) {
                density = try DensityFile(content, path: file)
            } else {
                sharing = try check(content, configuration)
            }
            try checkCheckpoint(content)
            tensors = try content.names.map { name in
                Summary(name, type: content[name]!.type, tensor: try content.tensor(name))
            }
        }
        if let density { sharing = density.lines }
        try json
            ? printJSON(file, tensors, configuration, seed, density) : printText(tensors, configuration, sharing, seed)
    }

    /// Reads the configuration, so that one this program does not understand is refused.
    ///
    /// - Returns: which weights the layers along a depth share
    private func check(_ content: TensorFile, _ configuration: JSONValue?) throws -> [String] {
        guard let configuration else { return [] }
        if configuration["type"] != nil, try MCGSMFile<Double>(content) != nil { return [] }
        if configuration["model"] != nil {
            return try ModelConfiguration(json: configuration, name: file).weightSharing
        }
        return [try LayerConfiguration(json: configuration, name: file).weightSharing].compactMap(\.self)
    }

    /// Reads a checkpoint, so that one that cannot be resumed from is refused.
    private func checkCheckpoint(_ content: TensorFile) throws {
        guard content.metadata[checkpointKey] != nil else { return }
        do {
            _ = try Checkpoint<Float>(content, path: file)
        } catch let error where error.kind == .option {
            // It is of the other precision.
            _ = try Checkpoint<Double>(content, path: file)
        }
    }

    private func printJSON(
        _ file: String, _ tensors: [Summary], _ configuration: JSONValue?, _ seed: UInt64?,
        _ density: DensityFile<Double>?
    ) throws {
        var object: JSONObject = ["file": .string(file)]
        if let configuration { object["configuration"] = configuration }
        if let seed { object["seed"] = .string(String(seed)) }
        object["parameters"] = .integer(tensors.reduce(0) { $0 + $1.count })
        if let density { object["density"] = density.summary }
        object["tensors"] = .array(tensors.map(\.json))
        try printResult(JSONValue.object(object).serialized())
    }

    private func printText(_ tensors: [Summary], _ configuration: JSONValue?, _ sharing: [String], _ seed: UInt64?)
        throws
    {
        if let configuration { try printResult(configuration.serialized(indented: true)) }
        for text in sharing { try printResult(text) }
        if let seed { try printResult("seed: \(seed)") }
        let rows = tensors.map { tensor in
            [
                tensor.name.onOneLine, tensor.type.rawValue, "\(tensor.shape)", scientific(tensor.norm),
                scientific(tensor.least), scientific(tensor.largest), tensor.isFinite ? "" : "NOT FINITE",
            ]
        }
        try printResult(table([["tensor", "type", "shape", "norm", "least", "largest"]] + rows))
    }
}

/// The numbers that describe a tensor.
private struct Summary {
    let name: String
    let type: ElementType
    let shape: [Int]
    let norm: Double, least: Double, largest: Double
    let isFinite: Bool

    init(_ name: String, type: ElementType, tensor: Tensor<Double>) {
        self.name = name
        self.type = type
        shape = tensor.shape
        // Scaled by the largest magnitude, whose square may be beyond Double.
        let magnitude = tensor.values.reduce(0) { max($0, abs($1)) }
        let scale = magnitude > 0 ? magnitude : 1
        norm = scale * tensor.values.reduce(0) { $0 + ($1 / scale) * ($1 / scale) }.squareRoot()
        least = tensor.values.min() ?? .nan
        largest = tensor.values.max() ?? .nan
        isFinite = tensor.firstNonFinite == nil
    }

    var count: Int { shape.reduce(1, *) }

    var json: JSONValue {
        [
            "name": .string(name), "type": .string(type.rawValue),
            "shape": .array(shape.map { .integer($0) }), "norm": .number(norm), "least": .number(least),
            "largest": .number(largest), "finite": .bool(isFinite),
        ]
    }
}

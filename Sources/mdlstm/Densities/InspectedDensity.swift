import MDLSTM

extension DensityFile {
    /// Numbers beside those of the whitening.
    private var weights: Int { parameters.shapes.reduce(0) { $0 + $1.count } }

    /// What `mdlstm inspect` tells of a density beside its tensors.
    var lines: [String] {
        let options = model.options
        let layers = model.layers.map { "\($0.cell.rawValue) of \(counted($0.hiddenSize, "unit"))" }
        return [
            "neighbourhood: \(options.neighbourhood) x \(options.neighbourhood), "
                + "\(counted(whitening.inputSize, "pixel")) before each, border \(options.border.rawValue)",
            "layers: " + (layers.isEmpty ? "none" : layers.joined(separator: ", ")) + (skips ? ", with a skip" : ""),
            "head: \(counted(options.components, "component")) of \(counted(options.scales, "scale")), "
                + "\(counted(options.features, "feature"))\(options.means ? ", with means" : "")",
            "whitening: log-Jacobian \(rounded(whitening.logJacobian, 4)) nats a pixel",
            "weights: \(weights), those of the whitening not among them",
        ]
    }

    private var skips: Bool { model.options.skip && !model.layers.isEmpty }

    /// The member `density` of `mdlstm inspect --json`.
    var summary: JSONValue {
        let options = model.options
        return [
            "neighbourhood": .integer(options.neighbourhood), "border": .string(options.border.rawValue),
            "layers": .integer(model.layers.count), "skip": .bool(options.skip),
            "head": [
                "components": .integer(options.components), "scales": .integer(options.scales),
                "features": .integer(options.features), "means": .bool(options.means),
            ],
            "whitening": [
                "inputs": .integer(whitening.inputSize), "outputs": .integer(whitening.outputSize),
                "logJacobian": .number(whitening.logJacobian),
            ], "weights": .integer(weights),
        ]
    }
}

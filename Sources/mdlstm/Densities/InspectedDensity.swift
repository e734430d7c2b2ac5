import MDLSTM

extension DensityFile {
    /// What `mdlstm inspect` tells of a density beside its tensors.
    var lines: [String] {
        let layers = model.layers.map { "\($0.cell.rawValue) of \(counted($0.hiddenSize, "unit"))" }
        let isColored = options.color != .gray
        let before = isColored ? "" : "\(counted(whitening.inputSize, "pixel")) before each, "
        var lines = [
            "neighbourhood: \(options.neighbourhood) x \(options.neighbourhood), \(before)border \(options.border.rawValue)",
            "layers: " + (layers.isEmpty ? "none" : layers.joined(separator: ", ")) + (skips ? ", with a skip" : ""),
            "head: \(counted(options.components, "component")) of \(counted(options.scales, "scale")), "
                + "\(counted(options.features, "feature"))\(options.means ? ", with means" : "")",
        ]
        if isColored { lines += planes.map(\.line) }
        let colors = isColored ? ", that of colours among it" : ""
        lines.append("whitening: log-Jacobian \(rounded(logJacobian, 4)) nats a pixel\(colors)")
        return lines + ["weights: \(weights), those of the whitening not among them"]
    }

    private var skips: Bool { options.skip && !model.layers.isEmpty }

    /// Numbers beside those of the whitening.
    private var weights: Int { planes.reduce(0) { $0 + $1.weights } }

    /// What all densities of what is whitened lack to that of pixels.
    private var logJacobian: Double { planes.reduce(0) { $0 + $1.logJacobian } }

    /// The member `density` of `mdlstm inspect --json`.
    var summary: JSONValue {
        var members: JSONObject = [
            "neighbourhood": .integer(options.neighbourhood), "border": .string(options.border.rawValue),
            "color": .string(options.color.rawValue), "layers": .integer(model.layers.count),
            "skip": .bool(options.skip),
            "head": [
                "components": .integer(options.components), "scales": .integer(options.scales),
                "features": .integer(options.features), "means": .bool(options.means),
            ],
        ]
        if options.color == .gray {
            members["whitening"] = planes[0].summary
        } else {
            var networks: JSONObject = [:]
            for plane in planes {
                networks[plane.model.plane.rawValue] = [
                    "whitening": plane.summary, "weights": .integer(plane.weights),
                ]
            }
            members["networks"] = .object(networks)
            members["logJacobian"] = .number(logJacobian)
        }
        members["weights"] = .integer(weights)
        return .object(members)
    }
}

extension PlaneDensity {
    fileprivate var weights: Int { parameters.shapes.reduce(0) { $0 + $1.count } }

    fileprivate var logJacobian: Double { whitening.logJacobian + model.plane.logJacobian }

    fileprivate var line: String {
        "\(model.plane): \(counted(whitening.inputSize, "number")) known of each pixel's window, "
            + "\(counted(whitening.outputSize, "output")), \(counted(weights, "weight"))"
    }

    /// Of the whitening.
    fileprivate var summary: JSONValue {
        [
            "inputs": .integer(whitening.inputSize), "outputs": .integer(whitening.outputSize),
            "logJacobian": .number(whitening.logJacobian),
        ]
    }
}

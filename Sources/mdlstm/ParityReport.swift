import MDLSTM
import MDLSTMImages
import MDLSTMTasks

/// What `mdlstm train parity` tells about its two networks.
struct ParityReport<Element: Scalar> {
    /// One network after its training.
    struct Network {
        let kind: ParityTask.ModelKind
        let model: ModelConfiguration
        let result: ParityTraining<Element>.Result
        let seconds: Double

        var name: String { kind == .grid ? "grid" : "feed-forward" }

        fileprivate var summary: String {
            let count = ParityTraining<Element>.testCount
            let verdict = result.isLearned ? "learned" : "NOT learned"
            return "\(name): \(verdict), \(count - result.mistakes) of \(count) fresh strings right, "
                + "\(counted(result.steps, "step")), \(rounded(seconds, 1)) s"
        }
    }

    /// In the order of `ParityTask.ModelKind`.
    let networks: [Network]

    /// Task and sizes in words.
    let name: String

    let seed: UInt64

    var summary: String { (["parity of \(name)"] + networks.map(\.summary)).joined(separator: "\n") }

    /// Steps and seconds are the grid's.
    var json: JSONValue {
        let (grid, feedForward) = (networks[0], networks[1])
        return [
            "gridAccuracy": .number(grid.result.accuracy), "feedForwardAccuracy": .number(feedForward.result.accuracy),
            "steps": .integer(grid.result.steps), "seconds": .number(grid.seconds),
            "feedForwardSteps": .integer(feedForward.result.steps),
            "feedForwardSeconds": .number(feedForward.seconds), "learned": .bool(grid.result.isLearned),
            "testStrings": .integer(ParityTraining<Element>.testCount),
        ]
    }

    /// One JSON object a validation.
    private var metrics: String {
        networks.flatMap { network in
            network.result.validations.map { validation in
                let line: JSONValue = [
                    "network": .string(network.kind.rawValue), "step": .integer(validation.step),
                    "loss": .number(validation.loss), "accuracy": .number(validation.accuracy),
                ]
                return line.serialized() + "\n"
            }
        }.joined()
    }

    private var plot: SVG {
        LinePlot(
            title: "parity of \(name)", xLabel: "step", yLabel: "accuracy on fresh strings",
            series: networks.map { network in
                let points = network.result.validations.map { SIMD2(Double($0.step), $0.accuracy) }
                return LinePlot.Series(network.name, points: points)
            }
        ).svg()
    }

    /// Writes a model file of each network, metrics.jsonl and accuracy.svg.
    func write(into folder: OutputFolder) throws(MDLSTMError) {
        for network in networks {
            let file = ModelFile(model: network.model, parameters: network.result.parameters, seed: seed)
            try folder.write("\(network.kind.rawValue).safetensors") { path throws(MDLSTMError) in
                try file.write(to: path)
            }
        }
        try folder.write("metrics.jsonl") { path throws(MDLSTMError) in try writeFile(Array(metrics.utf8), to: path) }
        try folder.write("accuracy.svg") { path throws(MDLSTMError) in try plot.write(to: path) }
    }
}

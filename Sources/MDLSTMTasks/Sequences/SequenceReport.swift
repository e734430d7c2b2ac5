public import MDLSTM
public import MDLSTMImages

/// What has come of trainings of one network of a task from several seeds.
public struct SequenceReport<Task: SequenceTask>: Sendable {
    /// One training, without its parameters.
    public struct Run: Sendable {
        public let seed: UInt64
        public let measurements: [SequenceMeasurement]
        public let test: SequenceScore
        public let examples: Int, steps: Int
        public let seconds: Double

        public init<Element: Scalar>(_ result: SequenceTraining<Task, Element>.Result) {
            (seed, measurements, test) = (result.seed, result.measurements, result.test)
            (examples, steps, seconds) = (result.examples, result.steps, result.seconds)
        }
    }

    public let task: Task
    public let network: SequenceNetwork
    public let model: ModelConfiguration
    public let runs: [Run]

    /// Shares of whole answers that are asked when they were first reached, by their names in JSON.
    public static var shares: [(name: String, share: Double)] { [("0.90", 0.9), ("0.97", 0.97), ("0.99", 0.99)] }

    /// Of the whole model.
    public var weights: Int { model.parameterShapes.reduce(0) { $0 + $1.count } }

    /// - Precondition: there is a run.
    public init(task: Task, network: SequenceNetwork, model: ModelConfiguration, runs: [Run]) {
        (self.task, self.network, self.model, self.runs) = (task, network, model, runs)
    }

    /// The median over runs of the examples until a share was reached, one that never did counting as more than any; of an
    /// even number the mean of the two in the middle. Nil where the middle has not reached it.
    public func medianExamples(until share: Double) -> Int? {
        Self.median(runs.map { $0.measurements.examples(until: share) })
    }

    static func median(_ counts: [Int?]) -> Int? {
        let sorted = counts.map { $0 ?? .max }.sorted()
        let middle = (sorted[(sorted.count - 1) / 2], sorted[sorted.count / 2])
        return middle.1 == .max ? nil : (middle.0 + middle.1) / 2
    }

    /// The object of `mdlstm train addition --json`.
    public var json: JSONValue {
        func until(_ examples: (Double) -> Int?) -> JSONValue {
            var members = JSONObject()
            for (name, share) in Self.shares { members[name] = examples(share).map { .integer($0) } ?? .null }
            return .object(members)
        }
        return [
            "task": .string(task.name), "model": .string(network.kind.rawValue), "tied": .bool(network.isTied),
            "layers": .integer(network.layers), "hidden": .integer(network.hiddenSize), "weights": .integer(weights),
            "runs": .array(
                runs.map { run in
                    [
                        "seed": .integer(Int(run.seed)), "examples": .integer(run.examples),
                        "steps": .integer(run.steps), "seconds": .number(run.seconds),
                        "whole": .number(run.test.whole), "symbols": .number(run.test.symbols),
                        "until": until { run.measurements.examples(until: $0) },
                    ]
                }), "medianUntil": until { medianExamples(until: $0) },
        ]
    }
}

extension SequenceReport {
    /// Whole answers against examples: the median over runs, each run, and as dashes the shares of ``shares``.
    ///
    /// A run that has ended counts with its last share.
    public func curves(title: String) -> LinePlot {
        let longest = runs.map(\.measurements).max { $0.count < $1.count } ?? []
        let shares = runs.map { run in run.measurements.map(\.score.whole) }
        var series: [LinePlot.Series] = []
        var bands: [LinePlot.Band] = []
        if runs.count > 1 {
            let at = longest.indices.map { index in
                shares.compactMap { $0.isEmpty ? nil : $0[min(index, $0.count - 1)] }.sorted()
            }
            func line(_ value: ([Double]) -> Double) -> [SIMD2<Double>] {
                zip(longest, at).map { SIMD2(Double($0.examples), value($1)) }
            }
            series = [
                LinePlot.Series(
                    "median of \(runs.count) seeds", points: line { ($0[($0.count - 1) / 2] + $0[$0.count / 2]) / 2 })
            ]
            bands = [LinePlot.Band("from the lowest to the highest", lower: line { $0[0] }, upper: line { $0.last! })]
        } else {
            series = runs.map { run in
                LinePlot.Series(
                    "seed \(run.seed)", points: run.measurements.map { SIMD2(Double($0.examples), $0.score.whole) })
            }
        }
        var plot = LinePlot(
            title: title, xLabel: "examples seen", yLabel: "whole answers right", series: series,
            references: [LinePlot.Reference("99 %", y: 0.99)])
        plot.bands = bands
        plot.hasWholeX = true
        return plot
    }
}

import MDLSTM
import MDLSTMImages
import MDLSTMTasks
import Testing

/// What is said of trainings from several seeds.
struct SequenceReportTests {
    private let task: MemorizationTask
    private let network = SequenceNetwork(.grid, layers: 2, hiddenSize: 3)

    init() throws { task = try MemorizationTask(symbols: 1, alphabet: 2) }

    /// A run of which the shares of whole answers after 1000, 2000, .. examples are known.
    private func run(_ seed: UInt64, _ shares: [Double]) -> SequenceReport<MemorizationTask>.Run {
        SequenceReport.Run(
            SequenceTraining<MemorizationTask, Float>.Result(
                seed: seed,
                measurements: shares.enumerated().map {
                    SequenceMeasurement(
                        examples: 1000 * ($0 + 1), loss: 1, score: SequenceScore(whole: $1, symbols: 0.5))
                }, test: SequenceScore(whole: 0.75, symbols: 0.875), steps: 10, examples: 1000 * shares.count,
                seconds: 1.5, parameters: ParameterTensors()))
    }

    private func report(_ shares: [Double]...) throws -> SequenceReport<MemorizationTask> {
        SequenceReport(
            task: task, network: network, model: try network.model(for: task),
            runs: shares.enumerated().map { run(UInt64($0 + 1), $1) })
    }

    @Test func mediansCountWhatIsNotReachedAsMore() throws {
        let report = try report([0.9, 0.99], [0.1, 0.95, 0.98], [0.1, 0.2, 0.9, 0.97])
        #expect(report.medianExamples(until: 0.9) == 2000)
        #expect(report.medianExamples(until: 0.97) == 3000)
        #expect(report.medianExamples(until: 0.99) == nil)
        let even = try self.report([0.9, 0.99], [0.1, 0.95, 0.98], [0.1], [0.9])
        #expect(even.medianExamples(until: 0.9) == 1500 && even.medianExamples(until: 0.97) == nil)
    }

    @Test func jsonHasTheMembers() throws {
        let json = try report([0.95, 0.97], [0.5], [0.9]).json
        #expect(
            json.objectValue?.keys == [
                "task", "model", "tied", "layers", "hidden", "weights", "runs", "medianUntil",
            ])
        #expect(json["task"] == "memorization" && json["model"] == "grid" && json["tied"] == true)
        #expect(json["layers"] == 2 && json["hidden"] == 3 && json["weights"] == .integer(24 + 168 + 12))
        let runs = try #require(json["runs"]?.arrayValue)
        #expect(
            runs.first == [
                "seed": 1, "examples": 2000, "steps": 10, "seconds": 1.5, "whole": 0.75, "symbols": 0.875,
                "until": ["0.90": 1000, "0.97": 2000, "0.99": nil],
            ])
        #expect(runs.count == 3 && json["medianUntil"] == ["0.90": 1000, "0.97": nil, "0.99": nil])
    }

    /// The median over seeds with the spread between the lowest and the highest; a run that has ended counts as it ended.
    @Test func curvesHaveTheSpread() throws {
        let plot = try report([0.1, 0.9], [0.3], [0.2, 0.4, 0.5]).curves(title: "t")
        #expect(plot.series.map(\.name) == ["median of 3 seeds"])
        #expect(plot.series[0].points == [SIMD2(1000, 0.2), SIMD2(2000, 0.4), SIMD2(3000, 0.5)])
        #expect(plot.bands[0].lower == [SIMD2(1000, 0.1), SIMD2(2000, 0.3), SIMD2(3000, 0.3)])
        #expect(plot.bands[0].upper == [SIMD2(1000, 0.3), SIMD2(2000, 0.9), SIMD2(3000, 0.9)])
        let single = try report([0.1, 0.9]).curves(title: "t")
        #expect(single.bands.isEmpty && single.series.map(\.name) == ["seed 1"])
    }
}

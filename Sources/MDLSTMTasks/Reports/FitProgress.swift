import Foundation
public import MDLSTM

/// What a training tells while it goes on: a row of a table for each epoch and, on a terminal, a line that overwrites itself.
public final class FitProgress {
    private let configuration: FitConfiguration
    private let columns: [Column]

    /// Prints a line for good.
    private let line: (String) -> Void

    /// Shows a line in the place of the one before, or does not even ask for it; nil where there is no terminal.
    private let live: ((() -> String) -> Void)?

    /// Seconds on a clock that never goes back.
    private let now: () -> Double

    private var hasHeader = false

    /// When the step before, or the epoch before, ended; nil before the first step of the run, in which kernels are compiled.
    private var mark: Double?
    private var timedSamples = 0, timedSeconds = 0.0

    /// How much of the training was done when, at the first step of this run.
    private var start: (time: Double, done: Double)?
    private var lastFigure = ""

    private struct Column {
        let name: String, width: Int
        let text: (EpochRecord) -> String
    }

    /// - Parameters:
    ///   - configuration: of the loop
    ///   - figures: the numbers of an evaluation that have columns
    ///   - live: shows a line that the next overwrites, composing it only if it is due; nil where stderr is no terminal
    ///   - line: prints a line
    ///   - now: seconds on a clock that never goes back
    public init(
        _ configuration: FitConfiguration, figures: [String], live: ((() -> String) -> Void)?,
        line: @escaping (String) -> Void, now: (() -> Double)? = nil
    ) {
        (self.configuration, self.live, self.line) = (configuration, live, line)
        let clock = ContinuousClock()
        let zero = clock.now
        self.now = now ?? { (clock.now - zero) / .seconds(1) }
        let epochs = configuration.epochs.map { "/\($0)" } ?? ""
        columns =
            [
                Column(name: "epoch", width: max(5, 2 * epochs.count - 1)) { "\($0.epoch)\(epochs)" },
                Column(name: "step", width: 8) { "\($0.step)" },
                Column(name: "train loss", width: 10) { Self.text(of: $0.trainLoss) },
            ]
            + figures.map { name in
                Column(name: name, width: max(10, name.count)) { $0.figure(name).map { Self.text(of: $0) } ?? "-" }
            } + [
                Column(name: "rate", width: 9) { Self.text(of: $0.learningRate) },
                Column(name: "time", width: 8) { Self.text(ofSeconds: $0.seconds) },
            ]
    }

    /// Samples trained with in a second of steps, evaluations aside; nil before the second step of the run.
    public var samplesPerSecond: Double? { timedSeconds > 0 ? Double(timedSamples) / timedSeconds : nil }

    /// Called after every step.
    ///
    /// - Parameters:
    ///   - report: of the step
    ///   - epoch: it is in, from 1
    ///   - batch: batches of the epoch that are done
    ///   - batches: of the epoch
    ///   - samples: of the step
    ///   - seconds: of the training so far
    public func afterStep(
        _ report: StepReport, epoch: Int, batch: Int, of batches: Int, samples: Int, seconds: Double
    ) {
        let time = now()
        if let mark {
            timedSamples += samples
            timedSeconds += time - mark
        }
        mark = time
        guard let live else { return }
        let done = done(
            epochs: Double(epoch - 1) + Double(batch) / Double(max(1, batches)), steps: report.step, seconds: seconds)
        let start = self.start ?? (time, done)
        self.start = start
        live {
            var parts = ["epoch \(epoch)" + (self.configuration.epochs.map { "/\($0)" } ?? "")]
            parts.append("batch \(batch)/\(batches)")
            parts.append("loss \(Self.text(of: report.loss))")
            if !self.lastFigure.isEmpty { parts.append(self.lastFigure) }
            if let rate = self.samplesPerSecond { parts.append("\(Self.text(ofRate: rate)) samples/s") }
            if done > start.done {
                let left = (time - start.time) / (done - start.done) * max(0, 1 - done)
                parts.append("\(Self.text(ofSeconds: left)) left")
            }
            return parts.joined(separator: ", ")
        }
    }

    /// Called where something else than a step begins, such as an evaluation.
    public func show(_ text: String) { live? { text } }

    /// Called when an epoch is over, all its files written: a row of the table.
    ///
    /// - Parameters:
    ///   - record: of the epoch
    ///   - isBest: whether the monitored figure is the best so far
    public func afterEpoch(_ record: EpochRecord, isBest: Bool) {
        if !hasHeader { line(row { $0.name }) }
        hasHeader = true
        line(row { $0.text(record) } + (isBest && record.validation != nil ? "  best" : ""))
        let monitor = configuration.monitor
        if let figure = record.figure(monitor) { lastFigure = "validation \(monitor) \(Self.text(of: figure))" }
        if mark != nil { mark = now() }
    }

    private func row(_ text: (Column) -> String) -> String {
        columns.map { column in
            let text = text(column)
            return String(repeating: " ", count: max(0, column.width - text.count)) + text
        }.joined(separator: "  ")
    }

    /// The share of the training that is done, by the end that is nearest.
    private func done(epochs: Double, steps: Int, seconds: Double) -> Double {
        let shares = [
            configuration.epochs.map { epochs / Double($0) }, configuration.steps.map { Double(steps) / Double($0) },
            configuration.seconds.map { seconds / $0 },
        ]
        return min(1, shares.compactMap { $0 }.max() ?? 0)
    }

    /// A number by the digits that count.
    static func text(of value: Double, digits: Int = 5) -> String { String(format: "%.\(digits)g", value) }

    static func text(ofRate rate: Double) -> String { String(format: rate < 10 ? "%.1f" : "%.0f", rate) }

    /// Such as `12.3 s`, `4:05` and `1:02:03`.
    static func text(ofSeconds seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e9 else { return "-" }
        if seconds < 59.95 { return String(format: "%.1f s", seconds) }
        let whole = Int(seconds.rounded())
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return whole < 3600
            ? "\(whole / 60):\(two(whole % 60))" : "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))"
    }
}

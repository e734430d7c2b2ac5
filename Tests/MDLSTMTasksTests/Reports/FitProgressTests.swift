import MDLSTM
import MDLSTMTasks
import Testing

/// The lines of a training with a clock of its own.
struct FitProgressTests {
    private final class Screen {
        var lines: [String] = [], shown: [String] = []
        var time = 100.0
    }

    private func progress(_ configuration: FitConfiguration, on screen: Screen, isTerminal: Bool) -> FitProgress {
        FitProgress(
            configuration, figures: ["loss", "error"], live: isTerminal ? { screen.shown.append($0()) } : nil,
            line: { screen.lines.append($0) }, now: { screen.time })
    }

    /// Epochs of 4 steps of 8 samples, a step a second and an evaluation 10.
    private func train(_ progress: FitProgress, _ screen: Screen, epochs: ClosedRange<Int>) {
        for epoch in epochs {
            for batch in 1...4 {
                screen.time += 1
                let step = 4 * (epoch - 1) + batch
                progress.afterStep(
                    StepReport(step: step, loss: 0.123456789, gradientNorm: 1, probeError: 0, learningRate: 0.003),
                    epoch: epoch, batch: batch, of: 4, samples: 8, seconds: Double(step))
            }
            screen.time += 10
            progress.afterEpoch(
                EpochRecord(
                    epoch: epoch, step: 4 * epoch, seconds: 14 * Double(epoch), learningRate: 0.003, trainLoss: 0.5,
                    validation: ["loss": 0.25, "error": .number(1 / Double(epoch))]),
                isBest: epoch != 2)
        }
    }

    @Test func tableHasALineAnEpoch() {
        let screen = Screen()
        let progress = progress(FitConfiguration(epochs: 3), on: screen, isTerminal: false)
        train(progress, screen, epochs: 1...3)
        #expect(screen.shown.isEmpty)
        let cells = screen.lines.map { $0.split(separator: /[ ]{2,}/).map { $0.trimmingPrefix(" ") }.map(String.init) }
        #expect(cells[0] == ["epoch", "step", "train loss", "loss", "error", "rate", "time"])
        #expect(cells[1] == ["1/3", "4", "0.5", "0.25", "1", "0.003", "14.0 s", "best"])
        #expect(cells[2] == ["2/3", "8", "0.5", "0.25", "0.5", "0.003", "28.0 s"])
        #expect(cells[3] == ["3/3", "12", "0.5", "0.25", "0.33333", "0.003", "42.0 s", "best"])
        #expect(cells.count == 4)
        // Columns stand under each other.
        let ends = screen.lines.map { $0.replacing("  best", with: "").count }
        #expect(Set(ends).count == 1, "\(screen.lines)")
    }

    @Test func terminalShowsTheTimeLeft() {
        let screen = Screen()
        let progress = progress(FitConfiguration(epochs: 3), on: screen, isTerminal: true)
        train(progress, screen, epochs: 1...1)
        #expect(screen.lines.count == 2)
        #expect(screen.shown[0] == "epoch 1/3, batch 1/4, loss 0.12346", "nothing is known before the second step")
        // Three of twelve steps took three seconds, one from the start of the clock; eight are left.
        #expect(screen.shown[3] == "epoch 1/3, batch 4/4, loss 0.12346, 8.0 samples/s, 8.0 s left")
        train(progress, screen, epochs: 2...3)
        // Evaluations take time too: 7 of 12 steps done since the first in 17 seconds.
        #expect(screen.shown[7].hasPrefix("epoch 2/3, batch 4/4, loss 0.12346, validation loss 0.25, 8.0 samples/s, "))
        #expect(screen.shown[7].hasSuffix(", 9.7 s left"), "\(screen.shown[7])")
        #expect(screen.shown[11].hasSuffix(", 0.0 s left"))
        #expect(progress.samplesPerSecond == 8)
    }

    /// A run that goes on counts what it does itself.
    @Test func timeLeftOfAResumedRun() {
        let screen = Screen()
        let progress = progress(FitConfiguration(epochs: 100), on: screen, isTerminal: true)
        train(progress, screen, epochs: 91...91)
        // 3 of 400 steps in 3 seconds, 36 are left.
        #expect(screen.shown[3].hasSuffix(", 36.0 s left"))
    }

    @Test func monitoredFigureIsShown() {
        let screen = Screen()
        var configuration = FitConfiguration(steps: 1000)
        configuration.monitor = "error"
        let progress = progress(configuration, on: screen, isTerminal: true)
        train(progress, screen, epochs: 1...4)
        #expect(
            screen.shown[15].hasPrefix("epoch 4, batch 4/4, loss 0.12346, validation error 0.33333, 8.0 samples/s, "))
        progress.show("evaluating")
        #expect(screen.shown.last == "evaluating")
    }

    /// The nearest end counts: 36 of 40 seconds are left.
    @Test func timeEndsTheTraining() {
        let screen = Screen()
        let progress = progress(FitConfiguration(epochs: 1000, seconds: 40), on: screen, isTerminal: true)
        train(progress, screen, epochs: 1...1)
        #expect(screen.shown[3].hasSuffix(", 36.0 s left"))
    }

    @Test(arguments: [
        (0.0, "0.0 s"), (59.9, "59.9 s"), (59.96, "1:00"), (61, "1:01"), (3599.6, "1:00:00"), (45296, "12:34:56"),
    ])
    func timesAreShort(_ seconds: Double, _ expected: String) {
        let screen = Screen()
        let progress = progress(FitConfiguration(epochs: 1), on: screen, isTerminal: false)
        progress.afterEpoch(
            EpochRecord(epoch: 1, step: 1, seconds: seconds, learningRate: 1, trainLoss: 1, validation: nil),
            isBest: true)
        #expect(screen.lines[1].hasSuffix("  \(expected)"), "no best without an evaluation: \(screen.lines[1])")
    }
}

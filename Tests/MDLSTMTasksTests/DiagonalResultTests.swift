import MDLSTM
import MDLSTMTasks
import Testing

/// The figures of a training of the diagonal task.
struct DiagonalResultTests {
    /// A result with these relevant losses, from step 1.
    private func result(relevant: [Double]) throws -> DiagonalResult {
        let reports = relevant.enumerated().map { index, value in
            StepReport(step: index + 1, loss: 2 * value, gradientNorm: 3, probeError: value, learningRate: 0.25)
        }
        return DiagonalResult(
            task: try DiagonalTask(kind: .md, rows: 3, columns: 3, batch: 1), reports: reports)
    }

    /// The relevant loss is below 0.01 once the mean of 20 steps is: neither of fewer nor of more.
    @Test(
        arguments: [
            // Learned at once after 30 steps: the last step that counts leaves the mean 20 steps later.
            (Array(repeating: 1, count: 30) + Array(repeating: 0, count: 40), 50),
            // Low from the start: there is no mean of 20 before step 20.
            (Array(repeating: 0.001, count: 40), 20), (Array(repeating: 0.001, count: 19), nil),
            // 11 low steps after high ones are not enough, though a mean over fewer would be low.
            (Array(repeating: 1, count: 30) + Array(repeating: 0, count: 15) + Array(repeating: 1, count: 30), nil),
            // 0.01 itself is not below it.
            (Array(repeating: 0.25, count: 1) + Array(repeating: 1.0 / 128, count: 40), 21),
            (Array(repeating: 1.0 / 64, count: 40), nil), ([], nil),
            // One high step of 20 keeps a mean of 0 + 0.19 / 20 below, 0.21 / 20 not.
            ([0.19] + Array(repeating: 0, count: 19), 20), ([0.21] + Array(repeating: 0, count: 19), nil),
        ] as [([Double], Int?)])
    func relevantIsLearnedAt(_ relevant: [Double], _ step: Int?) throws {
        #expect(try result(relevant: relevant).firstStepRelevantBelow001 == step)
    }

    /// Steps that are not numbers are not below anything.
    @Test func notANumberIsNotLearned() throws {
        #expect(try result(relevant: Array(repeating: .nan, count: 30)).firstStepRelevantBelow001 == nil)
    }

    @Test func runningMeansAreOverTwentySteps() throws {
        let values = (0..<47).map { Double($0 * 29 % 31) / 8 }
        let means = try result(relevant: values).runningMeans(of: \.probeError)
        #expect(means.count == 47)
        for (index, mean) in means.enumerated() {
            let last = values[max(0, index - 19)...index]
            #expect((mean - last.reduce(0, +) / Double(last.count)).magnitude < 1e-12, "step \(index + 1)")
        }
    }

    @Test func lossesAreMeansOfTheLastHundredSteps() throws {
        // The first of the last hundred is the only one that is not 0.
        let long = try result(relevant: Array(repeating: 9, count: 50) + [100] + Array(repeating: 0, count: 99))
        #expect(long.relevantLoss == 1 && long.overallLoss == 2)
        let short = try result(relevant: [1, 2])
        #expect(short.relevantLoss == 1.5 && short.overallLoss == 3)
        #expect(try result(relevant: []).overallLoss.isNaN)
    }
}

/// The training itself, on the reference.
struct DiagonalTrainingTests {
    private func makeTraining(steps: Int, learningRate: Double = 0.01) throws -> DiagonalTraining<Double> {
        let task = try DiagonalTask(kind: .md, rows: 3, columns: 4, batch: 2)
        return DiagonalTraining(
            task: task, model: try task.model(hiddenSize: 3), steps: steps, seed: 3,
            configuration: TrainingConfiguration(
                optimizer: .adam(), learningRate: LearningRateSchedule(learningRate)))
    }

    @Test func everyStepIsTakenAndReported() throws {
        let training = try makeTraining(steps: 5)
        var seen: [StepReport] = []
        let outcome = try training.run(on: ReferenceBackend(), wantsPredictions: true, progress: { seen.append($0) })
        #expect(outcome.failure == nil && outcome.result.reports == seen && seen.map(\.step) == [1, 2, 3, 4, 5])
        #expect(outcome.result.stepsPerSecond > 0)

        let task = training.task
        let trainer = try ReferenceBackend<Double>().makeTrainer(
            model: training.model, parameters: task.initialParameters(of: training.model, seed: 3),
            training: training.configuration)
        let predictions = try #require(outcome.predictions)
        #expect(predictions.sample.input == task.batch(seed: 3, step: 0, as: Double.self).input)
        #expect(predictions.before == (try trainer.predict(predictions.sample.input, samples: nil)))
        let reports = try (1...5).map { try trainer.step(task.batch(seed: 3, step: $0)) }
        #expect(reports == seen)
        #expect(outcome.parameters == (try trainer.parameters()))
        #expect(predictions.after == (try trainer.predict(predictions.sample.input, samples: nil)))
        #expect(try training.run(on: ReferenceBackend()).predictions == nil)
    }

    /// A training that goes on from a checkpoint ends like one that was left alone, with all its reports.
    @Test func trainingGoesOn() throws {
        let training = try makeTraining(steps: 7)
        var state: TrainerState<Double>?
        var history = ParameterTensors<Double>()
        let whole = try training.run(
            on: ReferenceBackend(),
            afterStep: { trainer, reports in
                if trainer.stepsTaken == 3 { (state, history) = (try trainer.state(), reports()) }
            })
        let saved = try #require(state)
        var seen: [Int] = []
        let resumed = try training.run(
            on: ReferenceBackend(),
            resume: { trainer in
                try trainer.restore(saved)
                return history
            }, progress: { seen.append($0.step) })
        #expect(resumed.result.reports == whole.result.reports && resumed.parameters == whole.parameters)
        #expect(seen == [4, 5, 6, 7])
        history["reports"] = Tensor(zeros: [3, 5])
        let error = #expect(throws: MDLSTMError.self) {
            try training.run(on: ReferenceBackend(), resume: { _ in history })
        }
        #expect(error?.kind == .data && error?.message.contains("history.reports") == true)
    }

    /// Values that are not finite end a training with what there was before; other errors are thrown.
    @Test func valuesThatAreNotFiniteEndIt() throws {
        let training = try makeTraining(steps: 50, learningRate: 1.7e308)
        let outcome = try training.run(on: ReferenceBackend(), wantsPredictions: true)
        #expect(outcome.failure?.kind == .notFinite)
        let taken = outcome.result.reports.count
        #expect(taken < 50 && outcome.result.reports.allSatisfy { $0.loss.isFinite })
        #expect(outcome.predictions != nil)
        struct Stopped: Error {}
        #expect(throws: Stopped.self) {
            try training.run(on: ReferenceBackend(), afterStep: { _, _ in throw Stopped() })
        }
    }
}

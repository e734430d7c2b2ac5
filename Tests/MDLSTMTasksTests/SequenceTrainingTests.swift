import MDLSTM
import MDLSTMTasks
import Testing
import _TestSupport

/// Networks and trainings of the tasks over sequences.
struct SequenceTrainingTests {
    private typealias Training = SequenceTraining<MemorizationTask, Double>
    private let task: MemorizationTask

    init() throws { task = try MemorizationTask(symbols: 1, alphabet: 2) }

    @Test func networksHaveTheSizes() throws {
        let task = try AdditionTask(digits: 3)
        func count(_ network: SequenceNetwork) throws -> Int {
            let model = try network.model(for: task)
            #expect(model.axes == 1 && model.inputSize == 11 && model.outputSize == 11)
            return model.parameterShapes.reduce(0) { $0 + $1.count }
        }
        let (V, H, L) = (11, 7, 3)
        let (entrance, layer, exit) = (2 * H * (V + 1), 2 * 4 * H * (2 * H + 1), V * (H + 1))
        #expect(try count(SequenceNetwork(.grid, layers: L, hiddenSize: H)) == entrance + layer + exit)
        #expect(
            try count(SequenceNetwork(.grid, layers: L, hiddenSize: H, isTied: false)) == entrance + L * layer + exit)
        let stacked = SequenceNetwork(.stacked, layers: L, hiddenSize: H, isTied: true)
        #expect(!stacked.isTied, "stacked layers never share weights")
        #expect(try count(stacked) == 4 * H * (V + H + 1) + (L - 1) * 4 * H * (2 * H + 1) + exit)
    }

    /// One law for both kinds: Glorot's bound of what each gate sees, reached in every tensor; forget biases alike.
    @Test func weightsStartByOneLaw() throws {
        let (V, H) = (3, 19)
        for network in [
            SequenceNetwork(.grid, layers: 2, hiddenSize: H, isTied: false),
            SequenceNetwork(.stacked, layers: 2, hiddenSize: H),
        ] {
            let model = try network.model(for: task)
            let parameters: ParameterTensors<Double> = SequenceNetwork.initialParameters(of: model, seed: 1)
            try parameters.validate(against: model.parameterShapes)
            let exit = "\(model.layers.count - 1).weight"
            for (name, tensor) in parameters.entries where name.contains("weight") {
                let seen =
                    switch name {
                    case "0.weight_in": V
                    case exit: H
                    case "0.weight_ih", "0.weight_hh": network.kind == .grid ? 2 * H : V + H
                    default: 2 * H
                    }
                let bound = (6 / Double(seen + (name == exit ? V : H))).squareRoot()
                let largest = tensor.values.map(\.magnitude).max()!
                #expect(largest <= bound && largest > 0.85 * bound, "\(network.kind) \(name)")
            }
            for (name, tensor) in parameters.entries where name.hasSuffix(".bias") && tensor.count % (4 * H) == 0 {
                #expect(tensor.values.count { $0 == 1 } == tensor.count / 4, "\(name)")
                #expect(tensor.values.count { $0 == 0 } == tensor.count / 4 * 3, "\(name)")
            }
        }
    }

    /// Measured on 50 examples every 100.
    private func training(
        _ kind: SequenceNetwork.Kind = .grid, batch: Int = 15, examples: Int = 1500, goal: Double? = nil
    ) throws -> Training {
        try Training(
            task: task, model: try SequenceNetwork(kind, layers: 2, hiddenSize: 5).model(for: task), batch: batch,
            examples: examples, goal: goal, seed: 1,
            configuration: Training.configuration(
                learningRate: 0.05, steps: Training.steps(examples: examples, batch: max(1, batch))),
            interval: 100, measuredCount: 50)
    }

    /// A small network learns, from a score of chance; the goal ends it as soon as it may.
    @Test(arguments: SequenceNetwork.Kind.allCases)
    func trainingLearnsAndStops(_ kind: SequenceNetwork.Kind) throws {
        let training = try training(kind, goal: 0.99)
        let start = try ReferenceBackend<Double>().makeModel(
            training.model, parameters: SequenceNetwork.initialParameters(of: training.model, seed: 1))
        let floor = try training.score(of: start, on: 0..<50, for: .test)
        #expect(floor.whole < 0.7, "one symbol of two, and the end")
        var seen: [SequenceMeasurement] = []
        let result = try training.run(on: ReferenceBackend(), progress: { seen = $0 })
        #expect(seen == result.measurements && result.examples < 1500 && result.examples == 15 * result.steps)
        #expect(result.measurements.last!.score.whole >= 0.99 && result.test.whole > 0.95)
        #expect(result.test.symbols >= result.test.whole)
        #expect(result.measurements.dropLast().allSatisfy { $0.score.whole < 0.99 })
        // After the first step that reaches each multiple of 100, by batches of 15.
        #expect(seen.map(\.examples) == (1...seen.count).map { (100 * $0 + 14) / 15 * 15 })
        #expect(seen.examples(until: 0.99) == seen.last!.examples && seen.examples(until: 1.1) == nil)
    }

    @Test func trainingEndsAtItsExamples() throws {
        let result = try training(batch: 7, examples: 20).run(on: ReferenceBackend())
        #expect(result.steps == 3 && result.examples == 21 && result.measurements.map(\.examples) == [21])
    }

    /// Stopped before, at, or after a measurement or at the end, and gone on with: the same measurements, parameters and end.
    @Test func trainingGoesOn() throws {
        let training = try training(examples: 225)
        var saved: [(state: TrainerState<Double>, history: ParameterTensors<Double>)] = []
        let whole = try training.run(
            on: ReferenceBackend(), afterStep: { saved.append((try $0.state(), $1())) },
            atEnd: { saved.append((try $0.state(), $1())) })
        #expect(saved.count == 16 && whole.measurements.map(\.examples) == [105, 210, 225])
        for index in [0, 6, 7, 14, 15] {
            let (state, history) = saved[index]
            let resumed = try training.run(
                on: ReferenceBackend(),
                resume: { trainer in
                    try trainer.restore(state)
                    return history
                })
            #expect(resumed.measurements == whole.measurements, "step \(state.stepsTaken)")
            #expect(resumed.parameters == whole.parameters && resumed.test == whole.test)
            #expect(resumed.steps == whole.steps && resumed.examples == whole.examples)
        }
        // So many measurements do not go with the course.
        for damaged in [Tensor(zeros: [3, 4]), Tensor<Double>(zeros: [0, 3])] {
            var history = saved[3].history
            history["measurements"] = damaged
            let error = #expect(throws: MDLSTMError.self) {
                try training.run(on: ReferenceBackend(), resume: { _ in history })
            }
            #expect(error?.kind == .data && error?.message.contains("expected [0, 4]") == true)
        }
    }

    @Test func numbersThatCannotBeAreRefused() throws {
        for (batch, examples) in [(0, 1), (101, 1), (1, 0), (1, 1 << 31)] {
            let error = #expect(throws: MDLSTMError.self) { try training(batch: batch, examples: examples) }
            #expect(error?.kind == .option && error?.message.contains("\(batch) and \(examples)") == true)
        }
        let counts = #expect(throws: MDLSTMError.self) {
            try Training(
                task: task, model: training().model, batch: 1, examples: 1, seed: 1,
                configuration: TrainingConfiguration(), measuredCount: 2001)
        }
        #expect(counts?.message.contains("found 2000 and 2001") == true)
        for goal in [0, 1.5, .nan] {
            let error = #expect(throws: MDLSTMError.self) { try training(goal: goal) }
            #expect(error?.kind == .option && error?.message.contains("found \(goal)") == true)
        }
        let error = #expect(throws: MDLSTMError.self) {
            try SequenceNetwork(.stacked, layers: 4097, hiddenSize: 1).model(for: task)
        }
        #expect(error?.kind == .option && error?.message.contains("4097") == true)
    }
}

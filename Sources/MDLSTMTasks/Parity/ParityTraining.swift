public import MDLSTM

/// A training of one network of the parity task.
public struct ParityTraining<Element: Scalar> {
    public let task: ParityTask
    public let model: ModelConfiguration

    /// Most steps it takes.
    public let steps: Int
    public let seed: UInt64
    public let configuration: TrainingConfiguration

    /// - Parameters:
    ///   - task: the strings
    ///   - model: the network
    ///   - steps: the most it takes
    ///   - seed: of weights and strings
    ///   - learningRate: of Adam
    ///   - clipNorm: limit of the norm of all gradients
    public init(
        task: ParityTask, model: ModelConfiguration, steps: Int, seed: UInt64, learningRate: Double = 0.005,
        clipNorm: Double = 1
    ) {
        (self.task, self.model, self.steps, self.seed) = (task, model, steps, seed)
        configuration = TrainingConfiguration(
            loss: .sigmoidCrossEntropy, optimizer: .adam(), clipping: .globalNorm(clipNorm),
            learningRate: LearningRateSchedule(learningRate))
    }

    /// A look at the training on fresh strings.
    public struct Validation: Sendable {
        /// Steps taken.
        public let step: Int

        /// Mean loss since the look before.
        public let loss: Double
        public let accuracy: Double
    }

    /// What has come of a training.
    public struct Result: Sendable {
        public let validations: [Validation]

        /// The share of right answers on ``testCount`` strings it has never been judged by before.
        public let accuracy: Double
        public let steps: Int
        public let parameters: ParameterTensors<Element>
    }

    /// Strings of the test.
    public static var testCount: Int { 1000 }

    /// Strings of a validation.
    public static var validationCount: Int { 500 }

    /// Steps between validations.
    public static var interval: Int { 25 }

    /// Validations without a mistake, one after the other, that end a training.
    public static var patience: Int { 4 }

    /// Trains until ``patience`` validations in a row are without a mistake, or for ``steps``; then tests.
    ///
    /// - Parameters:
    ///   - backend: what trains
    ///   - progress: called after every validation
    /// - Throws: what the backend's trainer throws.
    public func run(on backend: any Backend<Element>, progress: (Validation) -> Void = { _ in }) throws -> Result {
        let trainer = try backend.makeTrainer(
            model: model, parameters: task.initialParameters(of: model, seed: seed), training: configuration)
        func accuracy(_ count: Int, _ purpose: ParityTask.Purpose, draw: Int) throws -> Double {
            let strings: TrainingBatch<Element> = task.strings(count, for: purpose, seed: seed, step: draw)
            return ParityTask.accuracy(of: try trainer.predict(strings.input, samples: nil), target: strings.target)
        }

        var validations: [Validation] = []
        var loss = 0.0
        while trainer.stepsTaken < steps {
            loss += try trainer.step(task.batch(seed: seed, step: trainer.stepsTaken + 1)).loss
            let step = trainer.stepsTaken
            guard step % Self.interval == 0 else { continue }
            let validation = Validation(
                step: step, loss: loss / Double(Self.interval),
                accuracy: try accuracy(Self.validationCount, .validation, draw: step))
            loss = 0
            validations.append(validation)
            progress(validation)
            let last = validations.suffix(Self.patience)
            if last.count == Self.patience, last.allSatisfy({ $0.accuracy == 1 }) { break }
        }
        return Result(
            validations: validations, accuracy: try accuracy(Self.testCount, .test, draw: 0),
            steps: trainer.stepsTaken, parameters: try trainer.parameters())
    }
}

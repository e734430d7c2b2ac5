public import MDLSTM

/// What is noted of an epoch of a training: a line of metrics.jsonl.
public struct EpochRecord: Sendable, Equatable {
    public let epoch: Int, step: Int

    /// Time of all steps and evaluations so far.
    public let seconds: Double

    /// The learning rate of the last step, and the mean loss over the epoch's steps; NaN for one that is none.
    public let learningRate: Double, trainLoss: Double

    /// What an evaluation says, the counts of the confusion matrix aside: they are as many as the classes squared, and those
    /// of the best model stand in confusion.json. Nil where there was no evaluation.
    public let validation: JSONObject?

    public init(
        epoch: Int, step: Int, seconds: Double, learningRate: Double, trainLoss: Double, validation: JSONObject?
    ) {
        (self.epoch, self.step, self.seconds) = (epoch, step, seconds)
        (self.learningRate, self.trainLoss) = (learningRate, trainLoss)
        var validation = validation
        validation?["confusion"] = nil
        self.validation = validation
    }

    /// - Parameters:
    ///   - record: of the loop
    ///   - validation: the object of the evaluation; nil where there was none
    public init(_ record: FitRecord, validation: JSONObject?) {
        self.init(
            epoch: record.epoch, step: record.step, seconds: record.seconds, learningRate: record.learningRate,
            trainLoss: record.trainLoss, validation: validation)
    }

    /// - Parameters:
    ///   - json: a line of metrics.jsonl
    ///   - name: of the file and line, for messages
    /// - Throws: `MDLSTMError` of kind `data` naming the key, what was expected and what was found.
    public init(json: JSONValue, name: String) throws(MDLSTMError) {
        var reader = try ConfigurationReader(json, name: name)
        func count(_ key: String, from least: Int) throws(MDLSTMError) -> Int {
            try reader.required(key, "a whole number from \(least)") { value in
                value.intValue.flatMap { $0 >= least ? $0 : nil }
            }
        }
        // NaN and infinity are written as null.
        func number(_ key: String) throws(MDLSTMError) -> Double {
            try reader.required(key, "a number or null") { $0 == .null ? .nan : $0.doubleValue }
        }
        self.init(
            epoch: try count("epoch", from: 1), step: try count("step", from: 0), seconds: try number("seconds"),
            learningRate: try number("learningRate"), trainLoss: try number("trainLoss"),
            validation: try reader.optional("validation", "an object or null") { value -> JSONObject?? in
                value == .null ? .some(nil) : value.objectValue.map { .some($0) }
            } ?? nil)
    }

    public var json: JSONValue {
        [
            "epoch": .integer(epoch), "step": .integer(step), "seconds": .number(seconds),
            "learningRate": .number(learningRate), "trainLoss": .number(trainLoss),
            "validation": validation.map { .object($0) } ?? .null,
        ]
    }

    /// A number that the evaluation says; nil where there is none.
    public func figure(_ name: String) -> Double? { validation?[name]?.doubleValue }
}

/// A look at a training of a task over sequences, on examples that are new every time.
public struct SequenceMeasurement: Hashable, Sendable {
    /// Examples that the training had seen.
    public let examples: Int

    /// Mean loss over the steps since the look before, a symbol of the answers.
    public let loss: Double
    public let score: SequenceScore

    public init(examples: Int, loss: Double, score: SequenceScore) {
        (self.examples, self.loss, self.score) = (examples, loss, score)
    }
}

extension [SequenceMeasurement] {
    /// The examples after which the share of whole answers was first `share` or more; nil if it never was.
    public func examples(until share: Double) -> Int? { first { $0.score.whole >= share }?.examples }
}

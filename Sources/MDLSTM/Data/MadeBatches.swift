/// Batches that are made, not read, without end: each is a function of the step it is for.
public struct MadeBatches<Element: Scalar>: BatchSource {
    /// Batches of an epoch.
    public let interval: Int

    private let make: @Sendable (_ step: Int) throws -> TrainingBatch<Element>

    /// - Parameters:
    ///   - interval: batches of an epoch, at least 1; all are of one epoch unless given
    ///   - make: the batch of a step, from 1; may be called on several threads at once
    public init(every interval: Int = .max, _ make: @escaping @Sendable (_ step: Int) throws -> TrainingBatch<Element>)
    {
        precondition(interval >= 1, "an epoch has at least 1 batch, found \(interval)")
        (self.interval, self.make) = (interval, make)
    }

    public func count(epoch: Int) -> Int { interval }

    public func batch(epoch: Int, index: Int) throws -> TrainingBatch<Element> {
        try make((epoch - 1) * interval + index + 1)
    }
}

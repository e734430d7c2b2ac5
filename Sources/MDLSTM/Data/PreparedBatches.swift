private import Dispatch
private import Synchronization

/// The batches of a source one after the other, made ahead of time on other threads, in a fixed order.
///
/// What is made ahead is at most ``ahead`` batches; the order and the content do not depend on how many threads there are.
public final class PreparedBatches<Element: Scalar>: Sendable {
    /// A place among the batches of a training: epoch from 1, batch of the epoch from 0.
    public struct Place: Hashable, Sendable, Comparable {
        public var epoch: Int, index: Int

        public init(epoch: Int = 1, index: Int = 0) { (self.epoch, self.index) = (epoch, index) }

        public static func < (a: Place, b: Place) -> Bool { (a.epoch, a.index) < (b.epoch, b.index) }
    }

    /// Batches made before they are asked for.
    public let ahead: Int
    private let source: any BatchSource<Element>
    private let made: @Sendable (TrainingBatch<Element>) -> Void

    /// At low priority, so that batches to come take little from the computation.
    private let queue = DispatchQueue(label: "mdlstm.batches", qos: .utility, attributes: .concurrent)

    private let slots = Mutex<[Place: Slot]>([:])

    /// A batch that is being made.
    private final class Slot: Sendable {
        let isDone = DispatchSemaphore(value: 0)
        let result = Mutex<Result<TrainingBatch<Element>, any Error>?>(nil)
    }

    /// - Parameters:
    ///   - source: of the batches
    ///   - ahead: batches that are made before they are asked for, at least 1
    ///   - made: called with every batch that has been made, on its thread
    public init(
        _ source: any BatchSource<Element>, ahead: Int = 4,
        made: @escaping @Sendable (TrainingBatch<Element>) -> Void = { _ in }
    ) {
        (self.source, self.ahead, self.made) = (source, max(1, ahead), made)
    }

    /// The batch at a place; those that follow it in the epoch are begun.
    ///
    /// - Throws: what the source throws for this batch.
    public func batch(at place: Place, of count: Int) throws -> TrainingBatch<Element> {
        let end = min(count, place.index + ahead)
        let slot = slots.withLock { slots in
            for index in place.index..<end {
                let next = Place(epoch: place.epoch, index: index)
                if slots[next] == nil { slots[next] = begin(next) }
            }
            // What was passed over is not asked for again.
            slots = slots.filter { $0.key >= place }
            return slots.removeValue(forKey: place)!
        }
        slot.isDone.wait()
        return try slot.result.withLock { $0! }.get()
    }

    private func begin(_ place: Place) -> Slot {
        let slot = Slot()
        queue.async { [source, made] in
            let result = Result {
                let batch = try source.batch(epoch: place.epoch, index: place.index)
                made(batch)
                return batch
            }
            slot.result.withLock { $0 = result }
            slot.isDone.signal()
        }
        return slot
    }
}

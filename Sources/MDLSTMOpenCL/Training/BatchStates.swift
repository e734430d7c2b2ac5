import MDLSTM
import OpenCLRuntime

/// The states that go from batch to batch of a training. Those that leave a batch count once its step is done: after a step that
/// failed the ones before it are still there.
final class BatchStates<Element: Scalar> {
    private let model: ModelConfiguration

    /// What the next batch finds; nil before the first.
    private var kept: CarriedModel<Element>?

    /// What leaves the batch at hand.
    private var other: CarriedModel<Element>?
    private var hasLeft = false

    init(_ model: ModelConfiguration) { self.model = model }

    /// Goes on from states that ``read()`` gave.
    func set(_ states: ParameterTensors<Element>) throws {
        kept = try CarriedModel(model, states: states)
        hasLeft = false
    }

    /// The states, copied to the host; none before the first batch.
    func read() throws -> ParameterTensors<Element> { try kept?.read() ?? ParameterTensors() }

    /// Puts what enters with a batch into the boundary rows of its pass.
    func enter(_ batch: TrainingBatch<Element>, _ pass: ModelPass<Element>) throws {
        hasLeft = false
        let count = batch.input.shape[0]
        if batch.continues {
            try TrainingConfiguration.require(
                kept.map { model.carriedShapes(batch: $0.batch) } ?? [], model.carriedShapes(batch: count))
        }
        if other?.batch != count { other = CarriedModel(model, batch: count) }
        if batch.continues, let kept { return try kept.enter(pass) }
        try other!.reset()
        try other!.enter(pass)
    }

    /// Takes what leaves the pass, for the time being.
    func leave(_ pass: ModelPass<Element>) throws {
        try other!.leave(pass)
        hasLeft = true
    }

    /// The batch is done: what has left it is what the next one finds.
    func keep() {
        guard hasLeft else { return }
        swap(&kept, &other)
        hasLeft = false
    }
}

import MDLSTM
import OpenCLRuntime

/// The states that all layers of a model hand from one piece of a sequence to the next, on the device.
final class CarriedModel<Element: Scalar> {
    private let model: ModelConfiguration

    /// Sequences side by side.
    let batch: Int

    /// Of each recurrent layer, in order; made with the first piece.
    private var layers: [CarriedRows<Element>] = []

    /// What enters once the layers are known; nil for zeros.
    private var waiting: ParameterTensors<Element>?

    init(_ model: ModelConfiguration, batch: Int) { (self.model, self.batch) = (model, batch) }

    /// Goes on from states that ``read()`` gave; nil where they are none.
    convenience init?(_ model: ModelConfiguration, states: ParameterTensors<Element>) throws(MDLSTMError) {
        guard let first = model.carriedShapes(batch: 1).first, let found = states[first.name] else { return nil }
        let batch = found.shape[0] / first.shape[0]
        self.init(model, batch: batch)
        waiting = try states.ordered(as: model.carriedShapes(batch: batch))
    }

    /// The next piece finds states of zero.
    func reset() throws {
        waiting = nil
        for layer in layers { try layer.reset() }
    }

    /// Puts the states into the boundary rows of a pass.
    func enter(_ pass: ModelPass<Element>) throws {
        try makeLayers(like: pass)
        if let waiting {
            for (layer, index) in zip(layers, indices) {
                try layer.write(h: waiting["\(index).h"]!.values, c: waiting["\(index).c"]!.values)
            }
            self.waiting = nil
        }
        for (layer, carried) in zip(pass.recurrentLayers, layers) { try layer.enter(carried) }
    }

    /// At the first pass that is entered or left.
    private func makeLayers(like pass: ModelPass<Element>) throws {
        if layers.isEmpty { layers = try pass.recurrentLayers.map { try CarriedRows($0) } }
    }

    /// Takes over the states that a pass leaves.
    func leave(_ pass: ModelPass<Element>) throws {
        try makeLayers(like: pass)
        waiting = nil
        for (layer, carried) in zip(pass.recurrentLayers, layers) { try layer.leave(into: carried) }
    }

    /// The states, copied to the host: see `ModelConfiguration.carriedShapes(batch:)`.
    func read() throws -> ParameterTensors<Element> {
        if let waiting { return waiting }
        let shapes = model.carriedShapes(batch: batch)
        var tensors = ParameterTensors<Element>(zeros: shapes)
        for (layer, index) in zip(layers, indices) {
            let (h, c) = try layer.read()
            for (name, values) in [("\(index).h", h), ("\(index).c", c)] {
                tensors[name] = Tensor(shape: tensors[name]!.shape, values: values)
            }
        }
        return tensors
    }

    /// The places of the recurrent layers in the model.
    private var indices: [Int] {
        model.layers.indices.filter { if case .recurrent = model.layers[$0] { true } else { false } }
    }
}

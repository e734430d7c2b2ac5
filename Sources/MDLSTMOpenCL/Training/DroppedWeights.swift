import MDLSTM
import OpenCLRuntime

/// The parameters as a training step sees them, some weights left out: see ``WeightDropout``.
final class DroppedWeights<Element: Scalar> {
    private let dropout: WeightDropout
    private let library: KernelLibrary

    /// All parameters, those of the last forward pass.
    private let values: Buffer<Element>

    init(_ dropout: WeightDropout, count: Int, library: KernelLibrary) throws {
        (self.dropout, self.library) = (dropout, library)
        values = try library.context.makeBuffer(of: Element.self, count: count)
    }

    /// The parameters for a forward pass, and for the backward pass after it.
    func parameters(from all: Buffer<Element>, _ noise: NoiseKey) throws -> Buffer<Element> {
        try values.copy(from: all)
        for part in dropout.parts { try drop(values, part.range, noise) }
        return values
    }

    /// The backward pass of a forward pass over ``parameters(from:_:)``: gradients of weights that were left out are zero.
    func backward(
        _ pass: ModelPass<Element>, dy: Buffer<Element>, into gradients: Buffer<Element>, adding: Bool,
        _ noise: NoiseKey, done: (_ layer: Int) throws -> Void
    ) throws {
        // What was there before is multiplied by no factor of this pass; in layers that do not learn it is zero.
        let before = adding ? try gradients.read() : nil
        try pass.backward(dy: dy, parameters: values, into: gradients) { layer in
            for part in dropout.parts where part.layer == layer { try drop(gradients, part.range, noise) }
            try done(layer)
        }
        guard let before else { return }
        try gradients.write(zip(before, try gradients.read()).map { $0 + $1 })
    }

    private func drop(_ x: Buffer<Element>, _ range: Range<Int>, _ noise: NoiseKey) throws {
        try library.drop(
            x, range, first: UInt32(range.lowerBound), rate: dropout.rate,
            RandomStream(seed: noise.seed, step: noise.step, stream: RandomStreams.weights), into: x)
    }
}

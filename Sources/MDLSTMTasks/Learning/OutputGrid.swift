import MDLSTM

/// How coarse a model's output is: each output site answers for a block of input sites.
struct OutputScale: Sendable, Equatable {
    /// Input sites to an output site, by axis.
    let factors: [Int]

    /// - Throws: `MDLSTMError` of kind `data` where the output does not have a site for every block of the input.
    init(_ model: ModelConfiguration, name: String) throws(MDLSTMError) {
        var factors = Array(repeating: 1, count: model.axes)
        for layer in model.layers {
            switch layer {
            case .patch(let window), .maxPool(let window): factors = zip(factors, window).map { $0 * $1 }
            case .convolution(_, let stride, _, _, _): factors = zip(factors, stride).map { $0 * $1 }
            case .recurrent, .dense, .activation, .pool, .reverse, .embedding, .dropout: break
            }
        }
        self.factors = factors
        // Extents that no factor divides show what happens at the border.
        let extents = factors.map { 3 * $0 + 1 }
        let output = try model.grids(from: Grid(batch: 1, extents: extents)).last
        guard output?.extents == coarse(extents) else {
            throw MDLSTMError(
                .data,
                "\(name): the model makes \(output?.extents ?? []) sites of \(extents); expected \(coarse(extents)), one for "
                    + "each block of \(factors): leave out pools, and give convolutions the padding \"same\"")
        }
    }

    var isFine: Bool { factors.allSatisfy { $0 == 1 } }

    func coarse(_ extents: [Int]) -> [Int] { zip(extents, factors).map { ($0 + $1 - 1) / $1 } }

    /// The output site of every input site of a sample, in order.
    func blocks(_ extents: [Int]) -> [Int] {
        let coarse = coarse(extents)
        var blocks: [Int] = []
        blocks.reserveCapacity(extents.reduce(1, *))
        forEachCoordinate(in: extents) { coordinate in
            blocks.append(coordinate.indices.reduce(0) { $0 * coarse[$1] + coordinate[$1] / factors[$1] })
        }
        return blocks
    }

    /// Counts of the labels in each block, times the weights of their classes: under the loss of a distribution this is the
    /// loss of all input sites when each has its block's answer.
    func distribution<T: Scalar>(of labels: Tensor<Int32>, classes: Int, weights: [Double]?) -> Tensor<T> {
        var counts = Tensor<T>(zeros: coarse(labels.shape) + [classes])
        for (block, label) in zip(blocks(labels.shape), labels.values) where label >= 0 {
            counts.values[block * classes + Int(label)] += T(weights?[Int(label)] ?? 1)
        }
        return counts
    }

    /// The output at every input site, `[E1, .., EN, O]`, of one sample's own output.
    func fine<T: Scalar>(_ output: Tensor<T>, extents: [Int]) -> Tensor<T> {
        guard !isFine else { return output }
        let width = output.shape.last ?? 1
        return Tensor(
            shape: extents + [width],
            values: blocks(extents).flatMap { output.values[($0 * width)..<($0 * width + width)] })
    }
}

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
            case .recurrent, .dense, .activation, .pool, .reverse, .embedding, .oneHot, .dropout, .batchNorm, .mcgsm,
                .skip:
                break
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
        var blocks = [0]
        for ((extent, factor), coarse) in zip(zip(extents, factors), coarse(extents)) {
            blocks = blocks.flatMap { block in (0..<extent).map { block * coarse + $0 / factor } }
        }
        return blocks
    }

    /// Counts of the labels in each block, times the weights of their classes: under the loss of a distribution this is the
    /// loss of all input sites when each has its block's answer.
    func distribution<T: Scalar>(of labels: Tensor<Int32>, classes: Int, weights: [Double]?) -> Tensor<T> {
        let shares = weights ?? Array(repeating: 1, count: classes)
        let shape = coarse(labels.shape) + [classes]
        var counts = Array(repeating: 0.0, count: shape.reduce(1, *))
        for (block, label) in zip(blocks(labels.shape), labels.values) where label >= 0 {
            counts[block * classes + Int(label)] += shares[Int(label)]
        }
        return Tensor(shape: shape, values: counts).converted(to: T.self)
    }

    /// The shares of the sites in each block, added up.
    func distribution<T: Scalar>(of shares: Tensor<T>) -> Tensor<T> {
        let (extents, width) = (Array(shares.shape.dropLast()), shares.shape.last ?? 1)
        var sums = Tensor<T>(zeros: coarse(extents) + [width])
        for (site, block) in blocks(extents).enumerated() {
            for index in 0..<width { sums.values[block * width + index] += shares.values[site * width + index] }
        }
        return sums
    }

    /// The output at every input site, `[E1, .., EN, O]`, of one sample's own output.
    @_specialize(where T == Float)
    @_specialize(where T == Double)
    func fine<T: Scalar>(_ output: Tensor<T>, extents: [Int]) -> Tensor<T> {
        guard !isFine else { return output }
        let width = output.shape.last ?? 1
        var values: [T] = []
        values.reserveCapacity(extents.reduce(width, *))
        for block in blocks(extents) { values += output.values[(block * width)..<(block * width + width)] }
        return Tensor(shape: extents + [width], values: values)
    }
}

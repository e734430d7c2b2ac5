public import MDLSTM

/// The parity task of Kalchbrenner, Danihelka and Graves 2016 (arXiv 1507.01526, section 4.1): whether a string of k
/// bits has an odd number of ones, all bits seen at once.
///
/// Networks of one Grid LSTM axis, the depth, learn it; so do shallow feed-forward networks, but deep ones hardly.
public struct ParityTask: Hashable, Sendable {
    /// The network that learns it.
    public enum ModelKind: String, CaseIterable, Sendable {
        /// A Grid LSTM of one axis, its depth.
        case grid
        /// As many dense layers of as many units, each with a tanh.
        case feedForward
    }

    /// Bits k of a string.
    public let bits: Int

    /// Strings of a batch.
    public let batch: Int

    /// - Throws: `MDLSTMError` when strings or batch are empty or too large.
    public init(bits: Int, batch: Int) throws(MDLSTMError) {
        guard (1...4096).contains(bits), (1...65_536).contains(batch), bits * batch <= 1 << 26 else {
            throw MDLSTMError(
                .option,
                "the parity task needs 1 to 4096 bits, a batch of 1 to 65536 and at most \(1 << 26) bits together, found "
                    + "\(bits) and \(batch)")
        }
        self.bits = bits
        self.batch = batch
    }

    /// What strings are drawn for; each purpose has a stream of its own.
    public enum Purpose: UInt32, CaseIterable, Sendable {
        case training, validation, test
    }

    /// `count` strings of draw `step`, the same for the same seed on every machine and backend: inputs `[count, k]` of
    /// -1 and 1, targets `[count, 1]`, 1 for an odd number of ones.
    public func strings<T: Scalar>(
        _ count: Int, for purpose: Purpose, seed: UInt64, step: Int, as type: T.Type = T.self
    ) -> TrainingBatch<T> {
        let stream = RandomStream(
            seed: seed, tensor: purpose.rawValue, step: UInt32(step), stream: RandomStreams.data)
        let ones = (0..<(count * bits)).map { stream.block($0).x & 1 == 1 }
        let odd = (0..<count).map { b in !ones[(b * bits)..<((b + 1) * bits)].count { $0 }.isMultiple(of: 2) }
        return TrainingBatch(
            input: Tensor(shape: [count, bits], values: ones.map { $0 ? 1 : -1 }),
            target: Tensor(shape: [count, 1], values: odd.map { $0 ? 1 : 0 }))
    }

    /// The training batch of step `step`: fresh strings every time.
    public func batch<T: Scalar>(seed: UInt64, step: Int, as type: T.Type = T.self) -> TrainingBatch<T> {
        strings(batch, for: .training, seed: seed, step: step)
    }

    /// The share of outputs `[count, 1]`, logits, on the side of their targets.
    public static func accuracy<T: Scalar>(of output: Tensor<T>, target: Tensor<T>) -> Double {
        let right = zip(output.values, target.values).count { $1 > 0.5 ? $0 > 0 : $0 < 0 }
        return Double(right) / Double(target.count)
    }
}

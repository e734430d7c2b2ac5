public import MDLSTM

/// A task over sequences of symbols that are made, not read: a question, a symbol a step, and then the answer, a symbol a
/// step, for which nothing is fed back.
///
/// Every example is a function of its number, the seed and what it is drawn for, and of nothing else: not of the batch
/// that it is in, nor of where a training was resumed.
public protocol SequenceTask: Hashable, Sendable {
    /// The name on the command line and in reports.
    var name: String { get }

    /// The task with its size in words.
    var title: String { get }

    /// Symbols V, the separator among them, which is the last: V - 1.
    var symbols: Int { get }

    /// Steps T of a sequence.
    var steps: Int { get }

    /// The last steps of a sequence: those of the answer.
    var answerSteps: Int { get }

    /// The symbols of an example.
    ///
    /// - Parameter stream: the random numbers of this example alone
    /// - Returns: the inputs of all ``steps`` and the targets of the last ``answerSteps``
    func example(from stream: RandomStream) -> (input: [Int], answer: [Int])
}

/// What examples are drawn for; each purpose has a stream of its own.
public enum SequencePurpose: UInt32, CaseIterable, Sendable {
    case training, validation, test
}

extension SequenceTask {
    /// The separator, which also fills and ends sequences.
    public var separator: Int { symbols - 1 }

    /// Example `number`, from 0, below 2^32.
    public func example(
        _ number: Int, for purpose: SequencePurpose, seed: UInt64
    ) -> (input: [Int], answer: [Int]) {
        example(
            from: RandomStream(
                seed: seed, tensor: purpose.rawValue, step: UInt32(number), stream: RandomStreams.data))
    }

    /// Examples by number as a batch: inputs one-hot, `[B, T, V]`; labels `[B, T]`, -1 where no loss is, before the answer.
    public func batch<T: Scalar>(
        _ numbers: Range<Int>, for purpose: SequencePurpose, seed: UInt64, as type: T.Type = T.self
    ) -> TrainingBatch<T> {
        var input = Tensor<T>(zeros: [numbers.count, steps, symbols])
        var labels = Tensor<Int32>(
            shape: [numbers.count, steps], values: Array(repeating: -1, count: numbers.count * steps))
        for (b, number) in numbers.enumerated() {
            let example = example(number, for: purpose, seed: seed)
            for (t, symbol) in example.input.enumerated() { input.values[(b * steps + t) * symbols + symbol] = 1 }
            let first = (b + 1) * steps - answerSteps
            for (t, symbol) in example.answer.enumerated() { labels.values[first + t] = Int32(symbol) }
        }
        return TrainingBatch(input: input, labels: labels)
    }
}

/// How many answers are right.
public struct SequenceScore: Hashable, Sendable {
    /// The share of answers that are right in every symbol, and the share of their symbols that are right.
    public let whole: Double, symbols: Double

    public init(whole: Double, symbols: Double) { (self.whole, self.symbols) = (whole, symbols) }

    /// Scores outputs by the feature that is largest at each labelled step, the first of equal ones.
    ///
    /// - Parameters:
    ///   - output: `[B, T, V]`
    ///   - labels: `[B, T]`, negative where no answer is
    public init<T: Scalar>(_ output: Tensor<T>, labels: Tensor<Int32>) {
        let (B, T, V) = (output.shape[0], output.shape[1], output.shape[2])
        var (whole, right, count) = (0, 0, 0)
        output.values.withUnsafeBufferPointer { values in
            for b in 0..<B {
                var mistakes = 0
                for site in (b * T)..<((b + 1) * T) where labels.values[site] >= 0 {
                    let features = values[(site * V)..<((site + 1) * V)]
                    let largest = features.indices.reduce(features.startIndex) {
                        features[$1] > features[$0] ? $1 : $0
                    }
                    let isRight = largest - site * V == Int(labels.values[site]) && features[largest].isFinite
                    count += 1
                    if isRight { right += 1 } else { mistakes += 1 }
                }
                if mistakes == 0 { whole += 1 }
            }
        }
        self.init(whole: Double(whole) / Double(max(1, B)), symbols: Double(right) / Double(max(1, count)))
    }
}

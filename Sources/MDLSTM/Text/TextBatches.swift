/// A text in batches that follow one another: each sample reads on where it ended in the batch before.
///
/// The text is cut into as many equal streams as a batch has samples, and each stream into pieces of `sequence` symbols.
/// Every symbol but the first is a target once in an epoch; the last piece is shorter where it does not come out even, and
/// what the last streams lack has no target. Each epoch begins at another place of the text and comes round to it, so that streams
/// and pieces are cut elsewhere, and gradients end elsewhere, than in the epochs before.
public struct TextBatches<Element: Scalar>: BatchSource {
    public let text: SymbolText

    /// Streams side by side, and symbols of a piece.
    public let batch: Int, sequence: Int

    /// Of the places where epochs begin.
    public let seed: UInt64

    /// - Throws: ``MDLSTMError`` of kind `data` for a text too short, which says what would fit it.
    public init(_ text: SymbolText, batch: Int, sequence: Int, seed: UInt64 = 1) throws(MDLSTMError) {
        (self.text, self.batch, self.sequence, self.seed) = (text, batch, sequence, seed)
        let targets = text.count - 1
        guard sequence > targets / max(1, batch) else { return }
        let needed = batch.multipliedReportingOverflow(by: sequence)
        guard targets >= 1 else {
            throw MDLSTMError(
                .data,
                "the text to train with has \(counted(text.count, "symbol")); expected at least 2, of which one foretells the "
                    + "other")
        }
        var fitting: [String] = []
        if targets >= sequence { fitting.append("a batch of \(targets / sequence)") }
        if targets >= batch { fitting.append("a sequence of \(targets / batch)") }
        if fitting.isEmpty { fitting.append("a batch of 1 with a sequence of \(targets)") }
        throw MDLSTMError(
            .data,
            "the text to train with has \(counted(text.count, "symbol")); a batch of \(batch) streams of \(sequence) symbols "
                + "needs \(needed.overflow ? "more than any has" : "\(needed.partialValue + 1)"); \(fitting.joined(separator: " or ")) would fit"
        )
    }

    /// Symbols of the longest stream.
    private var stream: Int { (text.count - 1 + batch - 1) / batch }

    public func count(epoch: Int) -> Int { (stream + sequence - 1) / sequence }

    /// Targets of a batch.
    public func targets(ofBatch index: Int) -> Int {
        (0..<batch).reduce(0) { $0 + max(0, range(ofBatch: index, stream: $1).count) }
    }

    /// The place of an epoch's first input.
    private func beginning(_ epoch: Int) -> Int {
        let stream = RandomStream(seed: seed, step: UInt32(truncatingIfNeeded: epoch), stream: RandomStreams.order)
        return stream.index(below: text.count - 1, element: 0)
    }

    /// The inputs of a stream in a batch, by their number from the epoch's first.
    private func range(ofBatch index: Int, stream b: Int) -> Range<Int> {
        let first = b * stream + index * sequence
        let end = min((b + 1) * stream, b * stream + (index + 1) * sequence, text.count - 1)
        return first..<max(first, end)
    }

    public func batch(epoch: Int, index: Int) -> TrainingBatch<Element> {
        let length = min(sequence, stream - index * sequence)
        var input = Array(repeating: Element(0), count: batch * length)
        var labels = Array(repeating: Int32(-1), count: batch * length)
        let begin = beginning(epoch)
        for b in 0..<batch {
            for (step, number) in range(ofBatch: index, stream: b).enumerated() {
                let place = (begin + number) % (text.count - 1)
                input[b * length + step] = Element(text[place])
                labels[b * length + step] = Int32(text[place + 1])
            }
        }
        var made = TrainingBatch<Element>(
            input: Tensor(shape: [batch, length, 1], values: input),
            labels: Tensor(shape: [batch, length], values: labels))
        made.continues = index > 0
        return made
    }
}

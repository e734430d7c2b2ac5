public import MDLSTM
private import RealModule

/// What a model's foresight of a text is worth: the figures of `mdlstm evaluate` for text.
public struct TextEvaluation: Sendable {
    /// Symbols that were foretold, those the alphabet does not have among them, and those right as the likeliest.
    public private(set) var symbols = 0, unknown = 0, right = 0
    private var nats = 0.0

    /// Bits a symbol by counts alone, with 0 to 5 symbols of context; nil where there are no counts.
    public var baseline: [Double]?

    public init() {}

    /// Judges a model by a text, every symbol but the first foretold.
    ///
    /// - Parameters:
    ///   - model: over symbols, with a logit for each class
    ///   - text: of the model's alphabet, at least 2 symbols
    ///   - streams: parts of the text that are read side by side. 1 carries the state over the whole text; more are faster,
    ///     each part but the first beginning `leadIn` symbols early, which do not count, so that it has a state
    ///   - leadIn: symbols that a part begins early
    ///   - progress: called with the share that is done
    public init<T: Scalar>(
        of model: any Model<T>, on text: SymbolText, streams: Int = 1, leadIn: Int = 256,
        progress: (Double) -> Void = { _ in }
    ) throws {
        let targets = text.count - 1
        guard targets >= 1 else {
            throw MDLSTMError(
                .data, "the text has \(counted(text.count, "symbol")); expected at least 2 to judge a model by")
        }
        let streams = max(1, min(streams, targets / (4 * max(1, leadIn))))
        let length = (targets + streams - 1) / streams
        let starts = (0..<streams).map { max(0, $0 * length - leadIn) }
        let steps = streams > 1 ? length + leadIn : length
        let sequence = try model.makeSequence(batch: streams)
        for piece in (0..<steps).pieces(ofAtMost: 128) {
            let places = starts.map { start in piece.map { start + $0 } }
            let input = places.joined().map { T(text[min($0, text.count - 1)]) }
            let output = try sequence.next(Tensor(shape: [streams, piece.count, 1], values: input))
            let labels = places.enumerated().flatMap { part, places in
                places.map { place in
                    place / length == part && place < targets ? text[place + 1] : -1
                }
            }
            add(output.values, labels: labels, width: output.shape.last ?? 1)
            progress(Double(piece.upperBound) / Double(steps))
        }
    }

    /// Adds the logits of some places, `[places, width]`; places with a negative label do not count.
    @_specialize(where T == Float)
    @_specialize(where T == Double)
    private mutating func add<T: Scalar>(_ logits: [T], labels: [Int], width: Int) {
        logits.withUnsafeBufferPointer { logits in
            for (place, label) in labels.enumerated() where label >= 0 {
                let row = logits[(place * width)..<((place + 1) * width)]
                var largest = row[row.startIndex], likeliest = 0
                for (index, value) in row.enumerated() where value > largest { (largest, likeliest) = (value, index) }
                var sum: T = 0
                for value in row { sum += .exp(value - largest) }
                nats += Double(.log(sum) + largest - row[row.startIndex + label])
                symbols += 1
                if label == Alphabet.unknown { unknown += 1 }
                if likeliest == label { right += 1 }
            }
        }
    }

    /// The mean cross entropy in nats.
    public var natsPerSymbol: Double { nats / Double(max(1, symbols)) }

    public var bitsPerSymbol: Double { natsPerSymbol / 0x1.62e42fefa39efp-1 }

    public var accuracy: Double { Double(right) / Double(max(1, symbols)) }

    /// The figures that can be monitored.
    public var figures: Figures {
        [("loss", natsPerSymbol), ("bitsPerSymbol", bitsPerSymbol), ("accuracy", accuracy)]
    }

    /// The object of `mdlstm evaluate --json`, without the time.
    public var json: JSONObject {
        [
            "task": .string(TaskKind.nextSymbol.rawValue), "samples": .integer(symbols), "loss": number(natsPerSymbol),
            "natsPerSymbol": number(natsPerSymbol), "bitsPerSymbol": number(bitsPerSymbol),
            "accuracy": number(accuracy), "symbols": .integer(symbols), "unknown": .integer(unknown),
            "baseline": baseline.map { .array($0.map { .number($0) }) } ?? .null,
        ]
    }
}

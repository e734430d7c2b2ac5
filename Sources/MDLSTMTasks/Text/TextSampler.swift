public import MDLSTM
private import RealModule

/// Draws text from a model, symbol by symbol, for several samples side by side.
///
/// Every draw is a function of the seed, the number of the sample and the place in it: the same on every machine and backend
/// and for any number of samples, but for the rounding of the model's logits.
public final class TextSampler<Element: Scalar> {
    public let alphabet: Alphabet
    public let count: Int
    private let sequence: any SequenceModel<Element>
    private let temperature: Double
    private let seed: UInt64

    /// Of the next symbol of each sample, `[count, classes]`.
    private var logits: [Element]
    private var place = 0

    /// - Parameters:
    ///   - model: over symbols, with a logit for each class of the alphabet
    ///   - alphabet: the classes
    ///   - prime: what the text begins with; where it is empty, a line does
    ///   - count: samples side by side, from 1
    ///   - temperature: what logits are divided by: below 1 likelier symbols are drawn more often, at 0 always the likeliest
    ///   - seed: of the draws
    /// - Throws: `MDLSTMError` of kind `option` for numbers out of range, and what the model throws.
    public init(
        _ model: any Model<Element>, alphabet: Alphabet, prime: SymbolText, count: Int = 1, temperature: Double = 1,
        seed: UInt64 = 1
    ) throws {
        guard count >= 1, count <= 65_536, temperature >= 0, temperature <= 1e6 else {
            throw MDLSTMError(
                .option,
                "\(counted(count, "sample")) at temperature \(temperature); expected 1 to 65536 samples and a temperature from 0"
            )
        }
        (self.alphabet, self.count, self.temperature, self.seed) = (alphabet, count, temperature, seed)
        sequence = try model.makeSequence(batch: count)
        var fed = prime
        if fed.count == 0 { fed.append(UInt32(alphabet.beginning)) }
        logits = []
        for piece in (0..<fed.count).pieces(ofAtMost: 128) {
            let symbols = piece.map { Element(fed[$0]) }
            let output = try sequence.next(
                Tensor(
                    shape: [count, piece.count, 1], values: Array(repeating: symbols, count: count).flatMap { $0 }))
            let width = output.shape[2]
            logits = (0..<count).flatMap { sample -> ArraySlice<Element> in
                let last = (sample * piece.count + piece.count - 1) * width
                return output.values[last..<(last + width)]
            }
        }
    }

    /// Draws the next symbol of every sample: its class, never that of unknown symbols.
    public func next() throws -> [Int] {
        if place > 0 {
            let input = Tensor(shape: [count, 1, 1], values: drawn.map { Element($0) })
            logits = try sequence.next(input).values
        }
        let width = logits.count / count
        drawn = (0..<count).map { sample in
            draw(logits[(sample * width)..<((sample + 1) * width)], sample: sample)
        }
        place += 1
        return drawn
    }

    private var drawn: [Int] = []

    private func draw(_ logits: ArraySlice<Element>, sample: Int) -> Int {
        let known = logits.dropFirst()
        let likeliest = largest(known)
        guard temperature > 0 else { return likeliest + 1 }
        let top = Double(known[known.startIndex + likeliest])
        let shares = known.map { Double.exp((Double($0) - top) / temperature) }
        let stream = RandomStream(
            seed: seed, tensor: UInt32(sample), step: UInt32(truncatingIfNeeded: place >> 32),
            stream: RandomStreams.sampling)
        var rest = stream.uniform(Int(UInt32(truncatingIfNeeded: place))) * shares.reduce(0, +)
        for (index, share) in shares.enumerated() {
            rest -= share
            if rest < 0 { return index + 1 }
        }
        return likeliest + 1
    }
}

extension Alphabet {
    /// The class that a text without a prime goes on from: the end of a line, else a space, else the first symbol.
    var beginning: Int {
        for symbol: UInt32 in [0x0a, 0x20] {
            if let index = symbols.firstIndex(of: symbol) { return index + 1 }
        }
        return 1
    }
}

/// Bytes on their way to readers of UTF-8: what is not UTF-8 becomes U+FFFD, and a character that has only begun waits.
public struct TextRepair: Sendable {
    private var waiting: [UInt8] = []

    public init() {}

    /// Text that is complete with these bytes.
    public mutating func add(_ bytes: [UInt8]) -> String {
        waiting += bytes
        let end = waiting.count - begun
        defer { waiting.removeFirst(end) }
        return String(decoding: waiting[..<end], as: UTF8.self)
    }

    /// What still waits, at the end.
    public mutating func end() -> String {
        defer { waiting = [] }
        return String(decoding: waiting, as: UTF8.self)
    }

    /// Bytes at the end that may begin a character of more.
    private var begun: Int {
        for length in 1...3 where length <= waiting.count {
            let byte = waiting[waiting.count - length]
            if byte & 0xc0 == 0x80 { continue }
            let whole = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 1
            return whole > length ? length : 0
        }
        return 0
    }
}

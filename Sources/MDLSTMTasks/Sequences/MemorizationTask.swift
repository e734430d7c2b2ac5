public import MDLSTM

/// The memorization of Kalchbrenner, Danihelka and Graves 2016 (arXiv 1507.01526): n random symbols, one a step,
/// and then the same again.
///
/// For n = 3, with the separator `-`, which also ends the answer; the loss is on the last n + 1 steps:
///
///     input   - a b c - - - -
///     target          a b c -
public struct MemorizationTask: SequenceTask {
    /// Symbols n of a sequence.
    public let length: Int

    /// Symbols that are drawn from, without the separator.
    public let alphabet: Int

    /// - Parameters:
    ///   - symbols: n, from 1 to 4096
    ///   - alphabet: how many there are to draw from, from 2 to 4096
    /// - Throws: `MDLSTMError` of kind `option` for other sizes.
    public init(symbols: Int, alphabet: Int) throws(MDLSTMError) {
        guard (1...4096).contains(symbols), (2...4096).contains(alphabet) else {
            throw MDLSTMError(
                .option,
                "the memorization task needs 1 to 4096 symbols of an alphabet of 2 to 4096, found \(symbols) of \(alphabet)"
            )
        }
        (length, self.alphabet) = (symbols, alphabet)
    }

    public var name: String { "memorization" }
    public var title: String { "memorization of \(counted(length, "symbol")) of \(alphabet)" }

    /// The alphabet and the separator.
    public var symbols: Int { alphabet + 1 }

    /// 2 n + 2
    public var steps: Int { 2 * length + 2 }

    /// n + 1
    public var answerSteps: Int { length + 1 }

    public func example(from stream: RandomStream) -> (input: [Int], answer: [Int]) {
        let drawn = (0..<length).map { stream.index(below: alphabet, element: $0) }
        return ([separator] + drawn + Array(repeating: separator, count: answerSteps), drawn + [separator])
    }
}

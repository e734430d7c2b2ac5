public import MDLSTM

/// The addition of Kalchbrenner, Danihelka and Graves 2016 (arXiv 1507.01526): two numbers of k digits, one
/// digit a step, the first digit first; then their sum.
///
/// For k = 3, with the separator `-`; the loss is on the last k + 2 steps:
///
///     input   - 1 2 3 - 8 9 9 - - - - -
///     target                  1 0 2 2 -
///
/// Numbers are uniform from 10^(k-1) to 10^k - 1. A sum of only k digits is followed by two separators.
public struct AdditionTask: SequenceTask {
    /// Digits k of each number.
    public let digits: Int

    /// - Throws: `MDLSTMError` of kind `option` unless numbers have from 1 to 18 digits.
    public init(digits: Int) throws(MDLSTMError) {
        guard (1...18).contains(digits) else {
            throw MDLSTMError(.option, "the addition task has numbers of 1 to 18 digits, found \(digits)")
        }
        self.digits = digits
    }

    public var name: String { "addition" }
    public var title: String { "addition of \(counted(digits, "digit"))" }

    /// The digits 0 to 9 and the separator.
    public var symbols: Int { 11 }

    /// 3 k + 4
    public var steps: Int { 3 * digits + 4 }

    /// k + 2
    public var answerSteps: Int { digits + 2 }

    public func example(from stream: RandomStream) -> (input: [Int], answer: [Int]) {
        let least = (1..<digits).reduce(1) { power, _ in 10 * power }
        let numbers = (0..<2).map { least + stream.index(below: 9 * least, element: $0) }
        let sum = numbers[0] + numbers[1]
        func symbols(_ number: Int) -> [Int] { String(number).utf8.map { Int($0) - 48 } }
        let question = [separator] + symbols(numbers[0]) + [separator] + symbols(numbers[1])
        let answer = symbols(sum)
        func filled(_ symbols: [Int], to count: Int) -> [Int] {
            symbols + Array(repeating: separator, count: count - symbols.count)
        }
        return (filled(question, to: steps), filled(answer, to: answerSteps))
    }
}

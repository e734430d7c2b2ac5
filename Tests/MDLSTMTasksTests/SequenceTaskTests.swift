import MDLSTM
import MDLSTMTasks
import Testing

/// The examples of addition and memorization, and how answers are scored.
struct SequenceTaskTests {
    /// The layouts of the documentation, by hand.
    @Test func additionIsLaidOut() throws {
        let task = try AdditionTask(digits: 3)
        #expect(task.symbols == 11 && task.separator == 10 && task.steps == 13 && task.answerSteps == 5)
        var carried = 0
        for number in 0..<500 {
            let (input, answer) = task.example(number, for: .training, seed: 3)
            #expect(input.count == 13 && answer.count == 5)
            #expect([0, 4, 8, 9, 10, 11, 12].allSatisfy { input[$0] == 10 })
            func value(_ digits: some Collection<Int>) -> Int { digits.reduce(0) { 10 * $0 + $1 } }
            let (a, b) = (value(input[1...3]), value(input[5...7]))
            #expect((100...999).contains(a) && (100...999).contains(b))
            let sum = a + b
            if sum >= 1000 { carried += 1 }
            let expected =
                sum >= 1000
                ? [sum / 1000, sum / 100 % 10, sum / 10 % 10, sum % 10, 10]
                : [sum / 100, sum / 10 % 10, sum % 10, 10, 10]
            #expect(answer == expected, "\(a) + \(b)")
        }
        // The sum of two numbers of 100 to 999 has four digits in 60 % of all cases.
        #expect((250...350).contains(carried))
    }

    /// Every pair of one digit occurs, 1 + 1 to 9 + 9, and the largest numbers have room.
    @Test func additionsHaveAllNumbers() throws {
        let small = try AdditionTask(digits: 1)
        let pairs = Set((0..<2000).map { Array(small.example($0, for: .test, seed: 1).input[1...3]) })
        #expect(pairs.count == 81 && small.steps == 7 && small.answerSteps == 3)
        let large = try AdditionTask(digits: 18)
        let example = large.example(7, for: .training, seed: 1)
        #expect(example.input.count == 58 && example.answer.count == 20 && example.answer.last == 10)
        #expect(example.input[1] > 0 && example.input[20] > 0)
    }

    @Test func memorizationIsLaidOut() throws {
        let task = try MemorizationTask(symbols: 3, alphabet: 7)
        #expect(task.symbols == 8 && task.separator == 7 && task.steps == 8 && task.answerSteps == 4)
        var counts = Array(repeating: 0, count: 8)
        for number in 0..<700 {
            let (input, answer) = task.example(number, for: .validation, seed: 5)
            #expect(input[0] == 7 && Array(input[4...]) == [7, 7, 7, 7] && answer == Array(input[1...3]) + [7])
            for symbol in input[1...3] { counts[symbol] += 1 }
        }
        #expect(counts[7] == 0 && counts[..<7].allSatisfy { (240...360).contains($0) })
    }

    /// An example is the same whatever batch it is in; others are others.
    @Test func examplesAreNumbered() throws {
        let task = try MemorizationTask(symbols: 11, alphabet: 31)
        let whole: TrainingBatch<Float> = task.batch(0..<35, for: .training, seed: 1)
        #expect(whole.input.shape == [35, 24, 32] && whole.target.labels?.shape == [35, 24] && whole.samples == nil)
        let parts = [0..<11, 11..<30, 30..<35].map { task.batch($0, for: .training, seed: 1, as: Float.self) }
        #expect(parts.flatMap(\.input.values) == whole.input.values)
        #expect(parts.flatMap { $0.target.labels!.values } == whole.target.labels!.values)
        var seen: Set<[Int]> = []
        for purpose in SequencePurpose.allCases {
            for seed in [UInt64(1), 2] {
                for number in 0..<50 { seen.insert(task.example(number, for: purpose, seed: seed).input) }
            }
        }
        #expect(seen.count == 300, "no example is that of another number, purpose or seed")
    }

    /// One-hot inputs, and labels of -1 before the answer.
    @Test func batchesHaveTheSymbols() throws {
        let task = try AdditionTask(digits: 2)
        let batch: TrainingBatch<Double> = task.batch(5..<12, for: .training, seed: 9)
        let labels = try #require(batch.target.labels)
        for b in 0..<7 {
            let (input, answer) = task.example(5 + b, for: .training, seed: 9)
            for t in 0..<10 {
                let features = Array(batch.input.values[((b * 10 + t) * 11)..<((b * 10 + t + 1) * 11)])
                #expect(features == (0..<11).map { $0 == input[t] ? 1 : 0 })
            }
            #expect(
                Array(labels.values[(b * 10)..<(b * 10 + 10)]) == Array(repeating: -1, count: 6)
                    + answer.map { Int32($0) })
        }
    }

    @Test func scoresCountAnswersAndSymbols() {
        let labels = Tensor<Int32>(shape: [3, 3], values: [-1, 0, 1, -1, 1, 1, -1, 0, 0])
        func output(_ symbols: [Float]) -> Tensor<Float> {
            Tensor(shape: [3, 3, 2], values: symbols.flatMap { $0.isNaN ? [$0, $0] : [1 - $0, $0] })
        }
        // Steps without a label do not count; equal features are the first symbol.
        let score = SequenceScore(output([1, 0, 1, 0, 1, 0, 0, 0.5, 0]), labels: labels)
        #expect(score == SequenceScore(whole: 2.0 / 3, symbols: 5.0 / 6))
        let broken = SequenceScore(output(Array(repeating: .nan, count: 9)), labels: labels)
        #expect(broken == SequenceScore(whole: 0, symbols: 0))
    }

    @Test func sizesThatCannotBeAreRefused() {
        for digits in [0, 19] {
            let error = #expect(throws: MDLSTMError.self) { try AdditionTask(digits: digits) }
            #expect(error?.kind == .option && error?.message.contains("found \(digits)") == true)
        }
        for (symbols, alphabet) in [(0, 8), (4097, 8), (5, 1), (5, 4097)] {
            let error = #expect(throws: MDLSTMError.self) {
                try MemorizationTask(symbols: symbols, alphabet: alphabet)
            }
            #expect(error?.kind == .option && error?.message.contains("found \(symbols) of \(alphabet)") == true)
        }
    }
}

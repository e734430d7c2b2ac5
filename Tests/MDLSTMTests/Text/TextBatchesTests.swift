import MDLSTM
import Testing

/// A text in batches that follow one another.
@Suite struct TextBatchesTests {
    /// Classes 1, 2, 3, .. so that each symbol tells its place.
    private func text(_ count: Int) -> SymbolText {
        var text = SymbolText(classes: 1000)
        for index in 0..<count { text.append(UInt32(index + 1)) }
        return text
    }

    @Test(arguments: [(121, 3, 10), (100, 3, 10), (92, 4, 7), (51, 1, 50), (8, 7, 1), (33, 4, 8)])
    func everySymbolIsATargetOnce(_ count: Int, _ batch: Int, _ sequence: Int) throws {
        let batches = try TextBatches<Float>(text(count), batch: batch, sequence: sequence)
        var targets: [Int32] = []
        var last: [Float] = []
        for index in 0..<batches.count(epoch: 1) {
            let made = batches.batch(epoch: 1, index: index)
            #expect(made.continues == (index > 0))
            let (labels, length) = (made.target.labels!, made.input.shape[1])
            #expect(made.input.shape == [batch, length, 1] && labels.shape == [batch, length] && length <= sequence)
            #expect(length == sequence || index == batches.count(epoch: 1) - 1)
            #expect(batches.targets(ofBatch: index) == labels.values.count { $0 >= 0 })
            for b in 0..<batch {
                for step in 0..<length where labels.values[b * length + step] >= 0 {
                    // What follows the input, which follows the last input of the stream.
                    let x = made.input.values[b * length + step]
                    #expect(labels.values[b * length + step] == Int32(x) + 1)
                    // After the last input comes the first of the text.
                    if step == 0, index > 0 {
                        #expect(x == last[b].truncatingRemainder(dividingBy: Float(count - 1)) + 1)
                    }
                    targets.append(labels.values[b * length + step])
                }
            }
            last = (0..<batch).map { made.input.values[$0 * length + length - 1] }
        }
        #expect(targets.sorted() == (2...Int32(count)).map(\.self))
    }

    /// An epoch begins at another place than others, and than with another seed; the same one always at the same.
    @Test func epochsBeginElsewhere() throws {
        let first = try [(1, 1), (1, 2), (2, 1), (1, 1)].map { seed, epoch in
            try TextBatches<Float>(text(121), batch: 3, sequence: 10, seed: seed).batch(epoch: epoch, index: 0).input
        }
        #expect(Set(first.map { $0.values[0] }).count == 3 && first[3] == first[0])
    }

    /// A text that is too short is answered with what fits, and that does.
    @Test(arguments: [(20, 32, 50), (60, 32, 50), (40, 32, 50), (1600, 32, 50), (2, 4, 4)])
    func tooShort(_ count: Int, _ batch: Int, _ sequence: Int) throws {
        do {
            _ = try TextBatches<Float>(text(count), batch: batch, sequence: sequence)
            Issue.record("expected a refusal")
        } catch {
            #expect(error.kind == .data && error.message.contains("needs \(batch * sequence + 1)"), "\(error.message)")
            let fitting = error.message.split(separator: "; ").last!
            let numbers = fitting.split { !$0.isNumber }.compactMap { Int($0) }
            if fitting.contains("a batch of 1 with") {
                _ = try TextBatches<Float>(text(count), batch: numbers[0], sequence: numbers[1])
            } else {
                if fitting.contains("a batch of") {
                    _ = try TextBatches<Float>(text(count), batch: numbers[0], sequence: sequence)
                }
                if fitting.contains("a sequence of") {
                    _ = try TextBatches<Float>(text(count), batch: batch, sequence: numbers.last!)
                }
            }
        }
        for few in [0, 1] {
            #expect(throws: MDLSTMError.self) { _ = try TextBatches<Float>(text(few), batch: 1, sequence: 1) }
        }
    }
}

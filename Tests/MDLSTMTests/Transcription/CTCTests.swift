import MDLSTM
import RealModule
import Testing
import _TestSupport

/// The loss of texts against published answers, all paths, and central differences.
struct CTCTests {
    /// A case of ``CTCVectors`` with the blank made class 0.
    struct Vector: CustomStringConvertible {
        let description: String
        let frames: [Int]
        let labels: [[Int]], losses: [Double?]

        /// `[B, T, C]`
        let logits: Tensor<Double>, gradient: Tensor<Double>

        static func all() throws -> [Vector] {
            let cases = try #require(try JSONValue(parsing: CTCVectors.json, name: "vectors").arrayValue)
            return try cases.map(Vector.init)
        }

        private init(_ json: JSONValue) throws {
            description = try #require(json["name"]?.stringValue)
            let blank = try #require(json["blank"]?.intValue)
            func numbers(_ key: String) throws -> [Int] {
                try #require(json[key]?.arrayValue).map { try #require($0.intValue) }
            }
            frames = try numbers("inputLengths")
            labels = try #require(json["labels"]?.arrayValue).map { labels in
                try #require(labels.arrayValue).map { try #require($0.intValue) }.map { $0 < blank ? $0 + 1 : $0 }
            }
            losses = try #require(json["loss"]?.arrayValue).map(\.doubleValue)
            func tensor(_ key: String) throws -> Tensor<Double> {
                let rows = try #require(json[key]?.arrayValue).map { step in
                    try #require(step.arrayValue).map { sample in
                        var row = try #require(sample.arrayValue).map { try #require($0.doubleValue) }
                        row.insert(row.remove(at: blank), at: 0)
                        return row
                    }
                }
                let shape = [rows[0].count, rows.count, rows[0][0].count]
                return Tensor(shape: shape, values: (0..<shape[0]).flatMap { b in rows.flatMap { $0[b] } })
            }
            (logits, gradient) = (try tensor("logits"), try tensor("gradient"))
        }

        /// `[B, U]`, -1 after the last of a text.
        var target: Tensor<Int32> { padded(labels) }
    }

    @Test func publishedAnswers() throws {
        let all = try Vector.all()
        #expect(all.count == 8)
        for vector in all {
            let found = try Loss.ctc.evaluate(
                vector.logits, target: .labels(vector.target), samples: vector.frames.map { [$0] })
            let finite = vector.losses.compactMap { $0 }
            #expect(found.divisor == Double(finite.count), "\(vector)")
            #expect(abs(found.sum - finite.reduce(0, +)) < 1e-9, "\(vector)")
            for (a, b) in zip(found.outputGradient.values, vector.gradient.values) {
                #expect(abs(a - b) < 1e-9, "\(vector)")
            }
        }
    }

    /// Of texts that frames are too few for, and of those that just fit.
    @Test func fewestFrames() {
        #expect(CTC.fewestFrames(for: []) == 0)
        #expect(CTC.fewestFrames(for: [1, 2, 1]) == 3)
        #expect(CTC.fewestFrames(for: [1, 1, 2, 2, 2]) == 8)
    }

    /// p(text) is the sum over all paths that read as it, whatever reads as it: all texts together have probability 1.
    @Test(arguments: [(3, 2), (5, 3), (4, 4)]) func allTextsAddUpToOne(_ frames: Int, _ classes: Int) throws {
        let logits = Tensor<Double>.random([1, frames, classes], bound: 2, seed: UInt64(frames))
        var sums: [[Int]: Double] = [:]
        var path = Array(repeating: 0, count: frames)
        for number in 0..<Int(Double.pow(Double(classes), Double(frames))) {
            var rest = number
            for t in 0..<frames { (rest, path[t]) = rest.quotientAndRemainder(dividingBy: classes) }
            var p = 1.0
            for t in 0..<frames {
                let row = logits.values[(t * classes)..<((t + 1) * classes)].map { Double.exp($0) }
                p *= row[path[t]] / row.reduce(0, +)
            }
            let text = path.enumerated().filter { t, k in k != 0 && (t == 0 || path[t - 1] != k) }.map(\.element)
            sums[text, default: 0] += p
        }
        #expect(abs(sums.values.reduce(0, +) - 1) < 1e-12)
        for (text, p) in sums {
            let found = try Loss.ctc.evaluate(logits, target: .labels(padded([text])))
            #expect(abs(Double.exp(-found.sum) - p) < 1e-12, "\(text)")
        }
    }

    /// Rows of the gradient add up to 0, and it is the loss's slope.
    @Test func centralDifferences() throws {
        let samples = [[11], [7], [2]]
        let target = padded([[1, 1, 3, 2], [], [2]])
        let logits = Tensor<Double>.random([3, 11, 4], bound: 3, seed: 5)
        let found = try Loss.ctc.evaluate(logits, target: .labels(target), samples: samples)
        for row in stride(from: 0, to: logits.count, by: 4) {
            #expect(abs(found.outputGradient.values[row..<(row + 4)].reduce(0, +)) < 1e-14)
        }
        for index in logits.values.indices {
            func sum(_ change: Double) throws -> Double {
                var moved = logits
                moved.values[index] += change
                return try Loss.ctc.evaluate(moved, target: .labels(target), samples: samples).sum
            }
            let slope = (try sum(1e-5) - sum(-1e-5)) / 2e-5
            #expect(abs(slope - found.outputGradient.values[index]) < 1e-8)
        }
    }

    @Test func refusesWhatIsNoText() {
        let logits = Tensor<Double>(zeros: [2, 3, 4])
        func expect(_ labels: Tensor<Int32>, _ logits: Tensor<Double>, _ words: [String]) {
            expectMDLSTMError(.data, words) { _ = try Loss.ctc.evaluate(logits, target: .labels(labels)) }
        }
        expect(padded([[1], [4]]), logits, ["4 at [1, 0]", "from 1 to 3"])
        expect(padded([[1], [0]]), logits, ["0 at [1, 0]"])
        expect(Tensor(shape: [2, 2], values: [1, -1, -1, 1]), logits, ["1 at [1, 1]", "after -1"])
        expect(padded([[1]]), logits, ["[1, 1]", "[2, U]"])
        expect(padded([[1], [1]]), Tensor(zeros: [2, 3, 4, 5]), ["[B, T, C]"])
        expectMDLSTMError(.option, ["'ctc'", "labels"]) {
            _ = try Loss.ctc.evaluate(logits, target: .values(logits))
        }
    }
}

/// Labels `[B, U]` of texts.
private func padded(_ texts: [[Int]]) -> Tensor<Int32> {
    let longest = texts.map(\.count).max() ?? 0
    return Tensor(
        shape: [texts.count, longest],
        values: texts.flatMap { text in text.map { Int32($0) } + Array(repeating: -1, count: longest - text.count) })
}

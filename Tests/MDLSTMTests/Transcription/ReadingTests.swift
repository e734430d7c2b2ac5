import Foundation
import MDLSTM
import Testing

/// Where the symbols of a reading are, and how sure they are.
@Suite struct ReadingTests {
    /// Posteriors of the classes blank, 1 and 2.
    private func line(_ rows: [[Double]]) throws -> FramePosteriors {
        try FramePosteriors(logits: rows.flatMap { $0.map { log($0) } }[...], classes: 3)
    }

    private func sample() throws -> FramePosteriors {
        try line([
            [0.8, 0.1, 0.1], [0.3, 0.6, 0.1], [0.2, 0.7, 0.1], [0.7, 0.2, 0.1], [0.1, 0.1, 0.8], [0.5, 0.1, 0.4],
            [0.9, 0.05, 0.05], [0.3, 0.2, 0.5],
        ])
    }

    @Test func runsOfTheBestPath() throws {
        let reading = try sample().bestPath()
        #expect(reading.labels == [1, 2, 2])
        #expect(reading.symbols.map(\.frames) == [1..<3, 4..<5, 7..<8])
        for (found, expected) in zip(reading.symbols.map(\.confidence), [0.65, 0.8, 0.5]) {
            #expect(abs(found - expected) < 1e-14)
        }
        #expect(abs(reading.confidence - 0.65) < 1e-14)
        #expect(abs(reading.score - [0.8, 0.6, 0.7, 0.7, 0.8, 0.5, 0.9, 0.5].reduce(0) { $0 + log($1) }) < 1e-14)
        #expect(reading.logProbability > reading.score)
        #expect(reading.extents == [1..<3, 3..<6, 6..<8])
    }

    /// The best path of a text alone is the best of all paths that are read as it.
    @Test(arguments: [[], [1], [2], [1, 2], [2, 1], [1, 1], [2, 2, 1], [1, 2, 1, 2]]) func bestAlignment(
        _ labels: [Int]
    ) throws {
        let stream = RandomStream(seed: 3, stream: RandomStreams.data)
        for seed in 0..<10 {
            let logits = (0..<18).map { 3 * stream.normal(18 * seed + $0) }
            let posteriors = try FramePosteriors(logits: logits[...], classes: 3)
            var (best, ranges): (Double, [Range<Int>]) = (-.infinity, [])
            for path in 0..<729 {
                let classes = (0..<6).map { path / [243, 81, 27, 9, 3, 1][$0] % 3 }
                var read: [Int] = [], own: [Range<Int>] = [], log = 0.0
                for frame in 0..<6 {
                    log += posteriors[frame, classes[frame]]
                    guard classes[frame] > 0 else { continue }
                    if frame > 0, classes[frame] == classes[frame - 1] {
                        own[own.count - 1] = own[own.count - 1].lowerBound..<frame + 1
                    } else {
                        read.append(classes[frame])
                        own.append(frame..<frame + 1)
                    }
                }
                if read == labels, log > best { (best, ranges) = (log, own) }
            }
            #expect(posteriors.alignment(of: labels) == ranges)
        }
    }

    /// The best path's own frames are the alignment of its text.
    @Test func bestPathIsItsAlignment() throws {
        let stream = RandomStream(seed: 4, stream: RandomStreams.data)
        let logits: [Float] = stream.normal(count: 97 * 7, standardDeviation: 2)
        let posteriors = try FramePosteriors(logits: logits[...], classes: 7)
        let reading = posteriors.bestPath(blank: 5)
        #expect(reading.symbols.count > 20)
        #expect(posteriors.alignment(of: reading.labels, blank: 5) == reading.symbols.map(\.frames))
    }

    @Test func tooFewFrames() throws {
        let posteriors = try line([[0.2, 0.4, 0.4], [0.2, 0.4, 0.4]])
        #expect(posteriors.alignment(of: [1, 1]) == nil && posteriors.logProbability(of: [1, 1]) == -.infinity)
        #expect(posteriors.alignment(of: [1, 2]) == [0..<1, 1..<2])
        #expect(abs(posteriors.logProbability(of: [1, 2]) - log(0.16)) < 1e-14)
    }

    @Test func alphabetGivesText() throws {
        let alphabet = try Alphabet(.characters, in: [Array("é a🙂".utf8)])
        #expect(alphabet.text(of: [2, 3, 1, 4]) == "aé 🙂")
        #expect(alphabet.text(of: []) == "")
    }
}

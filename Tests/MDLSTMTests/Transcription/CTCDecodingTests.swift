import Foundation
import MDLSTM
import Testing

/// Best path and beam search against sums over all paths.
@Suite struct CTCDecodingTests {
    /// Frames of random posteriors; at every third frame a class that cannot be.
    private func posteriors(frames: Int, classes: Int, seed: UInt64) throws -> FramePosteriors {
        let stream = RandomStream(seed: seed, stream: RandomStreams.data)
        var logits: [Double] = stream.normal(count: frames * classes, standardDeviation: 1.5)
        for frame in stride(from: 2, to: frames, by: 3) { logits[frame * classes + frame % classes] = -.infinity }
        return try FramePosteriors(logits: logits[...], classes: classes)
    }

    /// The probabilities of all texts, by every path there is.
    private func texts(_ posteriors: FramePosteriors, blank: Int) -> [[Int]: Double] {
        var texts: [[Int]: Double] = [:]
        var path = Array(repeating: 0, count: posteriors.frames)
        while true {
            var labels: [Int] = [], log = 0.0
            for frame in path.indices {
                log += posteriors[frame, path[frame]]
                if path[frame] != blank, frame == 0 || path[frame] != path[frame - 1] { labels.append(path[frame]) }
            }
            texts[labels, default: 0] += exp(log)
            guard let place = path.lastIndex(where: { $0 < posteriors.classes - 1 }) else { break }
            path[place] += 1
            for later in path.indices.dropFirst(place + 1) { path[later] = 0 }
        }
        return texts.filter { $0.value > 0 }
    }

    @Test(arguments: DecodingCase.all) func knownAnswers(_ known: DecodingCase) throws {
        let posteriors = try FramePosteriors(logits: known.logits[...], classes: known.classes)
        let path = posteriors.bestPath(blank: known.blank)
        #expect(path.labels == known.bestPath)
        #expect(abs(path.logProbability - known.bestPathLogProbability) < 1e-12)
        let found = try BeamSearch(blank: known.blank).readings(of: posteriors, count: 3)
        #expect(found.map(\.labels) == known.best.map(\.labels))
        for (reading, best) in zip(found, known.best) {
            #expect(abs(reading.logProbability - best.logProbability) < 1e-12)
            #expect(reading.score == reading.logProbability)
        }
        let narrow = try FramePosteriors(
            logits: Tensor(
                shape: [known.logits.count / known.classes, known.classes], values: known.logits.map { Float($0) }))
        #expect(try BeamSearch(blank: known.blank).readings(of: narrow)[0].labels == known.best[0].labels)
    }

    /// Two frames of a .4 and blank .6: the best path is empty, the best text is "a" with .64.
    @Test func textIsNoPath() throws {
        let posteriors = try FramePosteriors(
            logits: Tensor(shape: [2, 3], values: [log(0.6), log(0.4), -.infinity, log(0.6), log(0.4), -.infinity]))
        let path = posteriors.bestPath()
        #expect(path.labels.isEmpty && abs(path.confidence - 0.6) < 1e-15)
        #expect(abs(path.logProbability - 2 * log(0.6)) < 1e-15)
        let found = try BeamSearch().readings(of: posteriors, count: 9)
        #expect(found.map(\.labels) == [[1], []])
        #expect(abs(found[0].logProbability - log(0.64)) < 1e-15)
    }

    /// A beam that holds every prefix has every text, in order, with its probability.
    @Test(arguments: [(1, 5, 0), (2, 4, 3), (5, 3, 1), (6, 3, 2), (7, 2, 0), (5, 4, 0)])
    func wideBeamsAreExact(_ shape: (frames: Int, classes: Int, blank: Int)) throws {
        for seed in 1...5 as ClosedRange<UInt64> {
            let posteriors = try posteriors(frames: shape.frames, classes: shape.classes, seed: seed)
            let all = texts(posteriors, blank: shape.blank)
            let sorted = all.sorted { $0.value > $1.value }
            let found = try BeamSearch(width: 4000, blank: shape.blank).readings(of: posteriors, count: 4000)
            #expect(found.count == all.count)
            #expect(found.map(\.labels) == sorted.map(\.key))
            for reading in found {
                let sum = try #require(all[reading.labels])
                #expect(abs(reading.logProbability - log(sum)) < 1e-9)
            }
        }
    }

    /// What falls out of the beam and comes back is the same prefix, also for those that were made of it before: no text twice.
    @Test(arguments: [2, 3, 5, 8]) func narrowBeamsHaveEachTextOnce(_ width: Int) throws {
        for seed in 1...100 as ClosedRange<UInt64> {
            let posteriors = try posteriors(frames: 29, classes: 3, seed: seed)
            let found = try BeamSearch(width: width).readings(of: posteriors, count: width)
            #expect(found.count == width && Set(found.map(\.labels)).count == width)
            #expect(found.map(\.score) == found.map(\.score).sorted(by: >))
            if seed == 1 { #expect(found == (try BeamSearch(width: width).readings(of: posteriors, count: width))) }
        }
    }

    /// Equal probabilities everywhere: the lower class comes first.
    @Test func tiesHaveOneOrder() throws {
        let posteriors = try FramePosteriors(logits: Tensor(repeating: 0.0, shape: [2, 4]))
        #expect(posteriors.bestPath(blank: 3).labels == [0])
        let found = try BeamSearch(width: 13, blank: 3).readings(of: posteriors, count: 13)
        #expect(found.map(\.labels) == [[0], [1], [2], [], [0, 1], [0, 2], [1, 0], [1, 2], [2, 0], [2, 1]])
        // Where the beam is full: what the better prefix makes before what the other does, as it is before longer.
        let full = try FramePosteriors(
            logits: Tensor(shape: [2, 4], values: [-1, 0, 0, -1, -.infinity, 0, 0, 0]) as Tensor<Float>)
        let kept = try BeamSearch(width: 2).readings(of: full, count: 2)
        #expect(kept.map(\.labels) == [[1], [1, 2]])
    }

    @Test func linesWithoutFrames() throws {
        let none = try FramePosteriors(logits: Tensor<Float>(shape: [0, 3], values: []))
        #expect(none.bestPath().labels.isEmpty && none.bestPath().logProbability == 0)
        let found = try BeamSearch().readings(of: none)
        #expect(found.count == 1 && found[0].labels.isEmpty && found[0].confidence == 0)
        #expect(none.logProbability(of: [1]) == -.infinity && none.alignment(of: [1]) == nil)
    }

    @Test func whatCannotBeIsRefused() throws {
        func kind(_ body: () throws -> Void) -> MDLSTMError.Kind? {
            do { try body() } catch { return (error as? MDLSTMError)?.kind }
            return nil
        }
        #expect(kind { _ = try FramePosteriors(logits: [1, 2, 3.0][...], classes: 2) } == .data)
        #expect(kind { _ = try FramePosteriors(logits: Tensor(repeating: 0.0, shape: [3])) } == .data)
        for bad in [Double.nan, .infinity] {
            #expect(kind { _ = try FramePosteriors(logits: [0, 1, bad, 0][...], classes: 2) } == .notFinite)
        }
        let never: [Double] = [0, 1, -.infinity, -.infinity]
        #expect(kind { _ = try FramePosteriors(logits: never[...], classes: 2) } == .notFinite)
        let line = try posteriors(frames: 3, classes: 3, seed: 1)
        #expect(kind { _ = try BeamSearch(width: 0).readings(of: line) } == .option)
        #expect(kind { _ = try BeamSearch(blank: 3).readings(of: line) } == .option)
        let alphabet = try Alphabet(.characters, in: [Array("abc".utf8)])
        #expect(kind { _ = try BeamSearch(prior: TextPrior(alphabet: alphabet)).readings(of: line) } == .data)
        let bytes = try Alphabet(.bytes, in: [Array("ab".utf8)])
        let model = try CharacterModel(of: ["ab"])
        let prior = TextPrior(alphabet: bytes, language: model)
        #expect(kind { _ = try BeamSearch(prior: prior).readings(of: line) } == .data)
        for change: (inout TextPrior) -> Void in [
            { $0.weight = -1 }, { $0.lengthBonus = .nan }, { $0.unknownWordPenalty = .infinity },
        ] {
            var prior = TextPrior(alphabet: bytes)
            change(&prior)
            #expect(kind { _ = try BeamSearch(prior: prior).readings(of: line) } == .option)
        }
    }
}

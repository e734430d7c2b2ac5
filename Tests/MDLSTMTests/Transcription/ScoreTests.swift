import MDLSTM
import Testing

/// Edit distances, error rates and what they are made of.
@Suite struct ScoreTests {
    /// The definition, without a table.
    private func distance(_ a: ArraySlice<Int>, _ b: ArraySlice<Int>) -> Int {
        guard let first = a.first, let other = b.first else { return a.count + b.count }
        let same = distance(a.dropFirst(), b.dropFirst()) + (first == other ? 0 : 1)
        return min(same, distance(a.dropFirst(), b) + 1, distance(a, b.dropFirst()) + 1)
    }

    @Test func distancesOfRandomTexts() {
        let stream = RandomStream(seed: 1, stream: RandomStreams.data)
        for pair in 0..<200 {
            func text(_ first: Int) -> [Int] {
                (0..<stream.index(below: 7, element: first)).map { stream.index(below: 3, element: first + 1 + $0) }
            }
            let (reference, reading) = (text(20 * pair), text(20 * pair + 10))
            let alignment = EditAlignment(reference: reference, reading: reading)
            #expect(alignment.counts.errors == distance(reference[...], reading[...]))
            #expect(alignment.counts.length == reference.count)
            // The steps make the reading of the reference, and are as many of each kind as was counted.
            var (from, to, counts): ([Int], [Int], EditCounts) = ([], [], EditCounts(length: reference.count))
            for step in alignment.steps {
                switch step {
                case .match(let symbol):
                    from.append(symbol)
                    to.append(symbol)
                case .substitution(let old, let new):
                    #expect(old != new)
                    from.append(old)
                    to.append(new)
                    counts.substitutions += 1
                case .deletion(let symbol):
                    from.append(symbol)
                    counts.deletions += 1
                case .insertion(let symbol):
                    to.append(symbol)
                    counts.insertions += 1
                }
            }
            #expect(from == reference && to == reading && counts == alignment.counts)
        }
    }

    private func score(_ lines: [(String, String)]) -> TranscriptionScore {
        var score = TranscriptionScore()
        for (reference, reading) in lines { score.add(reference: reference, reading: reading) }
        return score
    }

    /// By hand.
    @Test func ratesAreSums() {
        let score = score([("un été", "un ete"), ("a b c", "a c"), ("", "x"), ("le", "le")])
        #expect(score.characters.substitutions == 2 && score.characters.deletions == 2)
        #expect(score.characters.insertions == 1 && score.characters.length == 13)
        #expect(score.characters.rate == 5.0 / 13)
        // été for ete; b is lost; x is added.
        #expect(score.words.substitutions == 1 && score.words.deletions == 1 && score.words.insertions == 1)
        #expect(score.words.length == 6 && score.words.rate == 0.5)
        #expect(score.lines.count == 4 && score.lines[3].characters == EditCounts(length: 2))
        #expect(EditCounts().rate == 0)
    }

    /// A scalar is a character: a letter and its mark are two.
    @Test func charactersAreScalars() {
        let score = score([("e\u{301} \u{308}a", "e a")])
        #expect(score.characters.deletions == 2 && score.characters.length == 5 && score.words.length == 2)
    }

    @Test func confusionsInOneOrder() {
        let score = score([("aabb", "aacc"), ("éé", "ee"), ("x", ""), ("", "i"), ("", "i"), ("y", "")])
        let found = score.confusions(most: 9).map {
            "\($0.confusion.reference.map(String.init) ?? "-")\($0.confusion.reading.map(String.init) ?? "-")\($0.count)"
        }
        #expect(found == ["-i2", "bc2", "ée2", "x-1", "y-1"])
        #expect(score.confusions(most: 2).count == 2 && self.score([]).confusions(most: 3).isEmpty)
    }

    /// Half of the lines all wrong: rates of draws are binomial, so that the interval is about .5 within 1.96 sqrt(.25 / n).
    @Test func intervals() throws {
        let score = score((0..<400).map { ("ab", $0.isMultiple(of: 2) ? "ab" : "cd") })
        let interval = try #require(score.interval(of: \.characters))
        #expect(abs(interval.lowerBound - 0.451) < 0.006 && abs(interval.upperBound - 0.549) < 0.006)
        #expect(interval == score.interval(of: \.characters))
        #expect(interval == score.interval(of: \.words))
        #expect(interval != score.interval(of: \.characters, seed: 2))
        #expect(self.score([("ab", "ac")]).interval(of: \.characters) == 0.5...0.5)
        #expect(self.score([]).interval(of: \.characters) == nil)
    }
}

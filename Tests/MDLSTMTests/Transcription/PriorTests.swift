import Foundation
import MDLSTM
import Testing

/// What is known of texts before a line is seen: language, length, words.
@Suite struct PriorTests {
    private static let symbols = " '1abcdelnortuÉé"

    private func alphabet(_ text: String = symbols) throws -> Alphabet {
        try Alphabet(.characters, in: [Array(text.utf8)])
    }

    /// A line that shows each text's character at every second frame with its probability, the rest spread evenly, and blanks
    /// between.
    private func line(_ texts: [(String, Double)], alphabet: Alphabet) throws -> FramePosteriors {
        let length = texts[0].0.unicodeScalars.count
        let shown = texts.map { text, share in
            (text.unicodeScalars.map { alphabet.symbols.firstIndex(of: $0.value)! + 1 }, share)
        }
        var shares: [Double] = []
        for place in 0..<length {
            var row = Array(repeating: 1e-3, count: alphabet.count)
            for (classes, share) in shown { row[classes[place]] += share }
            shares += row
            shares += [1] + Array(repeating: 1e-9, count: alphabet.count - 1)
        }
        return try FramePosteriors(logits: shares.map { log($0) }[...], classes: alphabet.count)
    }

    private func text(_ line: FramePosteriors, _ prior: TextPrior) throws -> String {
        prior.alphabet.text(of: try BeamSearch(prior: prior).readings(of: line)[0].labels)
    }

    /// The score is what the documentation says it is, also where the beam holds everything.
    @Test func scoresAreSums() throws {
        let alphabet = try alphabet("ab c")
        let model = try CharacterModel(of: ["ab a\nba b\n", "b?"], order: 4)
        let stream = RandomStream(seed: 1, stream: RandomStreams.data)
        let logits: [Double] = stream.normal(count: 5 * 5)
        let posteriors = try FramePosteriors(logits: logits[...], classes: 5)
        let prior = TextPrior(
            alphabet: alphabet, language: model, weight: 0.7, lengthBonus: 0.3,
            lexicon: try Lexicon(wordsOf: "ab cab"), unknownWordPenalty: 2)
        let found = try BeamSearch(width: 5000, prior: prior).readings(of: posteriors, count: 5000)
        #expect(found.count > 500)
        #expect(found.map(\.score) == found.map(\.score).sorted(by: >))
        for reading in found {
            let text = alphabet.text(of: reading.labels)
            var (sum, before) = (model.logProbability(of: nil, after: text), "")
            for scalar in text.unicodeScalars {
                sum += model.logProbability(of: scalar, after: before)
                before.unicodeScalars.append(scalar)
            }
            let unknown = text.split(separator: " ").count { !["ab", "cab"].contains($0) }
            let expected =
                reading.logProbability + 0.7 * sum + 0.3 * Double(reading.labels.count) - 2 * Double(unknown)
            #expect(abs(reading.score - expected) < 1e-9, "'\(text)'")
        }
        // The beam finds the same ones first as it does when everything is kept.
        let usual = try BeamSearch(prior: prior).readings(of: posteriors)
        #expect(usual[0].labels == found[0].labels && usual[0].score == found[0].score)
    }

    /// Symbols that the text of the model lacks share what it has for an unknown one.
    @Test func symbolsWithoutText() throws {
        let alphabet = try alphabet("abxyz")
        let model = try CharacterModel(of: ["aab", "ba"], order: 3)
        let logits = Tensor(repeating: 0.0, shape: [1, 6])
        let prior = TextPrior(alphabet: alphabet, language: model, weight: 1)
        let found = try BeamSearch(prior: prior).readings(of: FramePosteriors(logits: logits), count: 6)
        let shares = found.filter { !$0.labels.isEmpty }.map {
            (alphabet.text(of: $0.labels), exp($0.score - $0.logProbability))
        }
        let unknown = exp(model.logProbability(of: "x", after: ""))
        for (text, share) in shares where "xyz".contains(text) {
            let end = exp(model.logProbability(of: nil, after: text))
            #expect(abs(share - unknown / 3 * end) < 1e-15)
        }
        #expect(shares.map(\.0).sorted() == ["a", "b", "x", "y", "z"] && !"xyz".contains(shares[0].0))
    }

    @Test func languageDecidesWhatTheLineDoesNot() throws {
        let alphabet = try alphabet()
        let model = try CharacterModel(of: ["la route\nde la tour\nau bout de la route"], order: 5)
        let line = try line([("la noute", 0.5), ("la route", 0.45)], alphabet: alphabet)
        #expect(try text(line, TextPrior(alphabet: alphabet)) == "la noute")
        #expect(try text(line, TextPrior(alphabet: alphabet, language: model)) == "la route")
        #expect(try text(line, TextPrior(alphabet: alphabet, language: model, weight: 0)) == "la noute")
    }

    @Test func lengthIsPaid() throws {
        let alphabet = try alphabet("ab")
        let posteriors = try FramePosteriors(logits: [0.7, 0.3, 0].map { log($0) }[...], classes: 3)
        #expect(try text(posteriors, TextPrior(alphabet: alphabet, lengthBonus: 0.8)) == "")
        #expect(try text(posteriors, TextPrior(alphabet: alphabet, lengthBonus: 0.9)) == "a")
        #expect(try text(posteriors, TextPrior(alphabet: alphabet, lengthBonus: -0.9)) == "")
    }

    @Test func wordsOfALexicon() throws {
        let lexicon = try Lexicon(wordsOf: "l'été\nélan 1917 lance\nlance-t-on")
        for word in ["l", "été", "Été", "ÉTÉ", "élan", "lance", "LANCE", "t", "on"] { #expect(lexicon.contains(word)) }
        for word in ["", "lan", "lances", "lANCE", "1917", "l'été", "e"] { #expect(!lexicon.contains(word)) }
        #expect(try Lexicon(wordsOf: "ß ab").contains("ß"))
        #expect(throws: MDLSTMError.self) { try Lexicon(wordsOf: "1917 -") }
    }

    @Test func lexiconDecides() throws {
        let alphabet = try alphabet()
        let lexicon = try Lexicon(wordsOf: "élan une tour a de la lande")
        let line = try line([("ula tonr 1 é", 0.6), ("dla tour 1 a", 0.1), ("'la loue ean", 0.2)], alphabet: alphabet)
        var prior = TextPrior(alphabet: alphabet)
        #expect(try text(line, prior) == "ula tonr 1 é")
        prior.lexicon = lexicon
        #expect(try text(line, prior) == "'la tour 1 a")
        // Where words cost nothing, they do not count.
        prior.unknownWordPenalty = 0
        #expect(try text(line, prior) == "ula tonr 1 é")
    }

    /// Words that are in no lexicon are read where the line leaves no doubt, and each costs once.
    @Test func unknownWordsAreRead() throws {
        let alphabet = try alphabet()
        let line = try line([("bonne reunon", 1)], alphabet: alphabet)
        let prior = TextPrior(alphabet: alphabet, lexicon: try Lexicon(wordsOf: "la une"), unknownWordPenalty: 4)
        let found = try BeamSearch(prior: prior).readings(of: line)[0]
        #expect(alphabet.text(of: found.labels) == "bonne reunon")
        #expect(abs(found.score - found.logProbability + 8) < 1e-9)
    }

    @Test func tuningTakesTheFewestErrors() throws {
        let alphabet = try alphabet()
        let model = try CharacterModel(of: ["la route\nde la tour\nau bout de la route"], order: 5)
        let lines = [
            (try line([("la noute", 0.5), ("la route", 0.45)], alphabet: alphabet), "la route"),
            (try line([("de la tour", 0.9)], alphabet: alphabet), "de la tour"),
            // The text has no such word: too much weight makes another of it.
            (try line([("conac", 0.6), ("route", 0.2)], alphabet: alphabet), "conac"),
        ]
        let search = BeamSearch(prior: TextPrior(alphabet: alphabet, language: model))
        var tried: [Int] = []
        let tuning = try PriorTuning(on: lines, search: search, weights: [0, 0.1, 0.2, 5], bonuses: [0, 0.1]) {
            tried.append($0)
        }
        #expect(tuning.weight == 0.1 && tuning.lengthBonus == 0)
        #expect(tuning.characters == EditCounts(length: 23) && tried == Array(1...8))
        let heavy = try PriorTuning(on: lines, search: search, weights: [5], bonuses: [0])
        #expect(heavy.characters.errors > 0)
        #expect(throws: MDLSTMError.self) { try PriorTuning(on: [], search: search) }
        #expect(throws: MDLSTMError.self) { try PriorTuning(on: lines, search: BeamSearch()) }
    }
}

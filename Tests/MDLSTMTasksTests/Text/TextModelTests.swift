import Foundation
import MDLSTM
import MDLSTMTasks
import Testing

/// Text judged and drawn.
@Suite struct TextModelTests {
    private let alphabet: Alphabet
    private let text: SymbolText
    private let network: any Model<Double>

    init() throws {
        alphabet = try Alphabet(.characters, in: [Array("abcde".utf8)])
        let stream = RandomStream(seed: 4, tensor: 1, step: 1, stream: RandomStreams.data)
        var text = SymbolText(classes: alphabet.count)
        for index in 0..<400 { text.append(UInt32(stream.index(below: 6, element: index))) }
        self.text = text
        let layer = try LayerConfiguration(
            cell: .lstm, inputSize: 3, hiddenSize: 5, directions: [.forward(axes: 1)], peepholes: false)
        let model = try ModelConfiguration(
            inputSize: 1, axes: 1,
            layers: [
                .embedding(symbols: 6, size: 3), .recurrent(layer), .dense(inputSize: 5, outputSize: 6),
            ])
        let parameters: ParameterTensors<Double> = model.initialParameters(seed: 2)
        network = try ReferenceBackend<Double>().makeModel(model, parameters: parameters)
    }

    /// The figures are those of one long prediction.
    @Test func stateGoesOverTheWholeText() throws {
        let input = Tensor<Double>(shape: [1, 399, 1], values: (0..<399).map { Double(text[$0]) })
        let logits = try network.predict(input)
        let labels = Tensor<Int32>(shape: [1, 399], values: (1..<400).map { Int32(text[$0]) })
        let expected = try Loss.softmaxCrossEntropy.evaluate(logits, target: .labels(labels)).mean
        let found = try TextEvaluation(of: network, on: text)
        #expect(abs(found.natsPerSymbol - expected) < 1e-12)
        #expect(abs(found.bitsPerSymbol - expected / log(2)) < 1e-12)
        #expect(found.symbols == 399)
        #expect(found.unknown == labels.values.count { $0 == 0 })
        let right = (0..<399).count { largest(logits.values[($0 * 6)..<($0 * 6 + 6)]) == Int(labels.values[$0]) }
        #expect(found.accuracy == Double(right) / 399)
        #expect(found.json["baseline"] == .null)
    }

    /// Parts that are read side by side count every symbol once; with a long beginning they find the same.
    @Test(arguments: [2, 3, 7]) func partsCountEverySymbolOnce(_ streams: Int) throws {
        let whole = try TextEvaluation(of: network, on: text)
        let parts = try TextEvaluation(of: network, on: text, streams: streams, leadIn: 13)
        #expect(parts.symbols == whole.symbols && parts.unknown == whole.unknown)
        #expect(abs(parts.natsPerSymbol - whole.natsPerSymbol) < 1e-4)
        #expect(parts.natsPerSymbol != whole.natsPerSymbol)
    }

    private func drawn(count: Int, prime: String = "ab", temperature: Double = 1, seed: UInt64 = 1) throws -> [[Int]] {
        let sampler = try TextSampler(
            network, alphabet: alphabet, prime: try alphabet.classes(of: Array(prime.utf8)), count: count,
            temperature: temperature, seed: seed)
        let steps = try (0..<60).map { _ in try sampler.next() }
        return (0..<count).map { sample in steps.map { $0[sample] } }
    }

    @Test func drawsAreOfSeedAndSample() throws {
        let three = try drawn(count: 3)
        #expect(try drawn(count: 1)[0] == three[0] && drawn(count: 3) == three)
        #expect(Set(three).count == 3)
        #expect(try drawn(count: 1, seed: 2)[0] != three[0])
        // The class of other symbols is never drawn.
        #expect(three.joined().allSatisfy { (1...5).contains($0) })
    }

    /// What is drawn at temperature 0 is the likeliest after all that was before.
    @Test func likeliestSymbols() throws {
        let found = try drawn(count: 1, temperature: 0)[0]
        var symbols = [1, 2]
        for symbol in found.prefix(20) {
            let input = Tensor<Double>(shape: [1, symbols.count, 1], values: symbols.map { Double($0) })
            #expect(symbol == largest(try network.predict(input).values.suffix(5)) + 1)
            symbols.append(symbol)
        }
    }

    /// Shares at temperature 1 and 0.5 are those of the logits.
    @Test(arguments: [1, 0.5]) func sharesOfDraws(_ temperature: Double) throws {
        let logits = try network.predict(Tensor(shape: [1, 2, 1], values: [1, 2])).values.suffix(5)
        let weights = logits.map { exp($0 / temperature) }
        let sampler = try TextSampler(
            network, alphabet: alphabet, prime: try alphabet.classes(of: Array("ab".utf8)), count: 4000,
            temperature: temperature)
        let first = try sampler.next()
        for symbol in 1...5 {
            let share = Double(first.count { $0 == symbol }) / 4000
            #expect(abs(share - weights[symbol - 1] / weights.reduce(0, +)) < 0.03, "\(symbol)")
        }
    }

    @Test func refusals() throws {
        func refused(_ count: Int, _ temperature: Double) {
            #expect(throws: MDLSTMError.self) { try drawn(count: count, temperature: temperature) }
        }
        refused(0, 1)
        refused(1, -1)
        refused(1, .nan)
        #expect(throws: MDLSTMError.self) { _ = try TextEvaluation(of: network, on: text.part(0..<1)) }
    }

    /// However bytes are cut into pieces, what is shown is what all of them show at once.
    @Test func repairedText() {
        let bytes: [UInt8] =
            Array("aé日🙂".utf8) + [0xff, 0x61, 0xc3] + Array("é".utf8) + [0xf0, 0x9f, 0x41, 0x80, 0xe2, 0x82]
        for size in 1...5 {
            var repair = TextRepair(), shown = ""
            for start in stride(from: 0, to: bytes.count, by: size) {
                shown += repair.add(Array(bytes[start..<min(start + size, bytes.count)]))
            }
            #expect(shown + repair.end() == String(decoding: bytes, as: UTF8.self), "\(size)")
        }
    }
}

import Foundation
import MDLSTM
import Testing

/// Counts of symbols after one another.
@Suite struct ContextCountsTests {
    private func classes(_ text: String, of alphabet: Alphabet) throws -> SymbolText {
        try alphabet.classes(of: Array(text.utf8))
    }

    /// By hand: p(a) = p(b) = (2 + 2/3) / 6; p(b|a) = (2 + p(b)) / 3; p(a|b) = (1 + p(a)) / 2, a after the b at the end being
    /// no count.
    @Test func smallText() throws {
        let alphabet = try Alphabet(.characters, in: [Array("ab".utf8)])
        let bits = ContextCounts(of: try classes("abab", of: alphabet)).bitsPerSymbol(
            of: try classes("aba", of: alphabet))
        let single = (2 + 2.0 / 3) / 6
        #expect(abs(bits[0] + log2(single)) < 1e-12)
        #expect(abs(bits[1] + (log2((2 + single) / 3) + log2((1 + single) / 2)) / 2) < 1e-12)
        #expect(bits.count == 6)
    }

    /// Against a plain dictionary of every context.
    @Test func plainCounts() throws {
        let stream = RandomStream(seed: 1, tensor: 1, step: 1, stream: RandomStreams.data)
        var text = SymbolText(classes: 301), judged = SymbolText(classes: 301)
        for index in 0..<3000 { text.append(UInt32(stream.index(below: 4, element: index) * 100)) }
        for index in 3000..<3200 { judged.append(UInt32(stream.index(below: 4, element: index) * 100)) }
        let found = ContextCounts(of: text).bitsPerSymbol(of: judged)
        func place(_ text: SymbolText, _ index: Int) -> Int { index < 0 ? -1 : text[index] }
        func share(_ symbol: Int, after context: [Int]) -> Double {
            let shorter = context.isEmpty ? 1 / 301.0 : share(symbol, after: Array(context.dropFirst()))
            var counts: [Int: Double] = [:]
            for index in 0..<text.count
            where context.indices.allSatisfy({ place(text, index - context.count + $0) == context[$0] }) {
                counts[text[index], default: 0] += 1
            }
            guard !counts.isEmpty else { return shorter }
            let (all, different) = (counts.values.reduce(0, +), Double(counts.count))
            return (counts[symbol, default: 0] + different * shorter) / (all + different)
        }
        for length in [0, 1, 3] {
            var bits = 0.0
            for index in 1..<judged.count {
                let context = (0..<length).map { place(judged, index - length + $0) }
                bits -= log2(share(judged[index], after: context))
            }
            #expect(abs(found[length] - bits / 199) < 1e-9, "\(length)")
        }
    }

    @Test(arguments: [20, 400]) func filesKeepThem(_ classes: Int) throws {
        var text = SymbolText(classes: classes)
        for index in 0..<500 { text.append(UInt32(index * index % classes)) }
        let model = try ModelConfiguration(
            inputSize: 1, axes: 1,
            layers: [.embedding(symbols: classes, size: 2), .dense(inputSize: 2, outputSize: classes)])
        let counts = ContextCounts(of: text)
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).safetensors").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let parameters: ParameterTensors<Float> = model.initialParameters(seed: 1)
        try ModelFile(model: model, parameters: parameters, counts: counts).write(to: path)
        let read = try ModelFile<Float>(contentsOf: path)
        #expect(read.counts == counts && read.parameters == parameters)
        #expect(counts.byteCount < 500 * 30)
        try ModelFile(model: model, parameters: parameters).write(to: path)
        #expect(try ModelFile<Float>(contentsOf: path).counts == nil)
        // Of another alphabet.
        let file = try TensorFile(contentsOf: path)
        #expect(file.names.allSatisfy { !$0.hasPrefix("counts.") })
    }
}

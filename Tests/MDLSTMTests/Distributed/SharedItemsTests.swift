import Testing
import _TestSupport

@testable import MDLSTM

/// Items that ranks do one each: all ranks hear of all of them, in their order.
struct SharedItemsTests {
    @Test(arguments: [1, 2, 3, 5]) func allRanksHearInOrder(_ ranks: Int) throws {
        for count in [0, 1, 4, 7] {
            let found = try onRanks(ranks) { exchange in
                var (own, told): ([Int], [JSONValue]) = ([], [])
                try exchange.share(count) { number in
                    own.append(number)
                    return [.integer(number), .number(1 / Double(number + 3)), "\u{0}\"é\n"]
                } take: { number, item in
                    #expect(number == told.count)
                    told.append(item)
                }
                return (own, told)
            }
            let expected = (0..<count).map { number -> JSONValue in
                [.integer(number), .number(1 / Double(number + 3)), "\u{0}\"é\n"]
            }
            for (rank, (own, told)) in found.enumerated() {
                #expect(told == expected && own == Array(stride(from: rank, to: count, by: ranks)))
            }
        }
    }

    /// Whoever fails is told by its own error, the others by that it does not answer.
    @Test func ranksThatFailEndTheOthers() throws {
        let found = outcomes(ofRanks: 2, timeout: 0.5) { exchange in
            try exchange.share(8) { number in
                if number == 3 { throw MDLSTMError(.data, "of item 3") }
                return .null
            } take: { number, _ in
                #expect(number < 2)
            }
        }
        #expect(throws: ExchangeError.self) { try found[0].get() }
        #expect(throws: MDLSTMError(.data, "of item 3")) { try found[1].get() }
    }

    @Test func numbersKeepTheirBits() throws {
        for number in [0.1, -0.0, .infinity, -.nan, .leastNonzeroMagnitude] {
            let bits = JSONValue(bitsOf: number)
            let text = bits.serialized()
            let read = try #require(JSONValue(parsing: text, name: "t").numberOfBits)
            #expect(read.bitPattern == number.bitPattern)
            let first = try onRanks(3) { try $0.first($0.rank == 0 ? number : 7).bitPattern }
            #expect(first == Array(repeating: number.bitPattern, count: 3))
        }
        #expect(JSONValue.number(0.5).numberOfBits == nil)
    }
}

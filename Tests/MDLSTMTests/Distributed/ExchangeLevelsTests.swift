import Testing
import _TestSupport

@testable import MDLSTM

/// Sums in two levels: inside hosts, then between them.
struct ExchangeLevelsTests {
    @Test(arguments: [
        ([0, 0, 0, 0], [[0, 1, 2, 3]]),
        ([0, 1, 2], [[0, 1, 2]]),
        ([0, 0, 2, 2], [[2, 3], [1, 3]]),
        ([5, 5, 5, 1, 1, 1], [[3, 4, 5], [0, 3]]),
        // Hosts of other sizes, and a host in two places.
        ([0, 0, 2], [[0, 1, 2]]),
        ([0, 1, 0, 1], [[0, 1, 2, 3]]),
        ([0, 0, 1, 1, 0, 0], [[0, 1, 2, 3, 4, 5]]),
    ]) func groupsAreThoseOfTheHosts(_ hosts: [Int], _ groups: [[Int]]) {
        #expect(ExchangeLevels(rank: hosts.count == 3 ? 0 : 3, hosts: hosts).groups == groups)
    }

    /// Numbers whose sum depends on the order in nearly every place.
    private static func list(_ rank: Int) -> [Float] {
        Tensor<Float>.random([61], bound: 3, seed: UInt64(rank)).values.enumerated().map {
            $1 * ($0 % 3 == 0 ? 1000 : 0.001)
        }
    }

    @Test(arguments: [
        [0, 0, 2, 2], [0, 1, 2, 3], [0, 0, 0, 0, 4, 4, 4, 4], [0, 0, 2, 2, 4, 4], [0, 0, 0, 3, 3, 3], [0, 0, 2, 3],
    ]) func bitsDoNotDependOnHosts(_ hosts: [Int]) throws {
        let together = try onRanks(hosts.count) { try $0.sum(Self.list($0.rank)) }
        for found in try onRanks(hosts.count, hosts: hosts, { try $0.sum(Self.list($0.rank)) }) {
            #expect(found == together[0])
        }
        let expected = hosts.indices.map(Self.list).reduce(Array(repeating: 0, count: 61)) { zip($0, $1).map(+) }
        for (found, expected) in zip(together[0], expected) { #expect(abs(found - expected) <= 1e-5 * 3000) }
    }

    /// What a rank sends is that of a ring, and between hosts what one rank a host would send.
    @Test func trafficIsThatOfARing() throws {
        let count = 960
        func traffic(_ hosts: [Int]) throws -> [ExchangeTraffic] {
            try onRanks(hosts.count, hosts: hosts) { exchange in
                _ = try exchange.sum([Float](repeating: 1, count: count))
                return exchange.traffic
            }
        }
        let bytes = 4 * count
        for sent in try traffic([0, 0, 0, 0]) {
            #expect(sent == ExchangeTraffic(messages: 6, bytes: 2 * 3 * bytes / 4))
        }
        // Half to the neighbour, then a quarter to the other host, and back.
        for sent in try traffic([0, 0, 2, 2]) {
            #expect(sent == ExchangeTraffic(messages: 4, bytes: 2 * (bytes / 2 + bytes / 4)))
        }
    }

    @Test func aRankAloneSendsNothing() throws {
        let alone = SoloExchange()
        #expect(try alone.sum([1.5, 2] as [Double]) == [1.5, 2])
        #expect(alone.traffic == ExchangeTraffic() && alone.hosts == [0])
    }
}

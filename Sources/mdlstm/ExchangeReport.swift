import MDLSTM

/// What sums among ranks took and sent.
struct ExchangeReport {
    /// What a rank has sent in one sum.
    struct Sender {
        let host: String
        let messages: Int
        let bytes: Int
    }

    let numbers: Int

    /// Milliseconds of each round, until the last rank had the sum.
    let milliseconds: [Double]

    /// By rank.
    let senders: [Sender]

    /// Adds lists of all ranks.
    ///
    /// - Parameters:
    ///   - numbers: of a list
    ///   - rounds: that are timed
    ///   - hosts: names by rank
    /// - Throws: `CheckFailed` when a sum is not right; ``ExchangeError`` when a rank does not answer.
    init(numbers: Int, rounds: Int, by exchange: any RankExchange, hosts: [String]) throws {
        self.numbers = numbers
        let (rank, size) = (exchange.rank, exchange.size)
        // Whole numbers, whose sum is exact in any order.
        let list = (0..<numbers).map { Float($0 % 1009 + rank) }
        var times: [Double] = []
        var sent: (messages: Int, bytes: Int) = (0, 0)
        for round in 0...rounds {
            try exchange.barrier()
            let before = exchange.traffic
            let clock = ContinuousClock()
            let start = clock.now
            let sum = try exchange.sum(list)
            let time = (clock.now - start) / .milliseconds(1)
            let after = exchange.traffic
            try Self.check(sum, numbers: numbers, ranks: size, rank: rank)
            // The first makes the connections.
            if round > 0 { times.append(time) }
            sent = (after.messages - before.messages, after.bytes - before.bytes)
        }
        let all = try exchange.gather(times.withUnsafeBytes { [UInt8]($0) }).map { Self.numbers(in: $0) as [Double] }
        milliseconds = times.indices.map { round in all.map { $0[round] }.max()! }
        let own = [sent.messages, sent.bytes]
        senders = try exchange.gather(own.withUnsafeBytes { [UInt8]($0) }).enumerated().map { rank, bytes in
            let numbers: [Int] = Self.numbers(in: bytes)
            return Sender(host: hosts[rank], messages: numbers[0], bytes: numbers[1])
        }
    }

    private static func numbers<Number: BitwiseCopyable>(in bytes: [UInt8]) -> [Number] {
        bytes.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: MemoryLayout<Number>.stride).map {
                bytes.loadUnaligned(fromByteOffset: $0, as: Number.self)
            }
        }
    }

    private static func check(_ sum: [Float], numbers: Int, ranks: Int, rank: Int) throws {
        guard sum.count == numbers else {
            throw CheckFailed(message: "expected a sum of \(numbers) numbers, found \(sum.count)")
        }
        let rest = ranks * (ranks - 1) / 2
        if let place = sum.indices.first(where: { sum[$0] != Float(ranks * ($0 % 1009) + rest) }) {
            throw CheckFailed(
                message:
                    "number \(place) of the sum is \(sum[place]) on rank \(rank), expected \(ranks * (place % 1009) + rest); "
                    + "messages are damaged on their way, or the ranks are of different versions")
        }
    }

    var minimum: Double { milliseconds.min()! }

    var median: Double {
        let sorted = milliseconds.sorted()
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    var json: JSONValue {
        [
            "ranks": .integer(senders.count), "bytes": .integer(4 * numbers), "rounds": .integer(milliseconds.count),
            "minimumMilliseconds": .number(minimum), "medianMilliseconds": .number(median),
            "sent": .array(
                senders.map {
                    ["host": .string($0.host), "messages": .integer($0.messages), "bytes": .integer($0.bytes)]
                }),
        ]
    }

    var text: String {
        let rows = senders.enumerated().map { ["\($0)", $1.host, "\($1.messages)", "\($1.bytes)"] }
        return """
            sum of \(counted(numbers, "number")) (\(4 * numbers) bytes) over \(counted(senders.count, "rank")), \
            \(counted(milliseconds.count, "round")): minimum \(rounded(minimum, 3)) ms, median \(rounded(median, 3)) ms
            sent by each rank in one sum:
            \(table([["rank", "host", "messages", "bytes"]] + rows))
            """
    }
}

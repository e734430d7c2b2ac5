import ArgumentParser
import MDLSTM

/// Times the sum of lists among ranks, and counts what it sends.
struct ExchangeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exchange",
        abstract: "Time the sum of lists among ranks, which every step of a training over ranks waits for.",
        discussion: """
            For before a training: `mpirun -np 4 mdlstm exchange --megabytes 12`, started on the same hosts and by the same flags. Every \
            rank gives a list of float32 numbers, 4 bytes for each parameter of a model, and gets the sum, which is checked. \
            A round begins when all ranks are there and ends when the last has the sum; one more goes first and does not count.
            """)

    @Option(parsing: .unconditional, help: "Size of a list in 10^6 bytes.")
    var megabytes = 3.0

    @Option(parsing: .unconditional, help: "Sums that are timed.")
    var rounds = 10

    @OptionGroup var exchange: ExchangeOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard megabytes > 0, megabytes <= 4000 else {
            throw ValidationError("--megabytes must be above 0 and at most 4000, found \(megabytes)")
        }
        guard (1...1_000_000).contains(rounds) else {
            throw ValidationError("--rounds must be from 1 to 1000000, found \(rounds)")
        }
    }

    func run() throws {
        try exchange.join()
        let count = max(1, Int((megabytes * 1e6 / 4).rounded()))
        let report = try ExchangeReport(numbers: count, rounds: rounds, by: Ranks.exchange, hosts: Ranks.hostNames)
        try printResult(json ? report.json.serialized() : report.text)
    }
}

import ArgumentParser
import Foundation
import MDLSTM
import MDLSTMMPI
import MDLSTMOpenCL
import OpenCLRuntime

/// The ranks that share a training; one alone unless a launcher has started several.
enum Ranks {
    // Set by `start`, before there is another thread.
    nonisolated(unsafe) private(set) static var exchange: any RankExchange = SoloExchange()

    static var isShared: Bool { exchange.size > 1 }

    /// Whether this rank writes and prints; before the ranks have met, every one does.
    static var isFirst: Bool { exchange.rank == 0 }

    /// This rank in messages; nil of one alone.
    static var name: String? {
        guard isShared else { return nil }
        #if MPI
            if let exchange = exchange as? MPIExchange { return "rank \(exchange.rank) (host \(exchange.ownHost))" }
        #endif
        return "rank \(exchange.rank)"
    }

    /// Names of hosts, by rank.
    static var hostNames: [String] {
        #if MPI
            if let exchange = exchange as? MPIExchange { return exchange.hostNames }
        #endif
        return Array(repeating: "localhost", count: exchange.size)
    }

    /// This rank's number on its host, and how many are there.
    private static var local: (rank: Int, size: Int) {
        #if MPI
            if let exchange = exchange as? MPIExchange { return (exchange.localRank, exchange.localSize) }
        #endif
        return (0, 1)
    }

    /// The commands whose work ranks share.
    private static let shared: [any ParsableCommand.Type] =
        TrainCommand.configuration.subcommands + [EvaluateCommand.self, PredictCommand.self, ExchangeCommand.self]

    /// Refuses, under a launcher of several ranks, commands that each of them would run by itself.
    static func validate(_ command: any ParsableCommand) throws {
        guard let size = MPILauncher.size, size > 1, !shared.contains(where: { $0 == type(of: command) }) else {
            return
        }
        throw MDLSTMError(
            .option,
            "started as one of \(size) ranks, which only 'train', 'evaluate', 'predict' and 'exchange' share; start it once, without a launcher"
        )
    }

    /// Seconds that a rank waits for another.
    nonisolated(unsafe) private(set) static var timeout = 0.0

    /// Joins the other ranks, before any device is opened.
    static func start(timeout: Double) throws {
        self.timeout = timeout
        exchange = try MPILauncher.start(timeout: timeout)
        guard isShared else { return }
        // Before anything that depends on it is told.
        try requireSame([("command", command)])
        let cores = max(1, CoreBinding.ofLauncher / local.size)
        // Ranks on one processor share its cores.
        if local.size > 1 { setenv("POCL_MAX_PTHREAD_COUNT", "\(cores)", 0) }
    }

    /// Sets the seconds that this rank waits for another from now on.
    static func setTimeout(_ seconds: Double) {
        #if MPI
            (exchange as? MPIExchange)?.timeout = seconds
        #endif
    }

    /// Ends the ranks' work, after all that this one had to do is done.
    static func end() {
        RankFolder.removeAll()
        #if MPI
            guard let exchange = exchange as? MPIExchange else { return }
            // Others may still write what they have computed.
            setTimeout(max(600, timeout))
            try? exchange.barrier()
            // MPICH over TCP was seen to wait in its end without end, with nothing left to send.
            Foundation.signal(SIGALRM) { _ in _exit(0) }
            alarm(5)
            exchange.end()
            alarm(0)
        #endif
    }

    /// What fails on every rank is told by the first, whose end ends the others; what fails on one is told by it, a moment later.
    static func waitForFirst(_ status: ExitStatus) {
        guard !isStartedFirst, status.rawValue != ExitStatus.outOfMemory.rawValue else { return }
        // Open MPI sends a signal after a second, which ends a pause, and another after two, which ends a rank.
        let end = ContinuousClock.now + .seconds(2.5)
        while ContinuousClock.now < end { usleep(50_000) }
    }

    /// Whether this rank is the first; before the ranks have met, by what the launcher says.
    static var isStartedFirst: Bool {
        if isShared { return isFirst }
        let environment = ProcessInfo.processInfo.environment
        return ["OMPI_COMM_WORLD_RANK", "PMI_RANK"].allSatisfy { environment[$0] ?? "0" == "0" }
    }

    /// Shards where none are asked for: as many as ranks, or the next power of two; nil for one rank.
    static var usualShards: Int? {
        guard isShared else { return nil }
        var shards = 1
        while shards < exchange.size { shards *= 2 }
        return shards
    }

    /// Refuses ranks that do not train the same, naming what differs.
    static func requireSame(_ members: [(name: String, text: String)]) throws {
        guard isShared else { return }
        for (name, text) in [("version", MDLSTMCommand.configuration.version)] + members {
            let found = try exchange.gather(Array(text.utf8))
            guard let other = found.firstIndex(where: { $0 != found[0] }) else { continue }
            func shown(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self).prefix(100).description }
            let place = zip(found[0], found[other]).prefix { $0 == $1 }.count
            let from = max(0, place - 30)
            throw ExchangeError(
                .unlike,
                "the \(name) of rank 0 and rank \(other) differ: \(shown(Array(found[0].dropFirst(from)))) and "
                    + "\(shown(Array(found[other].dropFirst(from)))); give all ranks the same command, data and version"
            )
        }
    }

    /// Tells a trainer of signals that this rank has got.
    static func watch<Element: Scalar>(_ trainer: any Trainer<Element>) {
        (trainer as? ShardedTrainer<Element>)?.wantsStop = { StopRequest.signal != nil }
    }

    /// The signal at which a training stops after the step at hand: of several ranks, when one of them had it before the step.
    static func signal<Element: Scalar>(_ trainer: any Trainer<Element>) -> Int32? {
        guard isShared else { return StopRequest.signal }
        return (trainer as? ShardedTrainer<Element>)?.mayStop == true ? StopRequest.signal ?? SIGTERM : nil
    }

    /// Refuses to save parameters that are not the same on all ranks.
    static func requireSameParameters<Element: Scalar>(_ trainer: any Trainer<Element>) throws {
        try (trainer as? ShardedTrainer<Element>)?.requireSameParameters()
    }

    /// What rank 0's file says of its device, for all.
    static func tuning(of device: Device) throws -> DeviceTuning? {
        guard isShared, !isAlone else { return try TuningFile.tuning(of: device) }
        let own = try isFirst ? TuningFile.tuning(of: device) : nil
        let text = own.map { StoredTuning($0, of: device).json.serialized() } ?? ""
        let bytes = try exchange.broadcast(Array(text.utf8))
        guard !bytes.isEmpty else { return nil }
        let name = "the tuning of rank 0"
        return try StoredTuning(JSONValue(parsing: bytes, name: name), name: name).tuning
    }

    /// The device of this rank: of a list with commas, or of all of the best one's kind, one for each rank of the host in turn.
    static func device(_ selector: String?) throws -> Device {
        let device = try choose(selector)
        if device.kind == .cpu { CoreBinding.note(ranks: local.size) }
        return device
    }

    private static func choose(_ selector: String?) throws -> Device {
        guard isShared else { return try Device.select(selector) }
        if let selector {
            let names = selector.split(separator: ",").map(String.init)
            return try Device.select(names.isEmpty ? selector : names[local.rank % names.count])
        }
        let best = try Device.select(nil)
        let alike = try Device.all().filter { $0.name == best.name && $0.platformName == best.platformName }
        return alike.isEmpty ? best : alike[local.rank % alike.count]
    }
}

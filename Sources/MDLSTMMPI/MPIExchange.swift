#if MPI
    import CMPIShim
    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Darwin)
        import Darwin
    #endif
    public import MDLSTM

    /// Ranks that are processes which a launcher of MPI has started, on one host or several.
    ///
    /// Nothing waits in MPI itself, which sees neither a rank that is stopped nor a link that is gone: transfers are tested until they
    /// have ended or the time is over.
    public final class MPIExchange: RankExchange {
        public let rank: Int
        public let size: Int

        /// The number of this rank among those of its host, and how many these are.
        public let localRank: Int, localSize: Int

        /// Seconds that a rank waits for another.
        public let timeout: Double

        /// The name of the host that this rank is on.
        public private(set) var ownHost = ""

        /// The hosts' names, by rank.
        public private(set) var hostNames: [String] = []

        /// The lowest rank of each rank's host.
        public private(set) var hosts: [Int] = []

        public private(set) var traffic = ExchangeTraffic()
        private let staging = Staging()

        /// Begins MPI.
        ///
        /// - Parameters:
        ///   - launched: ranks that the launcher says it has started
        ///   - timeout: seconds that a rank waits for another
        /// - Throws: ``ExchangeError`` of kind `unavailable` when MPI does not begin, or knows of other ranks than the launcher.
        public init(launched: Int, timeout: Double) throws(ExchangeError) {
            var numbers: (Int32, Int32, Int32, Int32, Int32) = (0, 0, 0, 0, 0)
            let code = mpi_shim_start(&numbers.0, &numbers.1, &numbers.2, &numbers.3, &numbers.4)
            guard code == 0 else {
                throw ExchangeError(
                    .unavailable, "MPI does not begin: \(Self.message(code)); start it by 'mpirun -np N'")
            }
            (rank, size) = (Int(numbers.0), Int(numbers.1))
            (localRank, localSize) = (Int(numbers.2), Int(numbers.3))
            self.timeout = timeout
            guard size == launched else {
                throw ExchangeError(
                    .unavailable,
                    "started as one of \(launched) ranks, but \(MPILauncher.library ?? "MPI") of this build knows of \(size); use the "
                        + "mpirun of the same MPI")
            }
            var name = [CChar](repeating: 0, count: 256)
            gethostname(&name, name.count - 1)
            let own = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            ownHost = String(decoding: own, as: UTF8.self)
            hostNames = try gathered(own).map { String(decoding: $0, as: UTF8.self) }
            hosts = try gathered(withUnsafeBytes(of: Int(numbers.4)) { [UInt8]($0) }).map {
                $0.withUnsafeBytes { $0.loadUnaligned(as: Int.self) }
            }
            traffic = ExchangeTraffic()
        }

        /// Ends MPI; every rank must come to it.
        public func end() { _ = mpi_shim_end() }

        /// What every rank gives, as an error of one kind.
        private func gathered(_ bytes: [UInt8]) throws(ExchangeError) -> [[UInt8]] {
            do { return try gather(bytes) } catch let error as ExchangeError { throw error } catch {
                throw ExchangeError(.missing, "\(error)")
            }
        }

        public func transfer(_ pieces: [[UInt8]], receiving counts: [Int]) throws(ExchangeError) -> [[UInt8]] {
            if let large = (pieces.map(\.count) + counts).first(where: { $0 > Int(Int32.max) }) {
                throw ExchangeError(
                    .unlike, "a piece of \(large) bytes is more than MPI sends at once; take more ranks")
            }
            guard let transfers = mpi_shim_make(Int32(2 * size)) else {
                throw ExchangeError(.unavailable, "no memory for \(2 * size) transfers")
            }
            var (sent, received) = staging.begin(sending: total(pieces.map(\.count)), receiving: total(counts))
            var places: [(rank: Int, memory: UnsafeMutableRawBufferPointer)] = []
            for other in 0..<size where other != rank && counts[other] > 0 {
                let memory = received.take(counts[other])
                places.append((other, memory))
                try check(
                    mpi_shim_receive(transfers, Int32(other), memory.baseAddress, Int32(counts[other]), Int32(other)))
            }
            var waiting = places.map(\.rank)
            for other in 0..<size where other != rank && !pieces[other].isEmpty {
                let memory = sent.take(pieces[other].count)
                memory.copyBytes(from: pieces[other])
                waiting.append(size + other)
                try check(
                    mpi_shim_send(
                        transfers, Int32(size + other), memory.baseAddress, Int32(memory.count), Int32(other)))
            }
            try wait(for: transfers, waiting, receiving: counts)
            mpi_shim_free(transfers)
            traffic.add(pieces, ofRank: rank)
            var found = [[UInt8]](repeating: [], count: size)
            found[rank] = pieces[rank]
            for place in places { found[place.rank] = [UInt8](place.memory) }
            staging.end()
            return found
        }

        /// Bytes of all pieces that leave this rank or come to it.
        private func total(_ counts: [Int]) -> Int { counts.reduce(0, +) - counts[rank] }

        /// Tests all transfers until they have ended: at once, then with pauses that leave the cores to the devices.
        private func wait(
            for transfers: OpaquePointer, _ all: [Int], receiving counts: [Int]
        ) throws(ExchangeError) {
            let clock = ContinuousClock()
            let deadline = clock.now + .seconds(timeout)
            var waiting = all
            var rounds = 0
            while true {
                var left: [Int] = []
                for index in waiting {
                    var (isDone, count): (Int32, Int32) = (0, 0)
                    try check(mpi_shim_test(transfers, Int32(index), &isDone, &count))
                    if isDone == 0 {
                        left.append(index)
                    } else if index < size, Int(count) != counts[index] {
                        throw unlike(Int(count), ofRank: index, expected: counts[index])
                    }
                }
                waiting = left
                if waiting.isEmpty { return }
                rounds += 1
                if rounds < 1000 { sched_yield() } else { usleep(50) }
                if rounds % 64 == 0, clock.now > deadline { throw missing(Set(waiting.map { $0 % size })) }
            }
        }

        private func missing(_ ranks: Set<Int>) -> ExchangeError {
            let names = ranks.sorted().map { rank in
                "\(rank)" + (hostNames.indices.contains(rank) ? " (host \(hostNames[rank]))" : "")
            }
            return ExchangeError(
                .missing,
                "waited \(timeout) s for rank \(names.joined(separator: ", ")), which does not answer; go on with --resume auto, or give "
                    + "a longer --exchange-timeout")
        }

        private func check(_ code: Int32) throws(ExchangeError) {
            guard code != 0 else { return }
            throw ExchangeError(.missing, "MPI has failed: \(Self.message(code)); go on with --resume auto")
        }

        private static func message(_ code: Int32) -> String { text { mpi_shim_message(code, $0, $1) } }
    }

    /// Memory that MPI works on, kept from transfer to transfer.
    private final class Staging {
        private var memory: [UnsafeMutableRawBufferPointer] = [.allocate(0), .allocate(0)]

        /// Whether transfers have not ended: then MPI may still work on the memory, which is never freed.
        private var isBusy = false

        /// Room for what is sent and for what is received.
        func begin(sending: Int, receiving: Int) -> (sent: Room, received: Room) {
            for (place, count) in [sending, receiving].enumerated() where memory[place].count < count {
                memory[place].deallocate()
                memory[place] = .allocate(count)
            }
            isBusy = true
            return (Room(left: memory[0][...]), Room(left: memory[1][...]))
        }

        func end() { isBusy = false }

        deinit {
            if !isBusy { for memory in memory { memory.deallocate() } }
        }
    }

    /// Memory that is given out piece by piece.
    private struct Room {
        var left: Slice<UnsafeMutableRawBufferPointer>

        mutating func take(_ count: Int) -> UnsafeMutableRawBufferPointer {
            defer { left = left.dropFirst(count) }
            return UnsafeMutableRawBufferPointer(rebasing: left.prefix(count))
        }
    }

    extension UnsafeMutableRawBufferPointer {
        fileprivate static func allocate(_ count: Int) -> Self { .allocate(byteCount: count, alignment: 16) }
    }
#endif

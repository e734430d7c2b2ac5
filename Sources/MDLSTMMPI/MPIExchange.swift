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
        public var timeout: Double

        /// The name of the host that this rank is on.
        public private(set) var ownHost = ""

        /// The hosts' names, by rank.
        public private(set) var hostNames: [String] = []

        /// The lowest rank of each rank's host.
        public private(set) var hosts: [Int] = []

        public private(set) var traffic = ExchangeTraffic()
        private let staging = MPIStaging()

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
            // To the next rank first, then to the one after it: as long as all do, each link has one message at a time.
            let others = (1..<max(2, size)).map { (rank + $0) % size }.filter { $0 != rank && !pieces[$0].isEmpty }
            try wait(for: transfers, places.map(\.rank), receiving: counts, sends: others) {
                other throws(ExchangeError) in
                let memory = sent.take(pieces[other].count)
                memory.copyBytes(from: pieces[other])
                try check(
                    mpi_shim_send(
                        transfers, Int32(size + other), memory.baseAddress, Int32(memory.count), Int32(other)))
            }
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
        ///
        /// - Parameters:
        ///   - receives: ranks of which pieces are received
        ///   - counts: their bytes
        ///   - sends: ranks that pieces are sent to, each once the one before has gone; all that are left where one does not go,
        ///     so that no rank waits for this one because of another
        ///   - send: begins one
        private func wait(
            for transfers: OpaquePointer, _ receives: [Int], receiving counts: [Int], sends: [Int],
            send: (Int) throws(ExchangeError) -> Void
        ) throws(ExchangeError) {
            let clock = ContinuousClock()
            let start = clock.now
            var (receiving, sending, left) = (receives, [] as [Int], sends[...])
            var (rounds, isLate) = (0, false)
            while true {
                while let next = left.first, sending.isEmpty || isLate {
                    try send(next)
                    sending.append(next)
                    left = left.dropFirst()
                }
                receiving = try unfinished(receiving) { other in (other, counts[other]) }
                sending = try unfinished(sending) { other in (size + other, nil) }
                if receiving.isEmpty, sending.isEmpty, left.isEmpty { return }
                rounds += 1
                if rounds < 1000 { sched_yield() } else { usleep(50) }
                guard rounds % 64 == 0 else { continue }
                let waited = (clock.now - start) / .seconds(1)
                isLate = waited > min(2, timeout / 4)
                if waited > timeout { throw missing(Set(receiving + sending)) }
            }

            /// Those of which a transfer has not ended; one that has must have the count of bytes that is expected.
            func unfinished(
                _ ranks: [Int], _ place: (Int) -> (index: Int, count: Int?)
            ) throws(ExchangeError) -> [Int] {
                var unfinished: [Int] = []
                for other in ranks {
                    let (index, expected) = place(other)
                    var (isDone, count): (Int32, Int32) = (0, 0)
                    let code = mpi_shim_test(transfers, Int32(index), &isDone, &count)
                    if let expected, mpi_shim_is_truncation(code) != 0 {
                        throw ExchangeError(
                            .unlike,
                            "rank \(rank) expected \(expected) bytes of rank \(other), found more; start all ranks with the same command, "
                                + "data and version")
                    }
                    try check(code)
                    if isDone == 0 {
                        unfinished.append(other)
                    } else if let expected, Int(count) != expected {
                        throw unlike(Int(count), ofRank: other, expected: expected)
                    }
                }
                return unfinished
            }
        }

        private func missing(_ ranks: Set<Int>) -> ExchangeError {
            let names = ranks.sorted().map { rank in
                "\(rank)" + (hostNames.indices.contains(rank) ? " (host \(hostNames[rank]))" : "")
            }
            return ExchangeError(
                .missing,
                "waited \(timeout) s for rank \(names.joined(separator: ", ")), which does not answer or waits for another; a "
                    + "training goes on with --resume auto, a longer --exchange-timeout gives more time")
        }

        private func check(_ code: Int32) throws(ExchangeError) {
            guard code != 0 else { return }
            throw ExchangeError(
                .missing, "MPI has failed: \(Self.message(code)); a training goes on with --resume auto")
        }

        private static func message(_ code: Int32) -> String { text { mpi_shim_message(code, $0, $1) } }
    }
#endif

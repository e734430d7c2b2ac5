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
        public private(set) var hosts: [String] = []

        /// Begins MPI.
        ///
        /// - Parameters:
        ///   - launched: ranks that the launcher says it has started
        ///   - timeout: seconds that a rank waits for another
        /// - Throws: ``ExchangeError`` of kind `unavailable` when MPI does not begin, or knows of other ranks than the launcher.
        public init(launched: Int, timeout: Double) throws(ExchangeError) {
            var numbers: (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
            let code = mpi_shim_start(&numbers.0, &numbers.1, &numbers.2, &numbers.3)
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
            hosts = try exchange(Array(repeating: own, count: size)).map { String(decoding: $0, as: UTF8.self) }
        }

        /// Ends MPI; every rank must come to it.
        public func end() { _ = mpi_shim_end() }

        public func exchange(_ pieces: [[UInt8]]) throws(ExchangeError) -> [[UInt8]] {
            let others = (0..<size).filter { $0 != rank }
            let sizes = try transfer(
                pieces.map { bytes(of: $0.count) }, counts: Array(repeating: 8, count: size), others)
            let counts = sizes.map { $0.withUnsafeBytes { $0.loadUnaligned(as: Int.self) } }
            return try transfer(pieces, counts: counts, others)
        }

        private func bytes(of count: Int) -> [UInt8] { withUnsafeBytes(of: count) { [UInt8]($0) } }

        /// Sends every other rank its piece and takes so many bytes of each.
        private func transfer(_ pieces: [[UInt8]], counts: [Int], _ others: [Int]) throws(ExchangeError) -> [[UInt8]] {
            if let large = (pieces.map(\.count) + counts).first(where: { $0 > Int(Int32.max) }) {
                throw ExchangeError(
                    .unlike, "a piece of \(large) bytes is more than MPI sends at once; take more ranks")
            }
            guard let transfers = mpi_shim_make(Int32(2 * size)) else {
                throw ExchangeError(.unavailable, "no memory for \(2 * size) transfers")
            }
            let memory = others.map { Piece(sent: pieces[$0], receiving: counts[$0]) }
            for (other, piece) in zip(others, memory) {
                try check(
                    mpi_shim_receive(
                        transfers, Int32(other), piece.received.baseAddress, Int32(counts[other]), Int32(other)))
            }
            for (other, piece) in zip(others, memory) {
                try check(
                    mpi_shim_send(
                        transfers, Int32(size + other), piece.sent.baseAddress, Int32(piece.sent.count), Int32(other)))
            }
            try wait(for: transfers, others)
            mpi_shim_free(transfers)
            var found = pieces
            for (other, piece) in zip(others, memory) {
                found[other] = [UInt8](piece.received)
                piece.free()
            }
            return found
        }

        /// Tests all transfers until they have ended: at once, then with pauses that leave the cores to the devices.
        private func wait(for transfers: OpaquePointer, _ others: [Int]) throws(ExchangeError) {
            let clock = ContinuousClock()
            let deadline = clock.now + .seconds(timeout)
            var waiting = others + others.map { $0 + size }
            var rounds = 0
            while true {
                var left: [Int] = []
                for index in waiting {
                    var isDone: Int32 = 0
                    try check(mpi_shim_test(transfers, Int32(index), &isDone))
                    if isDone == 0 { left.append(index) }
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
                "\(rank)" + (hosts.indices.contains(rank) ? " (host \(hosts[rank]))" : "")
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

    /// Memory of two transfers, which MPI works on until they have ended; where they do not, it is never freed.
    private final class Piece {
        let sent: UnsafeMutableRawBufferPointer
        let received: UnsafeMutableRawBufferPointer

        init(sent bytes: [UInt8], receiving count: Int) {
            sent = .allocate(byteCount: bytes.count, alignment: 16)
            sent.copyBytes(from: bytes)
            received = .allocate(byteCount: count, alignment: 16)
        }

        func free() {
            sent.deallocate()
            received.deallocate()
        }
    }
#endif

#if MPI
    /// Memory that MPI works on, kept from transfer to transfer.
    final class MPIStaging {
        private var memory: [UnsafeMutableRawBufferPointer] = [.allocate(0), .allocate(0)]

        /// Whether transfers have not ended: then MPI may still work on the memory, which is never freed.
        private var isBusy = false

        /// Room for what is sent and for what is received.
        func begin(sending: Int, receiving: Int) -> (sent: Room, received: Room) {
            if isBusy { memory = [.allocate(0), .allocate(0)] }
            for (place, count) in [sending, receiving].enumerated() where memory[place].count < count {
                memory[place].deallocate()
                memory[place] = .allocate(count)
            }
            isBusy = true
            return (Room(left: memory[0][...]), Room(left: memory[1][...]))
        }

        /// Gives back what files took and sums do not.
        func end() {
            isBusy = false
            for place in memory.indices where memory[place].count > Self.most {
                memory[place].deallocate()
                memory[place] = .allocate(0)
            }
        }

        /// Bytes that are kept.
        private static let most = 1 << 26

        deinit {
            if !isBusy { for memory in memory { memory.deallocate() } }
        }
    }

    /// Memory that is given out piece by piece.
    struct Room {
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

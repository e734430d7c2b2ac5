internal import COpenCL

/// Memory of released buffers of a context, kept for buffers to come: a process pays for every page it is given with the time
/// to clear it, which for batches of ever-new sizes is a good part of a step.
///
/// The queue is in order, so that who gets the memory may use it at once.
internal struct MemoryPool {
    /// The oldest first.
    private var kept: [(memory: cl_mem, bytes: Int)] = []

    /// Bytes that are kept.
    private(set) var bytes = 0

    /// Smaller buffers are not worth a place.
    private static var least: Int { 1 << 16 }

    /// The size that is asked of the driver, so that sizes that are near each other can take each other's place: a multiple of an
    /// eighth of the next power of two below.
    static func size(for bytes: Int) -> Int {
        guard bytes >= least else { return bytes }
        let step = 1 << (Int.bitWidth - 1 - bytes.leadingZeroBitCount - 3)
        return (bytes + step - 1) / step * step
    }

    /// The smallest memory of at least `bytes`, and at most `times` as much; nil where there is none.
    mutating func take(_ bytes: Int, atMost times: Double) -> (memory: cl_mem, bytes: Int)? {
        guard bytes >= Self.least else { return nil }
        let most = Int(Double(bytes) * times)
        let fitting = kept.indices.filter { kept[$0].bytes >= bytes && kept[$0].bytes <= most }
        guard let index = fitting.min(by: { kept[$0].bytes < kept[$1].bytes }) else { return nil }
        return remove(at: index)
    }

    /// Gives back memory that is too small for `bytes`, but at least half as large, whose place a larger one takes; returns
    /// whether there was some.
    ///
    /// So the sizes that are kept grow to those that come, instead of ever more of them.
    mutating func replace(_ bytes: Int) -> Bool {
        let outgrown = kept.indices.filter { kept[$0].bytes < bytes && 2 * kept[$0].bytes >= bytes }
        guard let index = outgrown.max(by: { kept[$0].bytes < kept[$1].bytes }) else { return false }
        clReleaseMemObject(remove(at: index).memory)
        return true
    }

    private mutating func remove(at index: Int) -> (memory: cl_mem, bytes: Int) {
        let found = kept.remove(at: index)
        bytes -= found.bytes
        return found
    }

    /// Keeps memory worth it, and gives back the oldest beyond `limit` bytes in all.
    mutating func give(_ memory: cl_mem, bytes: Int, limit: Int) {
        if bytes >= Self.least {
            kept.append((memory, bytes))
            self.bytes += bytes
        } else {
            clReleaseMemObject(memory)
        }
        while self.bytes > limit {
            let oldest = kept.removeFirst()
            clReleaseMemObject(oldest.memory)
            self.bytes -= oldest.bytes
        }
    }

    /// Gives all back to the driver.
    mutating func empty() {
        for entry in kept { clReleaseMemObject(entry.memory) }
        (kept, bytes) = ([], 0)
    }
}

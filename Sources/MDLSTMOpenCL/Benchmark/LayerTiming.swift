/// How long a pass took, and what it had to do.
public struct LayerTiming: Sendable {
    /// The time of every repetition.
    public let seconds: [Double]

    /// Of one repetition: see ``Workload/floatingPointOperations(_:)``.
    public let floatingPointOperations: Int

    /// Of one repetition, at least: see ``Workload/bytesMoved(_:_:)``.
    public let bytesMoved: Int

    /// The most memory of the device that buffers held at a time.
    public let deviceBytes: Int

    /// The way that was taken, never `auto`.
    public let path: ComputePath

    package init(seconds: [Double], floatingPointOperations: Int, bytesMoved: Int, deviceBytes: Int, path: ComputePath)
    {
        precondition(!seconds.isEmpty, "a timing needs a repetition")
        self.seconds = seconds
        self.floatingPointOperations = floatingPointOperations
        self.bytesMoved = bytesMoved
        self.deviceBytes = deviceBytes
        self.path = path
    }

    public var medianMilliseconds: Double {
        let sorted = seconds.sorted()
        return 500 * (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2])
    }

    public var minimumMilliseconds: Double { 1000 * seconds.min()! }

    /// GFLOP/s of the median.
    public var gflops: Double { Double(floatingPointOperations) / medianMilliseconds / 1e6 }
}

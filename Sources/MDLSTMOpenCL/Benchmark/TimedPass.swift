public import MDLSTM

/// A pass over a workload that is ready to be timed.
public protocol TimedPass {
    var workload: Workload { get }
    var pass: BenchmarkPass { get }
    var precision: Precision { get }

    /// The way that is taken, never `auto`.
    var path: ComputePath { get }

    /// The most memory of the device that buffers held at a time so far.
    var deviceBytes: Int { get }

    /// Runs the pass once, to its end.
    func run() throws
}

extension TimedPass {
    /// Runs the pass `warmUps` times, then `repetitions` times by the clock.
    ///
    /// - Precondition: `repetitions` is positive.
    public func measure(warmUps: Int = 2, repetitions: Int = 10) throws -> LayerTiming {
        for _ in 0..<warmUps { try run() }
        let seconds = try (0..<repetitions).map { _ in try timed { try run() } }
        return LayerTiming(
            seconds: seconds, floatingPointOperations: workload.floatingPointOperations(pass),
            bytesMoved: workload.bytesMoved(pass, precision), deviceBytes: deviceBytes, path: path)
    }
}

internal import RealModule

/// The log probability of every class at every frame of one line, `[T, C]`: T frames, C classes with the blank.
///
/// Made of logits by log-softmax over the classes; everything that reads a line begins with it.
public struct FramePosteriors: Sendable, Equatable {
    /// T, and C.
    public let frames: Int, classes: Int

    /// Natural logarithms, `[T, C]`.
    let logs: [Double]

    /// The log-softmax of logits, taken in float64.
    ///
    /// - Parameters:
    ///   - logits: `[T, C]`, row-major; T may be 0. Minus infinity is a class that cannot be.
    ///   - classes: C, at least 1
    /// - Throws: ``MDLSTMError`` of kind `data` when they are no whole number of frames, of kind `notFinite` for NaN, plus
    ///   infinity, and a frame in which no class can be.
    @_specialize(where Element == Float)
    @_specialize(where Element == Double)
    public init<Element: Scalar>(logits: ArraySlice<Element>, classes: Int) throws(MDLSTMError) {
        guard classes > 0, logits.count.isMultiple(of: classes) else {
            throw MDLSTMError(
                .data,
                "expected the logits of a line as frames of \(counted(classes, "class", plural: "classes")), found "
                    + "\(counted(logits.count, "number")); give [T, C], with the alphabet of the model")
        }
        self.classes = classes
        frames = logits.count / classes
        var logs = logits.map { Double($0) }
        for frame in 0..<frames {
            let range = frame * classes..<(frame + 1) * classes
            let most = logs[range].max()!
            // NaN is never the larger one, but its exponential stays in the sum.
            let sum = logs[range].reduce(0) { $0 + .exp($1 - most) }
            guard sum.isFinite, most.isFinite else {
                throw MDLSTMError(
                    .notFinite,
                    "the logits of frame \(frame) are not finite, or no class of it can be; expected numbers, with one above "
                        + "minus infinity; look for the layer that left the range with 'mdlstm run --stats'")
            }
            let normalizer = most + .log(sum)
            for index in range { logs[index] -= normalizer }
        }
        self.logs = logs
    }

    /// The log-softmax of logits `[T, C]`.
    ///
    /// - Throws: ``MDLSTMError`` of kind `data` for another number of axes; else as ``init(logits:classes:)``.
    public init<Element: Scalar>(logits: Tensor<Element>) throws(MDLSTMError) {
        guard logits.shape.count == 2 else {
            throw MDLSTMError(
                .data, "expected the logits of a line as [T, C], found \(logits.shape); give one line at a time")
        }
        try self.init(logits: logits.values[...], classes: logits.shape[1])
    }

    /// The log probability of a class at a frame.
    public subscript(frame: Int, index: Int) -> Double { logs[frame * classes + index] }

    /// The class of the highest probability at a frame; of equals the first.
    func best(_ frame: Int) -> Int {
        var best = 0
        for index in 1..<max(1, classes) where self[frame, index] > self[frame, best] { best = index }
        return best
    }
}

/// log(exp a + exp b); minus infinity where both are.
@inline(__always) func logSum(_ a: Double, _ b: Double) -> Double {
    let (low, high) = a < b ? (a, b) : (b, a)
    return low == -.infinity ? high : high + .log(onePlus: .exp(low - high))
}

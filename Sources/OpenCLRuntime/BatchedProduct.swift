internal import COpenCL

/// One call of `stridedBatchedProduct`, with sizes above 0.
internal struct BatchedProduct<Element: BitwiseCopyable> {
    var a: BatchedMatrix<Element>
    var b: BatchedMatrix<Element>
    var c: BatchedMatrix<Element>
    let transposeA: Bool
    let transposeB: Bool
    let m: Int
    let n: Int
    let k: Int
    let alpha: Double
    let beta: Double

    /// `value` as an element.
    static func number(_ value: Double) -> Element {
        if let value = Float(value) as? Element { return value }
        if let value = value as? Element { return value }
        preconditionFailure("a product of \(Element.self), which is neither Float nor Double")
    }

    /// Calls CLBlast, around which matrices are moved to where it finds them.
    ///
    /// Above a size that depends on the device, CLBlast 1.5.3 pads, copies and transposes the matrices into buffers of
    /// its own, but takes one that needs none of that as it is: then it forgets the offset, and takes the strides for
    /// rows x columns. The results are wrong without a message. So such a matrix is copied to a place of its own.
    func enqueue(label: String) throws(OpenCLError) {
        var moved = self
        if isMisread(a, tiled: [m]) {
            moved.a = try a.makeCompact()
            try moved.a.copy(from: a)
        }
        if isMisread(b, tiled: [n]) {
            moved.b = try b.makeCompact()
            try moved.b.copy(from: b)
        }
        let movesC = isMisread(c, tiled: [m, n])
        if movesC {
            moved.c = try c.makeCompact()
            if beta != 0 { try moved.c.copy(from: c) }
        }
        try moved.call(label: label)
        if movesC { try c.copy(from: moved.c) }
    }

    /// Whether CLBlast may take `matrix` as it is though it does not begin at 0 or has gaps.
    ///
    /// It does not in products below 32^3, since the limits in CLBlast's tables are 128^3 and more, nor unless the
    /// sizes `tiled` are multiples of the tiles, which are powers of two from 16.
    private func isMisread(_ matrix: BatchedMatrix<Element>, tiled: [Int]) -> Bool {
        matrix.leading == matrix.columns && !matrix.isCompact && m * n * k >= 32 * 32 * 32
            && tiled.allSatisfy { $0 % 8 == 0 }
    }

    private func call(label: String) throws(OpenCLError) {
        let core = c.buffer.core
        let last = max(a.end, b.end, c.end)
        if last > Int(Int32.max) {
            throw OpenCLError(
                call: Self.function, status: CL_INVALID_VALUE, detail: "an index of \(last) does not fit in 32 bits")
        }
        var begin: cl_event?
        var event: cl_event?
        if core.isProfiling {
            try check(clEnqueueMarkerWithWaitList(core.queue, 0, nil, &begin), "clEnqueueMarkerWithWaitList")
        }
        let status = withUnsafeMutablePointer(to: &event) { event in
            core.enqueued(CLBlastLock.withLock { run(on: core.queue, event: core.isProfiling ? event : nil) })
        }
        if let event {
            core.recorded.append(RecordedEvent(name: label, event: event, begin: begin))
        } else if let begin {
            clReleaseEvent(begin)
        }
        if status != CL_SUCCESS {
            throw OpenCLError(
                call: Self.function, status: status,
                detail: "m \(m), n \(n), k \(k), batch \(c.batchCount), transposes \(transposeA) \(transposeB)")
        }
    }

    private static var function: String {
        Element.self == Float.self ? "CLBlastSgemmStridedBatched" : "CLBlastDgemmStridedBatched"
    }
}

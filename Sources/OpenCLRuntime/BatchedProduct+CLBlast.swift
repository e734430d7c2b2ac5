internal import CCLBlast
internal import COpenCL

extension BatchedProduct {
    /// The call of CLBlast itself, for the lock to surround; returns its status.
    ///
    /// - Parameter event: Receives the event of the last kernel; nil for none.
    func run(on queue: cl_command_queue, event: UnsafeMutablePointer<cl_event?>?) -> Int32 {
        var queue: cl_command_queue? = queue
        let opA = transposeA ? CLBlastTransposeYes : CLBlastTransposeNo
        let opB = transposeB ? CLBlastTransposeYes : CLBlastTransposeNo
        if Element.self == Float.self {
            return CLBlastSgemmStridedBatched(
                CLBlastLayoutRowMajor, opA, opB, m, n, k, Float(alpha),
                a.buffer.memory, a.offset, a.leading, a.stride,
                b.buffer.memory, b.offset, b.leading, b.stride, Float(beta),
                c.buffer.memory, c.offset, c.leading, c.stride, c.batchCount, &queue, event
            ).rawValue
        }
        precondition(Element.self == Double.self, "a product of \(Element.self), neither Float nor Double")
        return CLBlastDgemmStridedBatched(
            CLBlastLayoutRowMajor, opA, opB, m, n, k, alpha,
            a.buffer.memory, a.offset, a.leading, a.stride,
            b.buffer.memory, b.offset, b.leading, b.stride, beta,
            c.buffer.memory, c.offset, c.leading, c.stride, c.batchCount, &queue, event
        ).rawValue
    }
}

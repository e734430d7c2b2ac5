extension Context {
    /// A batch of matrix products: C = alpha op(A) op(B) + beta C, for each of `batchCount` triples of matrices.
    ///
    /// All matrices are row-major. op(A) is m x k and op(B) k x n, so A is stored as m x k, or k x m with `transposeA`,
    /// and B as k x n, or n x k with `transposeB`; C is m x n. Matrix b of A begins at `aOffset + b * aStride`, its row
    /// i at `i * aLeading` from there; likewise for B and C. With beta 0, the old content of C is not used, and may be
    /// NaN. Nothing is enqueued if m, n or `batchCount` is 0. Does not wait for the result. The first product of a type
    /// compiles for seconds on pocl, which then keeps the result on disk.
    ///
    /// Large matrices whose rows touch (leading = columns) are copied once more if they begin at an offset or have gaps
    /// between them; a large batch at offset 0 without gaps is the fastest.
    ///
    /// - Precondition: `Element` is `Float` or `Double`, and the buffers are of this context. Leading dimensions are at
    ///   least the stored columns. All elements are inside of their buffers. A stride of 0 uses one matrix for the
    ///   whole batch, for A and B only: with `batchCount` above 1, `cStride` is positive, and no two matrices of C
    ///   overlap, nor C with A or B. `beta` is 0 or 1.
    /// - Throws: `CLBlastNoDoublePrecision` on a device without `double`; an error with `isOutOfMemory` if CLBlast
    ///   cannot have memory for its copies; `CL_INVALID_VALUE` if an index exceeds 32 bits, as CLBlast would silently
    ///   cut it off.
    public func stridedBatchedProduct<Element: BitwiseCopyable>(
        transposeA: Bool = false, transposeB: Bool = false, m: Int, n: Int, k: Int, alpha: Double = 1,
        a: Buffer<Element>, aOffset: Int = 0, aLeading: Int, aStride: Int = 0,
        b: Buffer<Element>, bOffset: Int = 0, bLeading: Int, bStride: Int = 0, beta: Double = 0,
        c: Buffer<Element>, cOffset: Int = 0, cLeading: Int, cStride: Int = 0,
        batchCount: Int = 1, label: String = "product"
    ) throws(OpenCLError) {
        precondition(m >= 0 && n >= 0 && k >= 0 && batchCount >= 0, "sizes \(m) \(n) \(k), batch \(batchCount)")
        precondition(beta == 0 || beta == 1, "beta is 0 or 1, not \(beta)")
        precondition([a, b, c].allSatisfy { $0.core === core }, "a buffer of another context")
        if m == 0 || n == 0 || batchCount == 0 { return }
        precondition(batchCount <= 1 || cStride > 0, "the matrices of C would overlap")
        let product = BatchedProduct(
            a: BatchedMatrix(
                buffer: a, offset: aOffset, rows: transposeA ? k : m, columns: transposeA ? m : k, leading: aLeading,
                stride: aStride, batchCount: batchCount),
            b: BatchedMatrix(
                buffer: b, offset: bOffset, rows: transposeB ? n : k, columns: transposeB ? k : n, leading: bLeading,
                stride: bStride, batchCount: batchCount),
            c: BatchedMatrix(
                buffer: c, offset: cOffset, rows: m, columns: n, leading: cLeading, stride: cStride,
                batchCount: batchCount),
            transposeA: transposeA, transposeB: transposeB, m: m, n: n, k: k, alpha: alpha, beta: beta)
        product.a.requireValid("A")
        product.b.requireValid("B")
        product.c.requireValid("C")
        if k > 0 {
            usedCLBlast = true
            try product.enqueue(label: label)
        } else if beta == 0 {
            try product.c.fill(with: BatchedProduct.number(0))
        }
    }
}

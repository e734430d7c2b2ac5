import CCLBlast
import Testing

@testable import OpenCLRuntime

/// Products above the size from which CLBlast takes its indirect way, which forgets offsets and strides.
@Suite struct LargeProductTests {
    let context: Context

    /// Lowers that size from the device's (128 to 2048) to 64, so that plain loops are quick enough to compare with.
    init() throws {
        context = try Context(device: Device.select(nil))
        let device = context.device.id
        let status = CLBlastLock.withLock {
            "XGEMM_MIN_INDIRECT_SIZE".withCString { name in
                var name: UnsafePointer<CChar>? = name
                var value = 64
                return CLBlastOverrideParameters(device, "GemmRoutine", CLBlastPrecisionSingle, 1, &name, &value)
                    .rawValue
            }
        }
        try check(status, "CLBlastOverrideParameters")
    }

    @Test(arguments: [false, true], [false, true])
    func offsetsAndGaps(transposeA: Bool, transposeB: Bool) throws {
        var product = ProductCase<Float>(m: 128, n: 64, k: 64, transposeA: transposeA, transposeB: transposeB)
        try product.run(on: context)
        product.offset = 5
        try product.run(on: context)
        product.beta = 1
        product.batchCount = 2
        try product.run(on: context)
        product.offset = 0
        product.matrixGap = 7
        try product.run(on: context)
        product.sharesA = true
        try product.run(on: context)
        product.rowGap = 3
        try product.run(on: context)
    }

    @Test func interleavedMatrices() throws {
        let (m, n, k) = (64, 32, 128)
        let a = ProductCase<Float>.numbers(m * k, factor: 7, modulus: 5)
        let b = ProductCase<Float>.numbers(k * 2 * n, factor: 3, modulus: 7)
        let c = try context.makeBuffer(of: Float.self, count: m * 2 * n)
        try context.stridedBatchedProduct(
            m: m, n: n, k: k, a: try context.makeBuffer(copying: a), aLeading: k, b: try context.makeBuffer(copying: b),
            bLeading: 2 * n, bStride: n, c: c, cLeading: 2 * n, cStride: n, batchCount: 2)
        var expected = [Float](repeating: 0, count: m * 2 * n)
        for i in 0..<m {
            for j in 0..<2 * n {
                for l in 0..<k { expected[i * 2 * n + j] += a[i * k + l] * b[l * 2 * n + j] }
            }
        }
        #expect(try c.read() == expected)
    }
}

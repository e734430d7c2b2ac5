import OpenCLRuntime
import Testing

/// Small integers as data, so that products are exact and every wrong index shows.
struct ProductCase<Element: BinaryFloatingPoint & BitwiseCopyable>: Sendable {
    var m, n, k: Int
    var transposeA = false
    var transposeB = false
    var batchCount = 1
    var beta = 0.0
    var alpha = 1.0

    /// Elements before A, B and C in their buffers: this, twice and three times this.
    var offset = 0

    /// Elements between rows, and between matrices.
    var rowGap = 0
    var matrixGap = 0

    /// Whether A or B is the same for the whole batch.
    var sharesA = false
    var sharesB = false

    /// Computes the product on the device and compares with plain loops; also what lies around C has to be as before.
    func run(on context: Context) throws {
        let (aRows, aColumns) = transposeA ? (k, m) : (m, k)
        let (bRows, bColumns) = transposeB ? (n, k) : (k, n)
        let (aLeading, bLeading, cLeading) = (aColumns + rowGap, bColumns + rowGap, n + rowGap)
        let aStride = sharesA ? 0 : aRows * aLeading + matrixGap
        let bStride = sharesB ? 0 : bRows * bLeading + matrixGap
        let cStride = m * cLeading + matrixGap
        let (aOffset, bOffset, cOffset) = (offset, 2 * offset, 3 * offset)
        let a = Self.numbers(aOffset + batchCount * max(aStride, aRows * aLeading), factor: 7, modulus: 5)
        let b = Self.numbers(bOffset + batchCount * max(bStride, bRows * bLeading), factor: 3, modulus: 7)
        let old = Self.numbers(cOffset + batchCount * cStride, factor: 5, modulus: 11)

        var expected = old
        var start = old
        for batch in 0..<batchCount {
            for i in 0..<m {
                for j in 0..<n {
                    var sum: Element = 0
                    for l in 0..<k {
                        let aIndex = transposeA ? l * aLeading + i : i * aLeading + l
                        let bIndex = transposeB ? j * bLeading + l : l * bLeading + j
                        sum += a[aOffset + batch * aStride + aIndex] * b[bOffset + batch * bStride + bIndex]
                    }
                    let index = cOffset + batch * cStride + i * cLeading + j
                    expected[index] = Element(alpha) * sum + (beta == 0 ? 0 : old[index])
                    if beta == 0 { start[index] = .nan }
                }
            }
        }
        let result = try context.makeBuffer(copying: start)
        try context.stridedBatchedProduct(
            transposeA: transposeA, transposeB: transposeB, m: m, n: n, k: k, alpha: alpha,
            a: try context.makeBuffer(copying: a), aOffset: aOffset, aLeading: aLeading, aStride: aStride,
            b: try context.makeBuffer(copying: b), bOffset: bOffset, bLeading: bLeading, bStride: bStride, beta: beta,
            c: result, cOffset: cOffset, cLeading: cLeading, cStride: cStride, batchCount: batchCount)
        let values = try result.read()
        let wrong = values.indices.first { values[$0] != expected[$0] }
        #expect(wrong == nil, "\(Element.self) \(self): \(values[wrong!]), not \(expected[wrong!]), at \(wrong!)")
    }

    /// Whole numbers around 0, without a period that a row or column could have.
    static func numbers(_ count: Int, factor: Int, modulus: Int) -> [Element] {
        (0..<count).map { Element(($0 * factor + $0 / 13) % modulus - modulus / 2) }
    }
}

@Suite struct ProductTests {
    static let sizes = [1, 2, 5, 7, 11, 31, 33]

    let context: Context

    init() throws { context = try Context(device: Device.select(nil), profiling: true) }

    @Test(arguments: [false, true], [false, true])
    func allSizes(transposeA: Bool, transposeB: Bool) throws {
        for (index, m) in Self.sizes.enumerated() {
            for n in Self.sizes {
                let k = Self.sizes[(index + n) % Self.sizes.count]
                try ProductCase<Float>(m: m, n: n, k: k, transposeA: transposeA, transposeB: transposeB).run(
                    on: context)
            }
        }
    }

    @Test(arguments: [false, true], [false, true])
    func batchesOffsetsAndGaps(transposeA: Bool, transposeB: Bool) throws {
        for beta in [0.0, 1] {
            var product = ProductCase<Float>(m: 7, n: 11, k: 5, transposeA: transposeA, transposeB: transposeB)
            product.beta = beta
            product.batchCount = 3
            try product.run(on: context)
            product.offset = 2
            try product.run(on: context)
            product.rowGap = 3
            product.matrixGap = 13
            product.alpha = -2
            try product.run(on: context)
            product.sharesA = true
            try product.run(on: context)
            product.sharesB = true
            try product.run(on: context)
            product.sharesA = false
            try product.run(on: context)
        }
    }

    @Test(arguments: [false, true], [false, true])
    func doublePrecision(transposeA: Bool, transposeB: Bool) throws {
        try #require(context.device.supportsDouble)
        for size in Self.sizes {
            var product = ProductCase<Double>(m: size, n: 11, k: 7, transposeA: transposeA, transposeB: transposeB)
            try product.run(on: context)
            product.beta = 1
            product.offset = 5
            product.batchCount = 2
            product.matrixGap = 3
            try product.run(on: context)
        }
    }

    @Test func nothingToDo() throws {
        let buffer = try context.makeBuffer(copying: [Float](arrayLiteral: 1, 2, 3, 5))
        for (m, n, batchCount) in [(0, 2, 1), (2, 0, 1), (2, 2, 0)] {
            try context.stridedBatchedProduct(
                m: m, n: n, k: 2, a: buffer, aLeading: 2, b: buffer, bLeading: 2, c: buffer, cLeading: 2,
                batchCount: batchCount)
        }
        #expect(try buffer.read() == [1, 2, 3, 5])
        #expect(try context.takeProfile().isEmpty)
    }

    @Test func emptySum() throws {
        for beta in [0.0, 1] {
            var product = ProductCase<Float>(m: 3, n: 2, k: 0)
            product.beta = beta
            try product.run(on: context)
            product.rowGap = 1
            product.offset = 1
            product.batchCount = 2
            try product.run(on: context)
        }
    }

    @Test func profileHasOneEventPerProduct() throws {
        let buffer = try context.makeBuffer(copying: [Float](arrayLiteral: 1, 2, 3, 5))
        let c = try context.makeBuffer(of: Float.self, count: 4)
        for label in ["product", "other"] {
            try context.stridedBatchedProduct(
                m: 2, n: 2, k: 2, a: buffer, aLeading: 2, b: buffer, bLeading: 2, c: c, cLeading: 2, label: label)
        }
        let profile = try context.takeProfile()
        #expect(profile.map(\.name) == ["product", "other"])
        for event in profile {
            #expect(event.queuedNanoseconds <= event.startNanoseconds)
            #expect(event.startNanoseconds <= event.endNanoseconds)
        }
    }

    @Test func newContextAfterAnOldOne() throws {
        for _ in 0..<3 { try ProductCase<Float>(m: 5, n: 3, k: 2).run(on: Context(device: context.device)) }
    }
}

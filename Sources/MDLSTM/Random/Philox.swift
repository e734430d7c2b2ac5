/// Philox4x32-10, the counter-based generator of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (2011).
///
/// There is no state: each counter and key give 128 bits, so any element of a random tensor is found alone, in any order.
public struct Philox {
    /// The 128 bits that belong to one counter under one key: ten rounds.
    public static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
        var counter = counter
        var key = key
        for _ in 0..<10 {
            let first = (0xD251_1F53 as UInt32).multipliedFullWidth(by: counter.x)
            let second = (0xCD9E_8D57 as UInt32).multipliedFullWidth(by: counter.z)
            counter = SIMD4(
                second.high ^ counter.y ^ key.x, second.low,
                first.high ^ counter.w ^ key.y, first.low)
            key &+= SIMD2(0x9E37_79B9, 0xBB67_AE85)
        }
        return counter
    }
}

/// Random numbers that are a function of (seed, stream, step, tensor, element) and of nothing else.
///
/// The Philox key is the seed and the counter is (element, tensor, step, stream); one block serves one element.
/// Only exactly rounded operations are used, so every machine gets the same bits.
public struct RandomStream: Sendable {
    package let key: SIMD2<UInt32>
    package let tensor: UInt32, step: UInt32, stream: UInt32

    /// The numbers of one `stream` (initial weights, dropout, data order, ...) at one `step` for one `tensor`.
    public init(seed: UInt64, tensor: UInt32 = 0, step: UInt32 = 0, stream: UInt32) {
        key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
        self.tensor = tensor
        self.step = step
        self.stream = stream
    }

    /// The 128 bits of an element.
    ///
    /// - Precondition: `element` is in `0..<2^32`.
    public func block(_ element: Int) -> SIMD4<UInt32> {
        Philox.block(counter: SIMD4(UInt32(element), tensor, step, stream), key: key)
    }

    /// A number in [0, 1), a multiple of 2^-53.
    public func uniform(_ element: Int) -> Double {
        Self.unit(Self.words(block(element)).first)
    }

    /// Elements `0..<count`, each in [lower, upper).
    @_specialize(where T == Float)
    @_specialize(where T == Double)
    public func uniform<T: Scalar>(count: Int, in range: Range<T>) -> [T] {
        precondition(!range.isEmpty, "the range \(range) is empty")
        let lower = Double(range.lowerBound)
        let width = Double(range.upperBound) - lower
        // Rounding to T may reach the upper bound, which is not part of the range.
        return (0..<count).map { min(T(lower + width * uniform($0)), range.upperBound.nextDown) }
    }

    /// A number of the standard normal distribution: sqrt(-2 ln u) cos(2 pi v), u in (0, 1], v in [0, 1) (Box-Muller).
    public func normal(_ element: Int) -> Double {
        let words = Self.words(block(element))
        let radius = (-2 * ExactMath.log(1 - Self.unit(words.first))).squareRoot()
        return radius * ExactMath.cosine(turns: Self.unit(words.second))
    }

    /// Elements `0..<count` of the normal distribution.
    public func normal<T: Scalar>(count: Int, mean: T = 0, standardDeviation: T = 1) -> [T] {
        (0..<count).map { T(Double(mean) + Double(standardDeviation) * normal($0)) }
    }

    /// A whole number in `0..<bound`, each equally likely (Lemire, "Fast random integer generation", 2019).
    ///
    /// - Precondition: `bound` is positive.
    public func index(below bound: Int, element: Int) -> Int {
        precondition(bound > 0, "no index is below \(bound)")
        let bound = UInt64(bound)
        let threshold = (0 &- bound) % bound
        var words = block(element)
        while true {
            let (first, second) = Self.words(words)
            for word in [first, second] {
                let product = word.multipliedFullWidth(by: bound)
                if product.low >= threshold { return Int(product.high) }
            }
            // Almost never: both were refused, so the block itself becomes the next counter.
            words = Philox.block(counter: words, key: key)
        }
    }

    private static func words(_ block: SIMD4<UInt32>) -> (first: UInt64, second: UInt64) {
        (UInt64(block.y) << 32 | UInt64(block.x), UInt64(block.w) << 32 | UInt64(block.z))
    }

    private static func unit(_ word: UInt64) -> Double {
        Double(word >> 11) * 0x1p-53
    }
}

/// Functions built from operations that IEEE 754 rounds exactly, so that they give the same bits with every C library.
///
/// Errors are a few units in the last place: more than enough for random numbers.
enum ExactMath {
    /// The natural logarithm of a positive, normal, finite number.
    ///
    /// x = m 2^e with m in [sqrt(1/2), sqrt(2)), and ln m = 2 artanh((m - 1) / (m + 1)).
    static func log(_ x: Double) -> Double {
        var mantissa = x.significand
        var exponent = Double(x.exponent)
        if mantissa > 1.414_213_562_373_095_1 {
            mantissa /= 2
            exponent += 1
        }
        let ratio = (mantissa - 1) / (mantissa + 1)
        let square = ratio * ratio
        var sum = 0.0
        for odd in stride(from: 23.0, through: 3, by: -2) {
            sum = (sum + 1 / odd) * square
        }
        return exponent * 0.693_147_180_559_945_3 + 2 * (ratio + ratio * sum)
    }

    /// The cosine of a number of full turns in [0, 1).
    static func cosine(turns: Double) -> Double {
        // cos is even around half a turn and odd around a quarter; both reductions are exact.
        let half = turns > 0.5 ? 1 - turns : turns
        let negative = half > 0.25
        let quarter = negative ? 0.5 - half : half
        let value =
            quarter <= 0.125 ? evenSeries(quarter * (2 * .pi)) : oddSeries((0.25 - quarter) * (2 * .pi))
        return negative ? -value : value
    }

    /// cos x for |x| <= pi / 4, by its Taylor series.
    private static func evenSeries(_ x: Double) -> Double {
        var sum = 1.0
        for n in stride(from: 18.0, through: 2, by: -2) {
            sum = 1 - sum * (x * x) / (n * (n - 1))
        }
        return sum
    }

    /// sin x for |x| <= pi / 4, by its Taylor series.
    private static func oddSeries(_ x: Double) -> Double {
        var sum = 1.0
        for n in stride(from: 19.0, through: 3, by: -2) {
            sum = 1 - sum * (x * x) / (n * (n - 1))
        }
        return x * sum
    }
}

import RealModule

/// One axis of a plot: its range, its ticks, and the pixel of a value.
struct Axis {
    let range: ClosedRange<Double>
    let isLogarithmic: Bool
    /// Where a grid line and a label go, in rising order.
    let ticks: [(value: Double, label: String)]

    /// An axis over `values`, which are finite (and positive when logarithmic), with about `count` ticks.
    ///
    /// `margin` is the share of the range left free on both sides; with `wholeTicks` all ticks are whole numbers.
    init(_ values: [Double], logarithmic: Bool = false, margin: Double, tickCount: Int, wholeTicks: Bool = false) {
        let scaled = values.map { logarithmic ? Double.log10($0) : $0 }
        var low = scaled.min() ?? 0
        var high = scaled.max() ?? 1
        if high - low <= max(1e-100, 1e-12 * max(abs(low), abs(high))) {
            let widening = logarithmic ? 0.5 : max(abs(low) * 0.1, 0.5)
            (low, high) = (low - widening, high + widening)
        }
        let free = (high - low) * margin
        range = low - free...high + free
        isLogarithmic = logarithmic
        ticks = logarithmic ? Self.decades(range, tickCount) : Self.round(range, tickCount, least: wholeTicks ? 1 : 0)
    }

    /// Position of a value in the range, 0 at its lower end and 1 at its upper one.
    func position(_ value: Double) -> Double {
        let scaled = isLogarithmic ? Double.log10(value) : value
        return (scaled - range.lowerBound) / (range.upperBound - range.lowerBound)
    }

    /// Multiples of 1, 2 or 5 times a power of ten.
    private static func round(
        _ range: ClosedRange<Double>, _ count: Int, least: Double = 0
    ) -> [(value: Double, label: String)] {
        let raw = max(least, (range.upperBound - range.lowerBound) / Double(max(1, count)))
        var exponent = Int(Double.log10(raw).rounded(.down))
        var digit = 1
        let ratio = raw / power(exponent)
        if ratio > 5 { exponent += 1 } else if ratio > 2 { digit = 5 } else if ratio > 1 { digit = 2 }
        let step = Double(digit) * power(exponent)
        let first = (range.lowerBound / step).rounded(.up)
        let last = (range.upperBound / step).rounded(.down)
        guard first <= last, abs(first) < 1e15, abs(last) < 1e15 else { return [] }
        let largest = max(abs(first), abs(last)) * step
        return (Int(first)...Int(last)).map { multiple in
            let value = exponent < 0 ? Double(multiple * digit) / power(-exponent) : Double(multiple) * step
            if largest >= 1e6 || largest < 1e-3 { return (value, scientific(value)) }
            return (value, fixed(multiple * digit, exponent: exponent))
        }
    }

    /// Powers of ten, thinned out when there are many, with 2 and 5 between when there are few.
    private static func decades(_ range: ClosedRange<Double>, _ count: Int) -> [(value: Double, label: String)] {
        let exponents = Int(range.lowerBound.rounded(.down))...Int(range.upperBound.rounded(.up))
        let digits = exponents.count <= 4 ? [1, 2, 5] : [1]
        let stride = max(1, exponents.count / max(1, count) + (exponents.count % max(1, count) > 0 ? 1 : 0))
        var ticks: [(value: Double, label: String)] = []
        for exponent in exponents where digits.count > 1 || exponent % stride == 0 {
            for digit in digits where range.contains(Double.log10(Double(digit)) + Double(exponent)) {
                let label =
                    (-4...5).contains(exponent) ? fixed(digit, exponent: exponent) : "\(digit)e\(exponent)"
                ticks.append((Double(digit) * power(exponent), label))
            }
        }
        if ticks.count >= 2 { return ticks }
        // Less than a factor of two or so: round numbers as on a linear axis.
        return round(power10(range.lowerBound)...power10(range.upperBound), count)
    }

    /// mantissa x 10^exponent with exactly the digits it needs.
    static func fixed(_ mantissa: Int, exponent: Int) -> String {
        let sign = mantissa < 0 ? "-" : ""
        var digits = String(mantissa.magnitude)
        if mantissa == 0 && exponent >= 0 { return "0" }
        if exponent >= 0 { return sign + digits + String(repeating: "0", count: exponent) }
        if digits.count <= -exponent { digits = String(repeating: "0", count: 1 - exponent - digits.count) + digits }
        return "\(sign)\(digits.dropLast(-exponent)).\(digits.suffix(-exponent))"
    }

    /// Such as 2.5e6.
    private static func scientific(_ value: Double) -> String {
        if value == 0 { return "0" }
        var exponent = Int(Double.log10(abs(value)).rounded(.down))
        var mantissa = (value / power(exponent) * 1000).rounded() / 1000
        if abs(mantissa) >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
        let text = mantissa == mantissa.rounded() ? String(Int(mantissa)) : "\(mantissa)"
        return "\(text)e\(exponent)"
    }

    private static func power(_ exponent: Int) -> Double { Double.pow(10, exponent) }

    private static func power10(_ exponent: Double) -> Double { Double.exp10(exponent) }
}

/// A colour for each class, always the same, none gray.
public enum LabelColors {
    /// Red, green and blue of a class; of 256 classes and more some are alike.
    public static func color(of label: Int) -> SIMD3<UInt8> {
        if label < distinct.count { return distinct[label] }
        // Hues by the golden angle are far from each other; lightness and strength change in turn.
        let number = label - distinct.count
        let hue = (Double(number % 248) * 0.618_033_988_749_895 + 0.54).truncatingRemainder(dividingBy: 1)
        let value = [0.95, 0.5, 0.75][number % 3], strength = [1, 0.5][number / 3 % 2]
        func level(_ offset: Double) -> UInt8 {
            let place = (hue + offset).truncatingRemainder(dividingBy: 1)
            let ramp = min(1, max(0, abs(place * 6 - 3) - 1))
            return UInt8((255 * value * (1 - strength + strength * ramp)).rounded())
        }
        return SIMD3(level(0), level(2.0 / 3), level(1.0 / 3))
    }

    /// Of sites that do not count.
    public static let ignored = SIMD3<UInt8>(repeating: 160)

    /// Distinct for colour-blind readers too: Okabe and Ito.
    private static let distinct: [SIMD3<UInt8>] = [
        SIMD3(0, 0, 0), SIMD3(230, 159, 0), SIMD3(86, 180, 233), SIMD3(0, 158, 115), SIMD3(240, 228, 66),
        SIMD3(0, 114, 178), SIMD3(213, 94, 0), SIMD3(204, 121, 167),
    ]
}

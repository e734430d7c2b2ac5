private import RealModule

/// Red, green and blue as luma and two chromas, as in Theis and Bethge's program (arXiv 1506.03478):
///
///     Y  = K_r R + K_g G + K_b B
///     Cb = (B - Y) / (2 (1 - K_b)),   Cr = (R - Y) / (2 (1 - K_r))
///
/// with K_r = 0.2989, K_g = 0.5870 and K_b = 1 - K_r - K_g. A linear map, so that a density of one is that of the other times
/// |det| = K_g / (4 (1 - K_r) (1 - K_b)).
public enum ColorTransform {
    private static let red = 0.2989, green = 0.5870
    private static let blue = 1 - red - green

    /// (Y, Cb, Cr) of (R, G, B).
    public static func ycc(_ rgb: SIMD3<Double>) -> SIMD3<Double> {
        let luma = red * rgb.x + green * rgb.y + blue * rgb.z
        return SIMD3(luma, (rgb.z - luma) / (2 * (1 - blue)), (rgb.x - luma) / (2 * (1 - red)))
    }

    /// (R, G, B) of (Y, Cb, Cr).
    public static func rgb(_ ycc: SIMD3<Double>) -> SIMD3<Double> {
        let (r, b) = (ycc.x + 2 * (1 - red) * ycc.z, ycc.x + 2 * (1 - blue) * ycc.y)
        return SIMD3(r, (ycc.x - red * r - blue * b) / green, b)
    }

    /// log|det| of ``ycc(_:)``: what the log-density of (Y, Cb, Cr) lacks to that of (R, G, B), in nats a pixel.
    public static let logDeterminant = Double.log(green / (4 * (1 - red) * (1 - blue)))
}

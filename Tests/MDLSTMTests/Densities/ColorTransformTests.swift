import MDLSTM
import RealModule
import Testing

/// Luma and chroma of colours.
struct ColorTransformTests {
    /// By numbers that were worked out by hand: 0.587 / (4 * 0.7011 * 0.8859).
    @Test func determinantIsThatOfTheMap() {
        #expect((ColorTransform.logDeterminant - .log(0.236272)).magnitude < 1e-5)
        let columns = [SIMD3(1.0, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1)].map(ColorTransform.ycc)
        let (a, b, c) = (columns[0], columns[1], columns[2])
        let determinant =
            a.x * (b.y * c.z - b.z * c.y) - b.x * (a.y * c.z - a.z * c.y) + c.x * (a.y * b.z - a.z * b.y)
        #expect((ColorTransform.logDeterminant - .log(determinant.magnitude)).magnitude < 1e-14)
        #expect(DensityPlane.allCases.map(\.logJacobian) == [0, 0, ColorTransform.logDeterminant])
    }

    @Test func colorsAreAsExpected() {
        func expect(_ rgb: SIMD3<Double>, _ ycc: SIMD3<Double>) {
            let difference = ColorTransform.ycc(rgb) - ycc
            #expect((difference * difference).sum().squareRoot() < 1e-10, "\(rgb): \(difference)")
        }
        expect(SIMD3(200, 200, 200), SIMD3(200, 0, 0))
        expect(SIMD3(100, 0, 0), SIMD3(29.89, -29.89 / 1.7718, 50))
        expect(SIMD3(0, 100, 0), SIMD3(58.7, -58.7 / 1.7718, -58.7 / 1.4022))
        expect(SIMD3(0, 0, 100), SIMD3(11.41, 50, -11.41 / 1.4022))
        let rgb = SIMD3(31.25, 170.5, 255.75)
        let difference = ColorTransform.rgb(ColorTransform.ycc(rgb)) - rgb
        #expect((difference * difference).sum() < 1e-20)
    }

    /// Noise of its own in each of red, green and blue, then luma and chroma of the sums.
    @Test func noiseIsAddedToColors() {
        let levels: [UInt16] = [3, 90, 255, 0, 7, 128]
        let picture = DensityPicture(name: "a", height: 1, width: 2, channels: 3, levels: levels)
        let noisy = picture.noisy(seed: 3)
        #expect(noisy.shape == [1, 2, 3] && noisy != picture.noisy(seed: 4))
        var noise: [Double] = []
        for place in 0..<2 {
            let values = noisy.values[(3 * place)..<(3 * place + 3)]
            let rgb = ColorTransform.rgb(SIMD3(values))
            noise += (0..<3).map { rgb[$0] - Double(levels[3 * place + $0]) }
        }
        #expect(noise.allSatisfy { (-1e-9..<1).contains($0) } && Set(noise.map { ($0 * 1e6).rounded() }).count == 6)
        let numbers = DensityPicture(name: "a", height: 1, width: 1, channels: 3, numbers: [100, 0, 0])
        #expect((numbers.noisy(seed: 1).values[0] - 29.89).magnitude < 1e-12)
        #expect(DensityPicture.range(of: [picture]) == 0...256 && DensityPicture.range(of: [numbers]) == 0...100)
    }
}

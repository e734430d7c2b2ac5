import MDLSTM
import RealModule
import Testing

struct RandomTests {
    /// The known answers of the Random123 distribution.
    @Test func philoxKnownAnswers() {
        #expect(
            Philox.block(counter: .zero, key: .zero) == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
        #expect(
            Philox.block(counter: SIMD4(repeating: .max), key: SIMD2(repeating: .max))
                == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
        #expect(
            Philox.block(
                counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), key: SIMD2(0xa409_3822, 0x299f_31d0)
            )
                == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
    }

    @Test func streamUsesTheDocumentedCounter() {
        let stream = RandomStream(
            seed: 0x299f_31d0_a409_3822, tensor: 0x85a3_08d3, step: 0x1319_8a2e, stream: 0x0370_7344)
        #expect(stream.block(0x243f_6a88) == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
        #expect(stream.uniform(0x243f_6a88) == Double(0x94fd_cceb_d16c_fe09 as UInt64 >> 11) / 0x1p53)
    }

    @Test func everyCoordinateMatters() {
        let streams = [
            RandomStream(seed: 1, stream: 0), RandomStream(seed: 1 << 32, stream: 0), RandomStream(seed: 1, stream: 1),
            RandomStream(seed: 1, tensor: 1, stream: 0), RandomStream(seed: 1, step: 1, stream: 0),
        ]
        #expect(Set(streams.map { $0.uniform(0) }).count == streams.count)
    }

    @Test func uniformMoments() {
        let values: [Double] = RandomStream(seed: 7, stream: 3).uniform(count: 100_000, in: -1..<3)
        #expect(values.allSatisfy { (-1..<3).contains($0) })
        let mean = values.reduce(0, +) / 1e5
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 1e5
        #expect(abs(mean - 1) < 0.02)
        #expect(abs(variance - 16.0 / 12) < 0.03)
    }

    @Test func uniformNeverReachesTheUpperBound() {
        // Two neighbouring Floats: every second number would round up to the bound.
        let range = Float(1)..<Float(1).nextUp
        let values: [Float] = RandomStream(seed: 2, stream: 0).uniform(count: 1000, in: range)
        #expect(values.allSatisfy { $0 == 1 })
    }

    @Test func elementsDoNotDependOnTheCount() {
        let stream = RandomStream(seed: 5, stream: 1)
        let few: [Float] = stream.normal(count: 3)
        let many: [Float] = stream.normal(count: 11)
        #expect(Array(many[..<3]) == few)
    }

    @Test func normalMoments() {
        let values: [Double] = RandomStream(seed: 11, stream: 0).normal(count: 200_000, mean: 2, standardDeviation: 3)
        let standard = values.map { ($0 - 2) / 3 }
        func moment(_ power: Int) -> Double {
            standard.reduce(0) { sum, value in sum + (0..<power).reduce(1) { product, _ in product * value } } / 2e5
        }
        #expect(abs(moment(1)) < 0.01)
        #expect(abs(moment(2) - 1) < 0.02)
        #expect(abs(moment(3)) < 0.04)
        #expect(abs(moment(4) - 3) < 0.1)
        #expect(standard.allSatisfy { $0.isFinite && abs($0) < 8.6 })
    }

    /// Box-Muller again, with the C library's functions: equal up to rounding.
    @Test func normalMatchesTheFormula() {
        let stream = RandomStream(seed: 13, stream: 2)
        for element in 0..<5000 {
            let block = stream.block(element)
            let u = 1 - Double((UInt64(block.y) << 32 | UInt64(block.x)) >> 11) / 0x1p53
            let v = Double((UInt64(block.w) << 32 | UInt64(block.z)) >> 11) / 0x1p53
            let expected = (-2 * Double.log(u)).squareRoot() * Double.cos(2 * .pi * v)
            #expect(abs(stream.normal(element) - expected) <= 2e-15 * max(1, abs(expected)))
        }
    }

    @Test(arguments: [1, 2, 3, 7, 10])
    func indicesAreEquallyLikely(bound: Int) {
        let stream = RandomStream(seed: 17, stream: 4)
        var counts = Array(repeating: 0, count: bound)
        for element in 0..<20_000 { counts[stream.index(below: bound, element: element)] += 1 }
        let expected = 20_000 / Double(bound)
        // Five standard deviations.
        #expect(counts.allSatisfy { abs(Double($0) - expected) <= 5 * expected.squareRoot() })
    }

    @Test func largeBounds() {
        // Three of eight words are refused for this bound: the second try and the next block are used too.
        let bound = Int.max / 4 * 3
        let stream = RandomStream(seed: 19, stream: 0)
        let indices = (0..<2000).map { stream.index(below: bound, element: $0) }
        #expect(indices.allSatisfy { (0..<bound).contains($0) })
        let mean = indices.reduce(0) { $0 + Double($1) / Double(bound) } / 2000
        #expect(abs(mean - 0.5) < 0.04)
    }
}

import MDLSTM
import MDLSTMImages
import MDLSTMTasks
import RealModule
import Testing

/// Pictures of discs that hide one another.
struct DeadLeavesTests {
    private let leaves = DeadLeaves(height: 21, width: 34, radii: 1...9, seed: 7)

    /// The same number, the same picture; another number, seed or law of the radii, another.
    @Test func isAFunctionOfSeedAndNumber() {
        let picture = leaves.picture(11)
        #expect([picture.height, picture.width, picture.channels] == [21, 34, 1])
        #expect(picture == DeadLeaves(height: 21, width: 34, radii: 1...9, seed: 7).picture(11))
        #expect(picture != leaves.picture(12))
        #expect(picture != DeadLeaves(height: 21, width: 34, radii: 1...9, seed: 8).picture(11))
        #expect(picture != DeadLeaves(height: 21, width: 34, radii: 1...8, seed: 7).picture(11))
    }

    /// The bits of one picture, so that no machine or release draws another.
    @Test func bitsAreFixed() {
        // FNV-1a.
        let hash = DeadLeaves(height: 30, width: 40, radii: 2...15, seed: 1).picture(5).pixels.reduce(
            0xcbf2_9ce4_8422_2325 as UInt64
        ) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        #expect(hash == 0x9e184ca6e726df7a)
    }

    /// Pixel by pixel the first disc that covers it, which no square or box has to do with.
    @Test(arguments: [1.0...1, 1...40, 3...6])
    func pixelsTakeTheTopmostLeaf(_ radii: ClosedRange<Double>) {
        let leaves = DeadLeaves(height: 11, width: 18, radii: radii, seed: 3)
        let sequence = LeafSequence(leaves, number: 4)
        func gray(_ row: Int, _ column: Int) -> Double {
            var index = 0
            while !sequence[index].covers(row: row, column: column) { index += 1 }
            return Double(sequence[index].gray) / 0x1p24
        }
        let expected = (0..<11 * 18).map { site in
            let (row, column) = (2 * (site / 18), 2 * (site % 18))
            let mean =
                (gray(row, column) + gray(row, column + 1) + gray(row + 1, column) + gray(row + 1, column + 1)) / 4
            return UInt8(min((256 * mean).rounded(.down), 255))
        }
        #expect(leaves.picture(4).pixels == expected)
    }

    /// Moments and quantiles of 2 r^-3 / (a^-2 - b^-2) between a and b, here at twice the size.
    @Test func radiiFollowTheirLaw() {
        let sequence = LeafSequence(DeadLeaves(height: 5, width: 7, radii: 2...32, seed: 1), number: 0)
        let (a, b) = (4.0, 64.0)
        let radii = (0..<100_000).map { sequence[$0].radius }
        #expect(radii.allSatisfy { $0 >= a && $0 <= b })
        let count = Double(radii.count)
        let mean = 2 * a * b / (a + b)
        let square = 2 * Double.log(b / a) / (1 / (a * a) - 1 / (b * b))
        let error = ((square - mean * mean) / count).squareRoot()
        #expect((radii.reduce(0, +) / count - mean).magnitude < 4 * error)
        for bound in [5.0, 8, 20, 50] {
            let share = (1 / (a * a) - 1 / (bound * bound)) / (1 / (a * a) - 1 / (b * b))
            let found = Double(radii.count { $0 <= bound }) / count
            #expect((found - share).magnitude < 4 * (share * (1 - share) / count).squareRoot(), "\(bound)")
        }
    }

    /// Centres and grays are uniform, in eight parts each, along rows and columns of different length.
    @Test func centresAndGraysAreUniform() {
        let sequence = LeafSequence(DeadLeaves(height: 5, width: 70, radii: 2...32, seed: 2), number: 1)
        let drawn = (0..<40_000).map { sequence[$0] }
        func expectUniform(_ values: [Double], _ range: Range<Double>) {
            var counts = Array(repeating: 0, count: 8)
            for value in values {
                #expect(range.contains(value))
                counts[Int(8 * (value - range.lowerBound) / (range.upperBound - range.lowerBound))] += 1
            }
            // 4 standard deviations of a count.
            #expect(counts.allSatisfy { abs($0 - 5000) < 265 }, "\(counts)")
        }
        expectUniform(drawn.map(\.y), -64..<74)
        expectUniform(drawn.map(\.x), -64..<204)
        expectUniform(drawn.map { Double($0.gray) / 0x1p24 }, 0..<1)
    }

    /// All grays occur, about equally often where leaves are larger than pixels.
    @Test func graysArePlausible() {
        let leaves = DeadLeaves(height: 64, width: 64, radii: 1...8, seed: 5)
        var counts = Array(repeating: 0, count: 256)
        for number in 0..<16 { for gray in leaves.picture(number).pixels { counts[Int(gray)] += 1 } }
        #expect(counts.allSatisfy { $0 > 0 })
        let total = Double(counts.reduce(0, +))
        let mean = counts.enumerated().reduce(0) { $0 + Double($1.offset * $1.element) } / total
        #expect((mean - 127.5).magnitude < 5, "\(mean)")
        for part in 0..<4 {
            let share = Double(counts[(64 * part)..<(64 * part + 64)].reduce(0, +)) / total
            #expect(share > 0.17 && share < 0.33, "\(part): \(share)")
        }
    }

    @Test func smallestPicture() {
        let (least, usual) = (2.0...2, 2.0...50)
        #expect(DeadLeaves.defaultRadii(height: 1, width: 1) == least)
        #expect(DeadLeaves.defaultRadii(height: 256, width: 100) == usual)
        let pictures = (0..<8).map { DeadLeaves(height: 1, width: 1, radii: 2...2, seed: 1).picture($0) }
        #expect(Set(pictures.map(\.pixels)).count > 4)
    }
}

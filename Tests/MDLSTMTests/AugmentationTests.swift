import MDLSTM
import Testing
import _TestSupport

/// Changes of samples: every value comes from its place, targets move with their inputs, and draws repeat.
struct AugmentationTests {
    /// 3 x 4 sites with features [n, 100 + n] and label n.
    private let sample = Sample<Float>(
        input: Tensor(shape: [3, 4, 2], values: (0..<12).flatMap { [Float($0), 100 + Float($0)] }),
        target: .labels(Tensor(shape: [3, 4], values: (0..<12).map { Int32($0) })))

    private func all(_ change: (inout Augmentation) -> Void) -> [Sample<Float>] {
        var augmentation = Augmentation()
        change(&augmentation)
        return (1...200).map { augmentation.apply(to: sample, seed: 7, epoch: $0, number: 3) }
    }

    /// Labels by site; features and labels of every site must still be those of one.
    private func labels(_ samples: [Sample<Float>]) throws -> [[Int32]] {
        try samples.map { changed in
            let labels = try #require(changed.target.labels)
            #expect(labels.shape == changed.extents)
            for (site, label) in labels.values.enumerated() {
                #expect(changed.input.values[2 * site] == Float(label))
                #expect(changed.input.values[2 * site + 1] == 100 + Float(label))
            }
            return labels.values
        }
    }

    @Test func flipsAndTranspositions() throws {
        let flipped = Set(try labels(all { $0.flip = true }))
        #expect(
            flipped == [
                [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], [3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8],
                [8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3], [11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
            ])
        let transposed = all { $0.transpose = true }
        #expect(Set(transposed.map(\.extents)) == [[3, 4], [4, 3]])
        #expect(Set(try labels(transposed)).contains([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]))
        #expect(Set(try labels(all { ($0.flip, $0.transpose) = (true, true) })).count == 8)
    }

    /// What comes in repeats the border.
    @Test func shifts() throws {
        let shifted = Set(try labels(all { $0.shift = 1 }))
        #expect(shifted.count == 9)
        #expect(shifted.contains([0, 0, 1, 2, 0, 0, 1, 2, 4, 4, 5, 6]))
        #expect(shifted.contains([5, 6, 7, 7, 9, 10, 11, 11, 9, 10, 11, 11]))
    }

    @Test func crops() throws {
        let cropped = all { $0.crop = 2 }
        #expect(cropped.allSatisfy { $0.extents == [2, 2] })
        #expect(Set(try labels(cropped)).count == 6)
        #expect(all { $0.crop = 4 }.allSatisfy { $0 == sample })
    }

    @Test func contrastAndNoise() throws {
        let mean = sample.input.values.reduce(0, +) / 24
        let contrasted = all { $0.contrast = 0.5 }
        let factors = contrasted.map { ($0.input.values[0] - mean) / (0 - mean) }
        #expect(factors.allSatisfy { (0.5...1.5).contains($0) } && Set(factors).count > 100)
        for changed in contrasted { #expect(abs(changed.input.values.reduce(0, +) / 24 - mean) < 1e-3) }
        let differences = all { $0.noise = 0.25 }.flatMap { changed in
            zip(changed.input.values, sample.input.values).map { Double($0 - $1) }
        }
        let deviation = (differences.reduce(0) { $0 + $1 * $1 } / Double(differences.count)).squareRoot()
        #expect(abs(deviation - 0.25) < 0.01)
    }

    /// The same for the same seed, epoch and number; a target of one answer stays.
    @Test func drawsRepeat() throws {
        var augmentation = Augmentation()
        (augmentation.flip, augmentation.shift, augmentation.noise) = (true, 2, 0.1)
        func apply(_ seed: UInt64, _ epoch: Int, _ number: Int) -> Sample<Float> {
            augmentation.apply(to: sample, seed: seed, epoch: epoch, number: number)
        }
        #expect(apply(1, 2, 3) == apply(1, 2, 3))
        #expect(apply(1, 2, 3) != apply(2, 2, 3) && apply(1, 2, 3) != apply(1, 3, 3))
        #expect(apply(1, 2, 3) != apply(1, 2, 4))
        let answer = Sample<Float>(input: sample.input, target: .labels(Tensor(shape: [], values: [1])))
        #expect(augmentation.apply(to: answer, seed: 1, epoch: 1, number: 1).target == answer.target)
        #expect(Augmentation().apply(to: sample, seed: 1, epoch: 1, number: 1) == sample)
    }

    @Test func whatIsRefused() {
        for change in [
            { $0.shift = -1 }, { $0.crop = 0 }, { $0.contrast = 1.5 }, { $0.noise = .nan },
        ] as [(inout Augmentation) -> Void] {
            expectMDLSTMError(.option, ["an augmentation shifts"]) {
                var augmentation = Augmentation()
                change(&augmentation)
                try augmentation.validate()
            }
        }
    }
}

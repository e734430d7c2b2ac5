import MDLSTM
import Testing

/// Changes of pictures that interpolate.
struct WarpTests {
    private func augmented(_ input: Tensor<Float>, _ change: (inout Augmentation) -> Void, epoch: Int = 1) -> Tensor<
        Float
    > {
        var augmentation = Augmentation()
        change(&augmentation)
        let sample = Sample(input: input, target: TrainingTarget<Float>.labels(Tensor(shape: [1], values: [1])))
        let changed = augmentation.apply(to: sample, seed: 3, epoch: epoch, number: 5)
        #expect(changed.target == sample.target)
        return changed.input
    }

    /// Rows that are ramps stay ramps of the same ends, over another width.
    @Test func stretchKeepsRamps() {
        let ramp = Tensor<Float>(shape: [3, 101, 1], values: (0..<303).map { Float($0 % 101) / 100 })
        var widths: Set<Int> = []
        for epoch in 1...20 {
            let found = augmented(ramp, { $0.stretch = 0.25 }, epoch: epoch)
            let width = found.shape[1]
            widths.insert(width)
            #expect(found.shape == [3, width, 1] && (75...127).contains(width))
            for column in 1..<(width - 1) {
                let wanted = ((Float(column) + 0.5) * 101 / Float(width) - 0.5) / 100
                #expect(abs(found.values[width + column] - min(max(wanted, 0), 1)) < 1e-5)
            }
        }
        #expect(widths.count > 10)
    }

    /// A stroke that is upright leans by as many columns a row as were drawn, and stays in the middle row.
    @Test func shearSlantsAboutTheMiddle() {
        let (height, width) = (9, 41)
        var values = Array(repeating: Float(0), count: height * width)
        for row in 0..<height { values[row * width + 20] = 1 }
        let found = augmented(Tensor(shape: [height, width, 1], values: values)) { $0.shear = 1 }
        let centres = (0..<height).map { row -> Float in
            let ink = found.values[(row * width)..<((row + 1) * width)]
            return zip(0..., ink).reduce(0) { $0 + Float($1.0) * $1.1 } / ink.reduce(0, +)
        }
        #expect(abs(centres[4] - 20) < 1e-5)
        let slant = centres[5] - centres[4]
        #expect(abs(slant) > 0.01 && abs(slant) <= 1)
        for row in 0..<height { #expect(abs(centres[row] - 20 - slant * Float(row - 4)) < 1e-4) }
    }

    /// A dot becomes a square of at most its value around it, or is worn away.
    @Test func strokesWidenAndThin() {
        var values = Array(repeating: Float(0), count: 49)
        values[24] = 1
        var (wider, thinner) = (0, 0)
        for epoch in 1...20 {
            let found = augmented(Tensor(shape: [7, 7, 1], values: values), { $0.stroke = 0.5 }, epoch: epoch).values
            let dots = found.indices.filter { found[$0] != 0 }
            if found[24] == 1 {
                wider += 1
                #expect(dots == [16, 17, 18, 23, 24, 25, 30, 31, 32])
                #expect(dots.allSatisfy { $0 == 24 || found[$0] == found[16] } && found[16] <= 0.5)
            } else {
                thinner += 1
                #expect(dots == [24] && found[24] >= 0.5)
            }
        }
        #expect(wider > 3 && thinner > 3)
    }

    /// The first epoch goes from small samples to large ones, each once; later ones are as ever.
    @Test func epochsThatBeginSmall() throws {
        let samples = [5, 2, 9, 4, 7, 1, 8].map { width in
            Sample(
                input: Tensor<Float>(zeros: [2, width, 1]),
                target: TrainingTarget<Float>.labels(Tensor(shape: [1], values: [0])))
        }
        let set = MemoryDataSet(samples)
        let sorted = try DataSetBatches(set, size: .samples(2), seed: 1, beginsSmall: true)
        #expect(sorted.plan(epoch: 1).batches == [[5, 1], [3, 0], [4, 6], [2]])
        #expect(try sorted.plan(epoch: 2) == DataSetBatches(set, size: .samples(2), seed: 1).plan(epoch: 2))
        let bySites = try DataSetBatches(set, size: .sites(20), seed: 1, beginsSmall: true)
        let batches = bySites.plan(epoch: 1).batches
        #expect(batches.flatMap { $0 } == [5, 1, 3, 0, 4, 6, 2] && batches.count > 3)
    }

    /// Samples that are of like width once they are stretched come together.
    @Test func batchesOfStretchedSamples() throws {
        var augmentation = Augmentation()
        augmentation.stretch = 0.3
        let stretching = augmentation
        let set = MemoryDataSet(
            (0..<24).map { _ in
                Sample(
                    input: Tensor<Float>(zeros: [2, 50, 1]),
                    target: TrainingTarget<Float>.labels(Tensor(shape: [1], values: [0])))
            })
        let source = try DataSetBatches(set, size: .samples(4), seed: 1) {
            stretching.apply(to: $0, seed: 3, epoch: $1, number: $2)
        } changed: {
            stretching.stretched($0, seed: 3, epoch: $1, number: $2)
        }
        for epoch in 1...2 {
            let plan = source.plan(epoch: epoch)
            let ranges = try plan.batches.indices.map { index in
                let widths = try #require(try source.batch(epoch: epoch, index: index).samples).map { $0[1] }
                return (widths.min()!, widths.max()!)
            }.sorted { $0 < $1 }
            for (one, next) in zip(ranges, ranges.dropFirst()) { #expect(one.1 <= next.0) }
        }
    }
}

import MDLSTM
import MDLSTMTasks
import Testing

/// Patches that a density is trained with.
struct PatchBatchesTests {
    private func model(_ border: DensityBorder = .inside, size: Int = 5, patch: [Int] = [32, 32]) throws -> DensityModel
    {
        var options = DensityOptions()
        (options.neighbourhood, options.border, options.patch) = (size, border, patch)
        return try DensityModel(options, layers: [])
    }

    /// A picture whose pixel in row y, column x is 100 y + x + 1.
    private func counted(_ height: Int, _ width: Int, first: Int = 1) -> DensityPicture {
        DensityPicture(
            name: "\(height)x\(width)", height: height, width: width,
            numbers: (0..<(height * width)).map { Double(100 * ($0 / width) + $0 % width + first) })
    }

    private func batches(
        _ pictures: [DensityPicture], _ model: DensityModel, center: Double = 0, batch: Int = 16, seed: UInt64 = 3
    ) -> PatchBatches<Double> {
        PatchBatches(pictures, model: model, centers: [center], batch: batch, seed: seed)
    }

    @Test func areTheSameAgain() throws {
        let noisy = DensityPicture(name: "a", height: 13, width: 17, levels: (0..<221).map { UInt16($0) })
        let (a, b) = try (batches([noisy], model(patch: [3, 4])), batches([noisy], model(patch: [3, 4])))
        #expect(a.count(epoch: 1) == 221 / (16 * 12))
        let batch = a.batch(epoch: 2, index: 1)
        #expect(batch.input == b.batch(epoch: 2, index: 1).input && batch.target == b.batch(epoch: 2, index: 1).target)
        #expect(
            batch.input.shape == [16, 5, 8, 1] && batch.target == .values(Tensor(repeating: 1, shape: [16, 3, 4, 1])))
        #expect(a.batch(epoch: 2, index: 0).input != batch.input && a.batch(epoch: 1, index: 1).input != batch.input)
        let other = try batches([noisy], model(patch: [3, 4]), seed: 4)
        #expect(other.batch(epoch: 2, index: 1).input != batch.input)
        // Levels with noise of [0, 1), less the centre.
        let centred = try batches([noisy], model(patch: [3, 4]), center: 100).batch(epoch: 2, index: 1).input
        #expect(zip(centred.values, batch.input.values).allSatisfy { ($0 + 100 - $1).magnitude < 1e-12 })
        let noise = batch.input.values.map { $0 - $0.rounded(.down) }
        #expect(Set(noise).count > 600 && noise.reduce(0, +) / Double(noise.count) > 0.45)
    }

    /// Patches lie within their picture, all pictures and places occur, half of them from right to left.
    @Test func areParts() throws {
        let pictures = [counted(6, 9), counted(4, 11, first: 10_001)]
        let source = try batches(pictures, model(patch: [2, 3]), batch: 200)
        let input = source.batch(epoch: 1, index: 0).input
        #expect(input.shape == [200, 4, 7, 1])
        var (places, mirrored) = (Set<Int>(), 0)
        for sample in 0..<200 {
            let values = input.values[(sample * 28)..<((sample + 1) * 28)].map { Int($0) }
            let step = values[1] - values[0]
            #expect(step.magnitude == 1)
            mirrored += step < 0 ? 1 : 0
            let first = min(values[0], values[6])
            places.insert(first)
            for row in 0..<4 {
                for column in 0..<7 { #expect(values[row * 7 + column] == values[0] + 100 * row + step * column) }
            }
        }
        // The first picture has sites in 4 rows and 5 columns, the second in 2 and 7.
        let expected = [0, 100, 200].flatMap { row in (1...3).map { row + $0 } } + (10_001...10_005)
        #expect(places == Set(expected) && (70...130).contains(mirrored))
    }

    @Test func smallPicturesMakeSmallPatches() throws {
        let source = try batches([counted(9, 20), counted(30, 8)], model())
        #expect(source.patch == [7, 4])
        #expect(source.batch(epoch: 1, index: 0).input.shape == [16, 9, 8, 1] && source.count(epoch: 1) == 1)
    }

    @Test func paddingIsIndicated() throws {
        let source = try batches([counted(4, 6)], model(.pad, size: 3), center: 0.5)
        #expect(source.patch == [4, 6])
        let input = source.batch(epoch: 1, index: 0).input
        #expect(input.shape == [16, 5, 8, 2])
        for site in 0..<(16 * 40) {
            let (row, column) = (site / 8 % 5, site % 8)
            let isInside = row > 0 && (1...6).contains(column)
            #expect(input.values[2 * site + 1] == (isInside ? 0 : 1))
            #expect((input.values[2 * site] == 0) == !isInside)
        }
    }
}

import MDLSTM
import MDLSTMTasks
import RealModule
import Testing
import _TestSupport

/// What a density of colours is worth, counted by hand, and patches of colours.
struct ColorEvaluationTests {
    private let likelihood: PictureLikelihood<Double>
    private let planes: [(network: any Model<Double>, model: DensityModel, whitening: ConditionalWhitening)]
    private let numbers: Tensor<Double>, picture: DensityPicture

    init() throws {
        let numbers = Tensor<Double>.random([13, 17, 3], bound: 50, seed: 7).map { $0 + 100 }
        let picture = DensityPicture(name: "a", height: 13, width: 17, channels: 3, numbers: numbers.values)
        (self.numbers, self.picture) = (numbers, picture)
        var options = DensityOptions()
        (options.neighbourhood, options.components, options.features, options.color) = (3, 2, 3, .ycc)
        planes = try options.color.planes.map { plane in
            let layer = try LayerConfiguration(
                cell: .spatial, inputSize: DensityModel.conditions(options, of: plane), hiddenSize: 3,
                directions: [.forward(axes: 2)])
            let model = try DensityModel(options, of: plane, layers: [layer])
            let whitening = try ConditionalWhitening(fitting: [picture], in: model.neighbourhood, seed: 1)
            let network = try ReferenceBackend<Double>().makeModel(
                model.network, parameters: model.network.initialParameters(seed: 2))
            return (network, model, whitening)
        }
        likelihood = PictureLikelihood(planes.map { .init($0.network, $0.model, $0.whitening) })
    }

    private func evaluate(
        _ change: (inout DensityEvaluation.Rules) -> Void = { _ in }
    ) throws -> DensityEvaluation {
        var rules = DensityEvaluation.Rules()
        change(&rules)
        return try DensityEvaluation(of: likelihood, on: [picture], by: rules)
    }

    /// Luma and chroma given luma, and the determinant once a pixel.
    @Test func isTheSumOfBothNetworks() throws {
        let found = try evaluate()
        let noisy = picture.noisy(seed: 1)
        let sums = try planes.map { network, model, whitening in
            let nats: Tensor<Double> = try network.predict(model.rows(of: noisy, whitening))
            #expect(nats.count == 11 * 15)
            return nats.values.reduce(0) { $0 + $1 + whitening.logJacobian }
        }
        let nats = sums[0] + sums[1] + 165 * ColorTransform.logDeterminant
        #expect(found.sites == 165 && (found.nats + nats / 165).magnitude < 1e-12)
        #expect((found.bitsPerPixel - found.nats / .log(2)).magnitude < 1e-12)
        #expect((found.bitsPerDimension - found.bitsPerPixel / 3).magnitude < 1e-12)
        #expect(found.json["bitsPerDimension"]?.doubleValue == found.bitsPerDimension)
        // The largest of both networks.
        let cells = try planes.map { network, model, whitening in
            _ = try network.predict(model.rows(of: noisy, whitening))
            return try #require(try network.largestCell())
        }
        #expect(found.largestCell == cells.max() && cells[0] != cells[1])
        // Each alone: luma has no determinant, chroma has it.
        let alone = try planes.map { network, model, whitening in
            try DensityEvaluation(
                of: PictureLikelihood([.init(network, model, whitening)]), on: [picture], by: DensityEvaluation.Rules())
        }
        #expect((alone[0].nats + sums[0] / 165).magnitude < 1e-12 && alone.map(\.dimensions) == [1, 2])
        #expect((alone[0].nats + alone[1].nats - found.nats).magnitude < 1e-12)
    }

    @Test func sitesAreThoseOfChroma() throws {
        let found = try evaluate { $0.patch = 5 }
        let cut = [0, 5].flatMap { row in
            [0, 5, 10].map { column in
                DensityPicture(
                    name: "\(row) \(column)", height: 5, width: 5, channels: 3,
                    numbers: numbers.slice(row..<(row + 5), column..<(column + 5)).values)
            }
        }
        let apart = try DensityEvaluation(of: likelihood, on: cut, by: DensityEvaluation.Rules())
        #expect(found.sites == 6 * 9 && apart.sites == found.sites && (found.nats - apart.nats).magnitude < 1e-12)
        #expect(try evaluate { $0.sitesOf = 7 }.sites == 7 * 11)
        #expect(try evaluate { ($0.sitesOf, $0.patch) = (5, 6) }.sites == 4 * 4)
    }

    /// Pictures laid by hand, which have their margins on every side already.
    @Test func ensemblesAreOfAllTurns() throws {
        let found = try evaluate { $0.isEnsemble = true }
        #expect(found.sites == 165)
        let noisy = picture.noisy(seed: 1)
        let transposed = Tensor<Double>(
            shape: [17, 13, 3],
            values: (0..<(17 * 13)).flatMap { place in (0..<3).map { noisy[place % 13, place / 13, $0] } })
        var likelihood = likelihood
        let totals = try [noisy, transposed].flatMap { own in
            try [own, own.flipped(axis: 0), own.flipped(axis: 1), own.flipped(axis: 0).flipped(axis: 1)].map {
                try likelihood.nats(of: $0, name: "a").values.reduce(0, +)
            }
        }
        let largest = try #require(totals.max())
        let mean = largest + .log(totals.reduce(0) { $0 + .exp($1 - largest) } / 8)
        #expect((found.nats * 165 + mean).magnitude < 1e-9 * mean.magnitude)
    }

    /// Patches hold what the networks read of the picture, less its means.
    @Test(arguments: [0, 1]) func patchesAreParts(_ plane: Int) throws {
        let (model, centers) = (planes[plane].model, planes[plane].model.centers(planes[plane].whitening))
        let source = PatchBatches<Double>([picture], model: model, centers: centers, batch: 20, seed: 3)
        // 11 x 15 sites are fewer than a patch.
        #expect(source.patch == [11, 15])
        let input = source.batch(epoch: 1, index: 0).input
        let whole: Tensor<Double> = model.input(of: picture.noisy(seed: 1), planes[plane].whitening)
        let shape = [plane == 0 ? 12 : 13, 17, plane == 0 ? 1 : 3]
        #expect(input.shape == [20] + shape && whole.shape == [1] + shape)
        var mirrored = 0
        for sample in 0..<20 {
            let own = input.slice(sample..<(sample + 1))
            let isMirrored = own.values[0] != whole.values[0]
            mirrored += isMirrored ? 1 : 0
            expectClose(isMirrored ? own.flipped(axis: 2) : own, whole, absolute: 1e-12, relative: 0)
        }
        #expect((3...17).contains(mirrored))
        #expect(centers.count == 3 && (centers[1] == 0) == (plane == 0))
    }

    @Test func noiseOfPatchesIsOfEachColor() throws {
        let levels = DensityPicture(
            name: "a", height: 13, width: 17, channels: 3, levels: Array(repeating: 9, count: 663))
        let source = PatchBatches<Double>([levels], model: planes[1].model, centers: [0, 0, 0], batch: 4, seed: 3)
        let values = source.batch(epoch: 1, index: 0).input.values
        let noise = stride(from: 0, to: values.count, by: 3).map {
            ColorTransform.rgb(SIMD3(values[$0], values[$0 + 1], values[$0 + 2])) - 9
        }
        #expect(noise.allSatisfy { color in (0..<3).allSatisfy { (-1e-9...1).contains(color[$0]) } })
        let mean = noise.reduce(SIMD3<Double>(), +) / Double(noise.count)
        #expect((0..<3).allSatisfy { (0.45...0.55).contains(mean[$0]) })
        let (x, y) = (noise.map { $0.x - mean.x }, noise.map { $0.y - mean.y })
        #expect((zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } / Double(noise.count)).magnitude < 0.01)
    }
}

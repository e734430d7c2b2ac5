import MDLSTM
import MDLSTMTasks
import RealModule
import Testing
import _TestSupport

/// What a density is worth, counted by hand.
struct DensityEvaluationTests {
    private let model: DensityModel
    private let whitening: ConditionalWhitening
    private let network: any Model<Double>
    private let picture: Tensor<Double>

    init() throws {
        var options = DensityOptions()
        (options.neighbourhood, options.components, options.features) = (3, 2, 3)
        let layer = try LayerConfiguration(
            cell: .spatial, inputSize: 4, hiddenSize: 3, directions: [.forward(axes: 2)])
        model = try DensityModel(options, layers: [layer])
        picture = Tensor<Double>.random([13, 17, 1], bound: 50, seed: 7).map { $0 + 100 }
        var moments = WhiteningMoments(inputSize: 4, outputSize: 1)
        moments.add(picture, in: model.neighbourhood)
        whitening = try ConditionalWhitening(moments)
        network = try ReferenceBackend<Double>().makeModel(
            model.network, parameters: model.network.initialParameters(seed: 2))
    }

    private func named(_ name: String, _ pixels: Tensor<Double>) -> DensityPicture {
        DensityPicture(name: name, height: pixels.shape[0], width: pixels.shape[1], numbers: pixels.values)
    }

    private func evaluate(
        _ pictures: [DensityPicture], _ network: (any Model<Double>)? = nil,
        _ change: (inout DensityEvaluation.Rules) -> Void = { _ in }
    ) throws -> DensityEvaluation {
        var rules = DensityEvaluation.Rules()
        change(&rules)
        let likelihood = PictureLikelihood([.init(network ?? self.network, model, whitening)])
        return try DensityEvaluation(of: likelihood, on: pictures, by: rules)
    }

    @Test func isTheMeanOfTheSites() throws {
        let found = try evaluate([named("a", picture)])
        let nats: Tensor<Double> = try network.predict(model.rows(of: picture, whitening))
        let sum = nats.values.reduce(0) { $0 - $1 - whitening.logJacobian }
        #expect(found.sites == 12 * 15 && (found.nats - sum / 180).magnitude < 1e-12)
        #expect((found.bitsPerPixel - found.nats / .log(2)).magnitude < 1e-12)
        #expect(found.json["sites"] == 180 && found.json["samples"] == 1)
        #expect(try #require(found.largestCell) > 0)
        // From pixels, as trainings judge.
        let whole = try ReferenceBackend<Double>().makeModel(
            model.model, parameters: model.modelParameters(network.parameters(), whitening))
        #expect(try (evaluate([named("a", picture)], whole).nats - found.nats).magnitude < 1e-10)
    }

    /// Patches are pictures of their own; what does not fill one is left out.
    @Test func patchesAreCut() throws {
        let found = try evaluate([named("a", picture)]) { $0.patch = 5 }
        let cut = [0, 5].flatMap { row in
            [0, 5, 10].map { named("\(row) \($0)", picture.slice(row..<(row + 5), $0..<($0 + 5))) }
        }
        let apart = try evaluate(cut)
        #expect(found.sites == 6 * 4 * 3 && found.sites == apart.sites)
        #expect((found.nats - apart.nats).magnitude < 1e-12)
    }

    /// Models of other neighbourhoods are judged by the same sites.
    @Test func sitesMayBeThoseOfAnother() throws {
        let found = try evaluate([named("a", picture)]) { $0.sitesOf = 7 }
        let nats = try network.predict(model.rows(of: picture, whitening)).reshaped([12, 15])
        let own = nats.slice(2..<12, 2..<13)
        #expect(found.sites == 110)
        #expect((found.nats + own.values.reduce(0, +) / 110 + whitening.logJacobian).magnitude < 1e-12)
        #expect(try evaluate([named("a", picture)]) { ($0.sitesOf, $0.patch) = (7, 5) }.sites == 0)
    }

    /// Eight pictures laid by hand, each without a margin; then the log of the mean of their likelihoods.
    @Test func ensemblesAreOfAllTurns() throws {
        let found = try evaluate([named("a", picture)]) { $0.isEnsemble = true }
        #expect(found.sites == 11 * 15 && found.json["ensemble"] == true)
        let totals = try [picture, picture.transposedPicture].flatMap { own in
            try [own, own.flipped(axis: 0), own.flipped(axis: 1), own.flipped(axis: 0).flipped(axis: 1)].map {
                let sites = model.sites(height: $0.shape[0], width: $0.shape[1])
                let nats = try network.predict(model.rows(of: $0, whitening)).reshaped([
                    sites.rows.count, sites.columns.count,
                ])
                return nats.slice(0..<(sites.rows.count - 1)).values.reduce(0) { $0 + $1 + whitening.logJacobian }
            }
        }
        let largest = try #require(totals.max())
        let mean = largest + .log(totals.reduce(0) { $0 + .exp($1 - largest) } / 8)
        #expect((found.nats * 165 + mean).magnitude < 1e-9 * mean.magnitude)
        // The mean of eight is above an eighth of the largest, and below the largest.
        #expect(-found.nats * 165 <= largest + 1e-9 && -found.nats * 165 >= largest - .log(8))
        // A picture that is the same in all its turns has one likelihood.
        let symmetric = Tensor<Double>(
            shape: [7, 7, 1],
            values: (0..<49).map { place in
                let (y, x) = (Double(place / 7 - 3), Double(place % 7 - 3))
                return 100 + 3 * (y * y + x * x) - y * y * x * x
            })
        let one = try evaluate([named("a", symmetric)]) { $0.isEnsemble = true }
        let nats = try network.predict(model.rows(of: symmetric, whitening)).reshaped([6, 5]).slice(0..<5)
        #expect(one.sites == 25)
        #expect((one.nats + nats.values.reduce(0, +) / 25 + whitening.logJacobian).magnitude < 1e-12)
        // Patches are turned apart, and the sites may be those of another.
        #expect(try evaluate([named("a", picture)]) { ($0.isEnsemble, $0.patch) = (true, 6) }.sites == 4 * 16)
        #expect(try evaluate([named("a", picture)]) { ($0.isEnsemble, $0.sitesOf) = (true, 7) }.sites == 7 * 11)
    }

    @Test func whatOverflowsIsNamed() throws {
        var parameters = try network.parameters()
        parameters["0.weight_ih"] = parameters["0.weight_ih"]!.map { $0 < 0 ? -1.7e308 : 1.7e308 }
        let broken = try ReferenceBackend<Double>().makeModel(model.network, parameters: parameters)
        let error = #expect(throws: MDLSTMError.self) {
            _ = try evaluate([named("first", picture), named("second", picture)], broken)
        }
        #expect(error?.kind == .notFinite)
        #expect(error?.message.hasPrefix("first: the density of the pixel in row 1, column ") == true, "\(error!)")
    }
}

extension Tensor<Double> {
    /// `[height, width, 1]` with rows for columns.
    fileprivate var transposedPicture: Tensor {
        reshaped([shape[0], shape[1]]).transposed().reshaped([shape[1], shape[0], 1])
    }
}

import MDLSTM
import MDLSTMTasks
import Testing
import _TestSupport

/// Data judged by any number of ranks, which are threads: every figure the same to its last bit.
struct SharedEvaluationTests {
    private static let ranks = [1, 2, 3, 8]

    private func sample(_ index: Int, _ kind: TaskKind) -> Sample<Float> {
        let extents = [1 + index % 3, 2 + index]
        let input = Tensor<Float>.random(extents + [1], seed: UInt64(index))
        let labels = (0..<input.count).map { Int32(($0 * 5 + index) % 4) - 1 }
        let target: TrainingTarget<Float> =
            switch kind {
            case .regress: .values(.random(extents + [3], seed: UInt64(index + 50)))
            case .classify: .labels(Tensor(shape: [], values: [Int32(index % 3)]))
            default: .labels(Tensor(shape: extents, values: labels))
            }
        return Sample(input: input, target: target)
    }

    @Test(arguments: [TaskKind.classify, .labelSites, .regress]) func samples(_ kind: TaskKind) throws {
        var data = DataSettings()
        data.normalization = .unit
        let pool: [LayerDescription] = kind == .classify ? [.pool(by: .mean)] : []
        let pipeline = try Pipeline(
            model: ModelConfiguration(inputSize: 1, axes: 2, layers: pool + [.dense(inputSize: 1, outputSize: 3)]),
            task: TaskSettings(kind), data: data, name: "c")
        let set = MemoryDataSet((0..<11).map { sample($0, kind) })
        @Sendable func judged(
            over exchange: any RankExchange
        ) throws -> (json: JSONObject, answered: [Int], progress: [Int]) {
            let model = try ReferenceBackend<Float>().makeModel(
                pipeline.model, parameters: pipeline.model.initialParameters(seed: 3))
            var (answered, progress): ([Int], [Int]) = ([], [])
            let found = try pipeline.evaluate(
                model, on: set, batch: .samples(2), over: exchange,
                each: { number, _ in answered.append(number) }, progress: { progress.append($0) })
            return (found.json, answered, progress)
        }
        let alone = try judged(over: SoloExchange())
        #expect(alone.answered.sorted() == Array(0..<11) && alone.progress.count == 6 && alone.progress.last == 11)
        #expect(alone.json["samples"] == 11 && alone.json["loss"]?.doubleValue != nil)
        for ranks in Self.ranks {
            let found = try onRanks(ranks) { try judged(over: $0) }
            #expect(found.allSatisfy { $0.json == alone.json && $0.progress == alone.progress }, "\(ranks) ranks")
            #expect(found.flatMap(\.answered).sorted() == Array(0..<11))
        }
    }

    @Test func lines() throws {
        var data = DataSettings()
        data.normalization = .unit
        let alphabet = try Alphabet(.characters, symbols: "aé".unicodeScalars.map(\.value))
        let pipeline = try LinePipeline(
            model: ModelConfiguration(
                inputSize: 1, axes: 2, layers: [.patch(window: [3, 1]), .pool(axes: [0], by: .mean)]),
            alphabet: alphabet, data: data, name: "t")
        let set = MemoryDataSet(
            (0..<7).map { index in
                let text = (0..<(1 + index % 4)).map { Int32(1 + ($0 * index) % 2) }
                return Sample<Float>(
                    input: .random([3, 2 + index, 1], bound: 5, seed: UInt64(index)),
                    target: .labels(Tensor(shape: [text.count], values: text)))
            })
        @Sendable func judged(over exchange: any RankExchange) throws -> JSONObject {
            let model = try ReferenceBackend<Float>().makeModel(pipeline.model, parameters: ParameterTensors())
            return try pipeline.evaluate(model, on: set, batch: .samples(2), over: exchange).json
        }
        let alone = try judged(over: SoloExchange())
        #expect(alone["samples"] == 7 && alone["infeasible"]?.intValue ?? 0 > 0)
        for ranks in Self.ranks {
            #expect(try onRanks(ranks) { try judged(over: $0) }.allSatisfy { $0 == alone }, "\(ranks) ranks")
        }
    }

    @Test func densities() throws {
        var options = DensityOptions()
        (options.neighbourhood, options.components, options.features) = (3, 2, 3)
        let layer = try LayerConfiguration(
            cell: .spatial, inputSize: 4, hiddenSize: 3, directions: [.forward(axes: 2)])
        let model = try DensityModel(options, layers: [layer])
        let pixels = (0..<5).map { Tensor<Double>.random([5 + $0, 9 - $0, 1], bound: 50, seed: UInt64($0)) }
        var moments = WhiteningMoments(inputSize: 4, outputSize: 1)
        for picture in pixels { moments.add(picture, in: model.neighbourhood) }
        let whitening = try ConditionalWhitening(moments)
        let pictures = pixels.enumerated().map {
            DensityPicture(name: "\($0)", height: $1.shape[0], width: $1.shape[1], numbers: $1.values)
        }
        @Sendable func judged(over exchange: any RankExchange) throws -> JSONObject {
            let network = try ReferenceBackend<Double>().makeModel(
                model.network, parameters: model.network.initialParameters(seed: 2))
            return try DensityEvaluation(
                of: PictureLikelihood([.init(network, model, whitening)]), on: pictures,
                by: DensityEvaluation.Rules(), over: exchange
            ).json
        }
        let alone = try judged(over: SoloExchange())
        #expect(alone["images"]?.arrayValue?.count == 5 && alone["largestCell"]?.doubleValue ?? 0 > 0)
        for ranks in Self.ranks {
            #expect(try onRanks(ranks) { try judged(over: $0) }.allSatisfy { $0 == alone }, "\(ranks) ranks")
        }
    }
}

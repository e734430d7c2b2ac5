import MDLSTM
import MDLSTMTasks
import Testing
import _TestSupport

/// From samples to what a model is given, and from its output to answers.
struct PipelineTests {
    private func pipeline(
        _ kind: TaskKind, _ layers: [LayerDescription], features: Int = 1,
        _ change: (inout TaskSettings, inout DataSettings) -> Void = { _, _ in }
    ) throws(MDLSTMError) -> Pipeline {
        var (task, data) = (TaskSettings(kind), DataSettings())
        data.normalization = .unit
        change(&task, &data)
        return try Pipeline(
            model: ModelConfiguration(inputSize: features, axes: 2, layers: layers), task: task, data: data, name: "c")
    }

    private let patch = [LayerDescription.patch(window: [2, 3]), .dense(inputSize: 6, outputSize: 3)]
    private let dense = [LayerDescription.dense(inputSize: 1, outputSize: 3)]
    private let pooled = [LayerDescription.pool(by: .mean), .dense(inputSize: 1, outputSize: 3)]

    private func sample(_ extents: [Int], seed: UInt64) -> Sample<Double> {
        let input = Tensor<Double>.random(extents + [1], seed: seed)
        let labels = (0..<input.count).map { Int32(($0 + Int(seed)) % 4) - 1 }
        return Sample(input: input, target: .labels(Tensor(shape: extents, values: labels)))
    }

    /// The mean off, the deviation divided by; labels that are ignored become -1, whichever they are.
    @Test func samplesAreNormalized() throws {
        let pipeline = try pipeline(.labelSites, [.dense(inputSize: 2, outputSize: 3)], features: 2) {
            $0.ignoredLabels = [254, 255]
            $1.normalization = .numbers(mean: [1, -3], deviation: [2, 4])
        }
        let raw = Sample(
            input: Tensor<Double>(shape: [2, 1, 2], values: [3, 5, 1, -3]),
            target: .labels(Tensor(shape: [2, 1], values: [254, 2])))
        let judged = pipeline.judged(raw)
        #expect(judged.input.values == [1, 2, 0, 0] && judged.target.labels?.values == [-1, 2])
        #expect(pipeline.trainingSample(raw, epoch: 1, number: 0, seed: 1) == judged)
        let other = Sample(input: raw.input, target: .labels(Tensor(shape: [2, 1], values: [255, 2])))
        #expect(pipeline.judged(other) == judged)
    }

    /// A coarse output learns shares with the weights in them, and answers for every site of a ragged batch.
    @Test func coarseOutputs() throws {
        let coarse = try pipeline(.labelSites, patch)
        let raw = sample([3, 4], seed: 1)
        let target = coarse.trainingSample(raw, epoch: 1, number: 0, seed: 1).target
        // Labels 0 1 2 -1 from row to row, in blocks of 2 x 3.
        #expect(target == .values(Tensor(shape: [2, 2, 3], values: [2, 2, 2, 0, 0, 0, 1, 1, 1, 0, 0, 0])))
        #expect(coarse.trainerWeights == nil && coarse.judged(raw).target == raw.target)
        let samples = [raw, sample([2, 7], seed: 2)]
        let batch = try TrainingBatch(samples.map(coarse.judged))
        let parameters: ParameterTensors<Double> = coarse.model.initialParameters(seed: 3)
        let model = try ReferenceBackend<Double>().makeModel(coarse.model, parameters: parameters)
        let answers = try coarse.answers(model, to: batch)
        #expect(answers.map(\.shape) == [[3, 4, 3], [2, 7, 3]])
        for (answer, sample) in zip(answers, samples) {
            let alone = try coarse.answers(model, to: TrainingBatch([coarse.judged(sample)]))
            #expect(alone == [answer])
            // Sites of one block have one answer; the block to the right has another.
            #expect(answer.values[0..<3] == answer.values[6..<9] && answer.values[0..<3] != answer.values[9..<12])
        }
    }

    /// Batches of any size say the same of a data set, and every sample is answered once.
    @Test func evaluationsAgree() throws {
        let pipeline = try pipeline(.labelSites, dense)
        let set = MemoryDataSet((0..<7).map { sample([1 + $0 % 3, 2 + $0], seed: UInt64($0)) })
        let model = try ReferenceBackend<Double>().makeModel(
            pipeline.model, parameters: pipeline.model.initialParameters(seed: 3))
        var numbers: [Int] = []
        let ones = try pipeline.evaluate(model, on: set, batch: .samples(1)) { number, answer in
            numbers.append(number)
            #expect(answer.shape == set.samples[number].extents + [3])
        }
        #expect(numbers.sorted() == Array(0..<7) && ones.samples == 7)
        let labels = set.samples.flatMap { $0.target.labels?.values ?? [] }
        #expect(ones.sites == labels.count { $0 >= 0 } && ones.ignored == labels.count { $0 < 0 })
        for batch in [BatchSize.samples(3), .samples(100), .sites(40)] {
            let other = try pipeline.evaluate(model, on: set, batch: batch)
            #expect(other.counts == ones.counts && abs((other.loss ?? 0) - (ones.loss ?? 9)) < 1e-12)
        }
    }

    @Test func answersOfSamples() throws {
        let pipeline = try pipeline(.classify, pooled)
        let model = try ReferenceBackend<Double>().makeModel(
            pipeline.model, parameters: pipeline.model.initialParameters(seed: 3))
        let batch = try TrainingBatch([
            Sample(input: sample([2, 3], seed: 1).input, target: .none),
            Sample(input: sample([4, 1], seed: 2).input, target: TrainingTarget<Double>.none),
        ])
        #expect(try pipeline.answers(model, to: batch).map(\.shape) == [[3], [3]])
        #expect(pipeline.classes == ["0", "1", "2"])
    }

    @Test func outputsThatTheTaskCannotUse() throws {
        func refuse(
            _ kind: TaskKind, _ layers: [LayerDescription], _ part: String,
            sourceLocation: SourceLocation = #_sourceLocation,
            _ change: (inout TaskSettings, inout DataSettings) -> Void = { _, _ in }
        ) {
            let error = #expect(throws: MDLSTMError.self, sourceLocation: sourceLocation) {
                _ = try pipeline(kind, layers, change)
            }
            #expect(
                error?.kind == .data && error?.message.hasPrefix("c: ") ?? false && error!.message.contains(part),
                "\(error?.message ?? "")", sourceLocation: sourceLocation)
        }
        refuse(.classify, dense, "needs a pool over all axes")
        refuse(.labelSites, pooled, "leave out the pool")
        refuse(.regress, patch, "a number for each block of [2, 3] sites")
        refuse(.classify, pooled, "3 outputs and the task 2 classes") { task, _ in task.classes = ["a", "b"] }
        refuse(.regress, dense, "'normalize' has 2 numbers; expected 1") { _, data in
            data.normalization = .numbers(mean: [1, 2], deviation: [1, 2])
        }
        refuse(.regress, dense, "'normalize' has no numbers") { _, data in data.normalization = .meanAndDeviation }
    }
}

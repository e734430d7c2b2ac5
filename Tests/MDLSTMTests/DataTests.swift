import MDLSTM
import Testing
import _TestSupport

/// Data sets, the order of their samples, and the batches made of them.
struct DataTests {
    private let extents: [[Int]] = (0..<103).map { [1 + $0 * 7 % 23, 1 + $0 % 5] }

    /// Nothing is repeated, nothing dropped; only the last batch is smaller.
    @Test(arguments: [1, 2]) func everySampleOnce(epoch: Int) {
        let plan = BatchPlan(extents: extents, size: .samples(8), seed: 3, epoch: epoch)
        #expect(plan.batches.flatMap { $0 }.sorted() == Array(0..<103))
        #expect(plan.batches.map(\.count) == Array(repeating: 8, count: 12) + [7])
        #expect(plan == BatchPlan(extents: extents, size: .samples(8), seed: 3, epoch: epoch))
        #expect(plan != BatchPlan(extents: extents, size: .samples(8), seed: 4, epoch: epoch))
        #expect(plan != BatchPlan(extents: extents, size: .samples(8), seed: 3, epoch: 7))
    }

    /// Batches by sites hold what there is room for, a larger sample alone.
    @Test func batchesBySites() {
        let plan = BatchPlan(extents: extents + [[50, 50]], size: .sites(200), seed: 3, epoch: 1)
        #expect(plan.batches.flatMap { $0 }.sorted() == Array(0..<104))
        for batch in plan.batches where batch != [103] {
            let largest = (0..<2).map { k in batch.map { extents[$0][k] }.max()! }
            #expect(batch.count * largest[0] * largest[1] <= 200)
        }
        #expect(plan.batches.contains([103]))
        #expect(plan.batches.count < 52)
    }

    /// Padding is little, since samples of like size are together.
    @Test func likeSizesAreTogether() {
        let many = (0..<4096).map { [1 + $0 * 37 % 101] }
        let plan = BatchPlan(extents: many, size: .samples(16), seed: 1, epoch: 1)
        let storage = plan.batches.reduce(0) { sum, batch in sum + batch.count * batch.map { many[$0][0] }.max()! }
        #expect(Double(storage) < 1.1 * Double(many.reduce(0) { $0 + $1[0] }))
        let first = plan.batches.prefix(20).map { batch in batch.map { many[$0][0] }.max()! }
        #expect(first != first.sorted())
    }

    @Test func samplesBecomeABatch() throws {
        let samples = [
            Sample(
                input: Tensor(shape: [2, 1, 2], values: [1, 2, 3, 4]),
                target: .labels(Tensor<Int32>(shape: [2, 1], values: [5, 6]))),
            Sample<Double>(
                input: Tensor(shape: [1, 2, 2], values: [7, 8, 9, 10]),
                target: .labels(Tensor<Int32>(shape: [1, 2], values: [3, 4]))),
        ]
        let batch = try TrainingBatch(samples)
        #expect(batch.input == Tensor(shape: [2, 2, 2, 2], values: [1, 2, 0, 0, 3, 4, 0, 0, 7, 8, 9, 10, 0, 0, 0, 0]))
        #expect(batch.target == .labels(Tensor(shape: [2, 2, 2], values: [5, -1, 6, -1, 3, 4, -1, -1])))
        #expect(batch.samples == [[2, 1], [1, 2]])
        let equal = try TrainingBatch([samples[0], samples[0]])
        #expect(equal.samples == nil && equal.input.shape == [2, 2, 1, 2])
        // One answer a sample.
        let one = Sample<Double>(input: samples[0].input, target: .labels(Tensor(shape: [], values: [2])))
        #expect(try TrainingBatch([one, one]).target == .labels(Tensor(shape: [2], values: [2, 2])))
        let numbers = Sample<Double>(input: samples[0].input, target: .values(Tensor(shape: [3], values: [1, 2, 3])))
        #expect(try TrainingBatch([numbers]).target.values?.shape == [1, 3])
        expectMDLSTMError(.data, ["some samples", "labels", "one kind"]) { _ = try TrainingBatch([one, numbers]) }
        let other = Sample<Double>(input: Tensor(zeros: [2, 1, 3]), target: one.target)
        expectMDLSTMError(.data, ["inputs", "[2, 1, 2]", "[2, 1, 3]"]) { _ = try TrainingBatch([one, other]) }
        expectMDLSTMError(.data, ["at least one sample"]) { _ = try TrainingBatch([Sample<Double>]()) }
    }

    /// More files move none of the others.
    @Test func splitsFollowNames() {
        let few = NamedSet(names: (0..<200).map { "picture \($0)" })
        let more = NamedSet(names: (0..<300).map { "picture \($0)" })
        let (training, validation) = few.split(validation: 0.1, seed: 1)
        #expect((training + validation).sorted() == Array(0..<200))
        #expect((10...30).contains(validation.count))
        #expect(more.split(validation: 0.1, seed: 1).validation.filter { $0 < 200 } == validation)
        #expect(few.split(validation: 0.1, seed: 2).validation != validation)
        #expect(few.split(validation: 0, seed: 1).training == Array(0..<200))
        let two = NamedSet(names: ["a", "b"]).split(validation: 0.01, seed: 1)
        #expect(two.training.count == 1 && two.validation.count == 1)
    }

    /// The same batches in the same order, however many are made ahead; an error comes with its batch.
    @Test(arguments: [1, 3, 20]) func preparedBatchesKeepTheirOrder(ahead: Int) throws {
        let data = MemoryDataSet(
            (0..<23).map { number in
                Sample<Float>(
                    input: Tensor(
                        shape: [1 + number % 3, 1], values: Array(repeating: Float(number), count: 1 + number % 3)),
                    target: .none)
            })
        let source = try DataSetBatches(data, size: .samples(4), seed: 5) { sample, epoch, number in
            if epoch == 2, number == 11 { throw MDLSTMError(.data, "picture 11 is damaged") }
            return sample
        }
        let prepared = PreparedBatches(source, ahead: ahead)
        for index in 0..<6 {
            let batch = try prepared.batch(at: .init(epoch: 1, index: index), of: 6)
            #expect(try batch.input == source.batch(epoch: 1, index: index).input)
        }
        let damaged = try #require(source.plan(epoch: 2).batches.firstIndex { $0.contains(11) })
        for index in 0..<6 {
            let result = Result { try prepared.batch(at: .init(epoch: 2, index: index), of: 6) }
            #expect(((try? result.get()) == nil) == (index == damaged))
        }
    }
}

private struct NamedSet: DataSet {
    let names: [String]

    var count: Int { names.count }
    func name(of index: Int) -> String { names[index] }
    func extents(of index: Int) -> [Int] { [1] }
    func sample(at index: Int) -> Sample<Float> { Sample(input: Tensor(zeros: [1, 1]), target: .none) }
}

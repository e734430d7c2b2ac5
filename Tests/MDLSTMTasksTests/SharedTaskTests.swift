import MDLSTM
import MDLSTMTasks
import Testing
import _TestSupport

/// Published tasks in four shards on any number of ranks, which are threads: the same bits.
struct SharedTaskTests {
    /// Both networks: of a grid without axes, and of dense layers.
    @Test(arguments: ParityTask.ModelKind.allCases) func parity(_ kind: ParityTask.ModelKind) throws {
        let task = try ParityTask(bits: 3, batch: 9)
        let model = try task.model(kind, layers: 2, hiddenSize: 5)
        @Sendable func trained(_ shards: Int?, over exchange: any RankExchange) throws -> ParityTraining<Float>.Result {
            var training = ParityTraining<Float>(task: task, model: model, steps: 30, seed: 2, shards: shards)
            training.exchange = exchange
            return try training.run(on: ReferenceBackend())
        }
        let alone = try trained(4, over: SoloExchange())
        #expect(alone.steps == 30 && alone.validations.count == 1)
        #expect(try trained(nil, over: SoloExchange()).parameters != alone.parameters)
        for ranks in [2, 3, 4] {
            for found in try onRanks(ranks, { try trained(4, over: $0) }) {
                #expect(found.parameters == alone.parameters && found.accuracy == alone.accuracy)
                #expect(found.validations.map(\.loss) == alone.validations.map(\.loss))
            }
        }
    }

    @Test func sequences() throws {
        let task = try AdditionTask(digits: 1)
        let model = try SequenceNetwork(.grid, layers: 2, hiddenSize: 3).model(for: task)
        @Sendable func trained(
            _ shards: Int?, over exchange: any RankExchange
        ) throws -> SequenceTraining<AdditionTask, Float>.Result {
            var training = try SequenceTraining<AdditionTask, Float>(
                task: task, model: model, batch: 7, examples: 35, seed: 2,
                configuration: SequenceTraining<AdditionTask, Float>.configuration(learningRate: 0.01, steps: 5),
                shards: shards, interval: 14, measuredCount: 11)
            training.exchange = exchange
            return try training.run(on: ReferenceBackend())
        }
        let alone = try trained(4, over: SoloExchange())
        #expect(alone.steps == 5 && alone.measurements.count >= 2)
        #expect(try trained(nil, over: SoloExchange()).parameters != alone.parameters)
        for ranks in [2, 3, 4] {
            for found in try onRanks(ranks, { try trained(4, over: $0) }) {
                #expect(found.parameters == alone.parameters && found.measurements == alone.measurements)
            }
        }
    }
}

import MDLSTM
import MDLSTMOpenCL
import Testing
import _TestSupport

/// What tests of a training in pieces have in common: a model with everything that draws masks, on every side.
enum Pieces {
    enum Side: String, CaseIterable { case reference, fused, sweep, gemm }

    /// Over one axis, so that there is zoneout.
    static func makeModel(rate: Double = 0.25) throws -> ModelConfiguration {
        let options = CellOptions { $0.zoneout = Zoneout(hidden: 0.25, cell: 0.5) }
        let layer = try LayerConfiguration(
            cell: .lstm, inputSize: 2, hiddenSize: 5, directions: ["+", "-"], options: options)
        return try ModelConfiguration(
            inputSize: 2, axes: 1,
            layers: [.recurrent(layer), .dropout(rate: rate), .dense(inputSize: 10, outputSize: 4)])
    }
}

@MainActor protocol TrainerPieces {}

extension TrainerPieces {
    func backend(_ side: Pieces.Side) throws -> any Backend<Double> {
        switch side {
        case .reference: ReferenceBackend<Double>()
        case .fused: try Backends.shared(.fused, Double.self)
        case .sweep: try Backends.shared(.sweep, Double.self)
        case .gemm: try Backends.shared(.gemm, Double.self)
        }
    }

    func makeTrainer(
        _ side: Pieces.Side, _ training: TrainingConfiguration = TrainingConfiguration(), weightDropout: Double = 0.25
    ) throws -> any Trainer<Double> {
        let model = try Pieces.makeModel()
        var training = training
        training.weightDropout = weightDropout
        return try backend(side).makeTrainer(
            model: model, parameters: model.initialParameters(seed: 2), training: training)
    }

    /// Four samples of eight sites, so that a mean over all numbers divides by a power of two.
    func makeBatch(samples: [[Int]]? = nil, labels: Bool = false) -> TrainingBatch<Double> {
        let input = Tensor<Double>.random([4, 8, 2], seed: 1)
        guard labels else {
            return TrainingBatch(input: input, target: .random([4, 8, 4], seed: 2), samples: samples)
        }
        let values = (0..<32).map { Int32($0 % 5 == 3 ? -1 : $0 % 4) }
        return TrainingBatch(input: input, labels: Tensor(shape: [4, 8], values: values), samples: samples)
    }
}

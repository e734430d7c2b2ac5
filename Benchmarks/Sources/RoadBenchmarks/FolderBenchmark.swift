import MDLSTM
import MDLSTMData
import MDLSTMOpenCL
import OpenCLRuntime

/// Training for one epoch on the pictures of a folder, decoded as they are needed, or on the same ones in memory.
struct FolderBenchmark {
    private let folder: String
    private let memory: MemoryDataSet<Float>
    private let trainer: any Trainer<Float>

    init(_ folder: String, device: Device) throws {
        self.folder = folder
        let data = try OpenedData(folder)
        let samples: any DataSet<Float> = data.samples(.training)
        memory = MemoryDataSet(try (0..<samples.count).map { try samples.sample(at: $0) })
        let features = data.shape.features
        var layers: [LayerDescription] = [
            .recurrent(
                try LayerConfiguration(
                    cell: .stable, inputSize: features, hiddenSize: 16, directions: Direction.all(axes: 2)))
        ]
        if data.shape.kind == .classify { layers.append(.pool(axes: nil, by: .mean)) }
        layers.append(.dense(inputSize: 64, outputSize: data.classes.count))
        let model = try ModelConfiguration(inputSize: features, axes: 2, layers: layers)
        trainer = try OpenCLBackend<Float>(device: device).makeTrainer(
            model: model, parameters: model.initialParameters(seed: 1),
            training: TrainingConfiguration(loss: .softmaxCrossEntropy, learningRate: LearningRateSchedule(0.001)))
        print("\(folder): \(memory.count) pictures")
    }

    /// Seconds of an epoch out of the folder, opened anew, and out of memory.
    func round(_ number: UInt64) throws -> (folder: Double, memory: Double) {
        let opened: any DataSet<Float> = try OpenedData(folder).samples(.training)
        return (try time(opened, seed: number), try time(memory, seed: number))
    }

    private func time(_ data: any DataSet<Float>, seed: UInt64) throws -> Double {
        let source = try DataSetBatches(data, size: .samples(8), seed: seed)
        let fit = try Fit(trainer, on: source, configuration: FitConfiguration(epochs: 1))
        let clock = ContinuousClock()
        let start = clock.now
        try fit.run()
        return (clock.now - start) / .seconds(1)
    }
}

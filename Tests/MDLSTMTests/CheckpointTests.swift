import MDLSTM
import Testing
import _TestSupport

/// Checkpoints: what is written comes back bit for bit, and what is not whole is refused.
struct CheckpointTests {
    private let folder: TemporaryFolder
    private let model: ModelConfiguration

    init() throws {
        folder = try TemporaryFolder()
        let layer = try LayerConfiguration(inputSize: 2, hiddenSize: 3, directions: [.forward(axes: 2)])
        model = try ModelConfiguration(
            inputSize: 2, axes: 2, layers: [.recurrent(layer), .dense(inputSize: 3, outputSize: 1)])
    }

    private func makeCheckpoint<T: Scalar>(_ type: T.Type = T.self) -> Checkpoint<T> {
        func tensors(_ stream: UInt32) -> ParameterTensors<T> {
            var tensors = ParameterTensors<T>()
            for (index, shape) in model.parameterShapes.enumerated() {
                tensors[shape.name] = Tensor.random(shape.shape, tensor: 10 * stream + UInt32(index))
            }
            return tensors
        }
        var history = ParameterTensors<Double>()
        history["reports"] = Tensor(shape: [2, 2], values: [0.1, .nan, .infinity, -0.0])
        return Checkpoint(
            model: model,
            state: TrainerState(parameters: tensors(1), moments: tensors(2), squares: tensors(3), stepsTaken: 17),
            dataPosition: 19, run: ["task": "test", "learningRate": 0.01], history: history)
    }

    private func roundTrip<T: Scalar>(_ type: T.Type) throws {
        let checkpoint: Checkpoint<T> = makeCheckpoint()
        let path = folder.file("a.safetensors")
        try checkpoint.write(to: path)
        let read = try Checkpoint<T>(contentsOf: path)
        #expect(read.model == model && read.state == checkpoint.state && read.dataPosition == 19)
        #expect(read.run == checkpoint.run)
        let values = try #require(read.history["reports"]).values
        #expect(values.map(\.bitPattern) == checkpoint.history["reports"]!.values.map(\.bitPattern))
        try read.write(to: folder.file("b.safetensors"))
        #expect(try readFile(path) == readFile(folder.file("b.safetensors")))
    }

    @Test func checkpointComesBackBitForBit() throws {
        try roundTrip(Float.self)
        try roundTrip(Double.self)
    }

    @Test func otherFilesAreRefused() throws {
        let path = folder.file("a.safetensors")
        try ModelFile(model: model, parameters: model.initialParameters(seed: 1, as: Float.self)).write(to: path)
        expectMDLSTMError(.data, ["a.safetensors", "no 'checkpoint'"]) { _ = try Checkpoint<Float>(contentsOf: path) }
        try makeCheckpoint(Float.self).write(to: path)
        expectMDLSTMError(.option, ["float32", "float64"]) { _ = try Checkpoint<Double>(contentsOf: path) }
        // A checkpoint is no model.
        expectMDLSTMError(.data, ["a.safetensors", "found a checkpoint", "--resume"]) {
            _ = try ModelFile<Float>(contentsOf: path)
        }
    }

    @Test(arguments: ModelSamples.rejected) func rejects(_ file: SampleFile) throws {
        let tensors = try TensorFile(parsing: file.bytes, name: "x.safetensors")
        expectMDLSTMError(.data, ["x.safetensors", file.reason]) {
            if tensors.metadata[checkpointKey] != nil {
                _ = try Checkpoint<Float>(tensors, path: "x.safetensors")
            } else {
                _ = try WeightFile<Float>(tensors)
            }
        }
    }

    @Test func damagedCheckpointsAreRefused() throws {
        let path = folder.file("a.safetensors")
        var checkpoint: Checkpoint<Float> = makeCheckpoint()
        let name = model.parameterShapes[0].name
        checkpoint.state.squares[name] = nil
        try checkpoint.write(to: path)
        expectMDLSTMError(.data, [name, "missing"]) { _ = try Checkpoint<Float>(contentsOf: path) }
        checkpoint = makeCheckpoint()
        checkpoint.state.moments[name]!.values[0] = .nan
        try checkpoint.write(to: path)
        expectMDLSTMError(.data, [name]) { _ = try Checkpoint<Float>(contentsOf: path) }
        try makeCheckpoint(Float.self).write(to: path)
        let bytes = try readFile(path)
        for count in [0, 7, 8, 100, bytes.count - 1] {
            try writeFile(Array(bytes[..<count]), to: path)
            expectMDLSTMError(.data, ["a.safetensors"]) { _ = try Checkpoint<Float>(contentsOf: path) }
        }
    }
}

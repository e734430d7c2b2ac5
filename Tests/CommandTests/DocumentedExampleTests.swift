import Foundation
import MDLSTM
import MDLSTMOpenCL
import Testing

/// The programs of the documentation, compiled and run.
@Suite struct DocumentedExampleTests {
    @Test func layer() throws {
        // begin README.md
        // A 2-D LSTM that reads images in all four directions, 16 hidden units each.
        let layer = try LayerConfiguration(
            cell: .graves, inputSize: 3, hiddenSize: 16, directions: Direction.all(axes: 2), peepholes: true)
        let parameters = layer.initialParameters(seed: 1, as: Float.self)

        let backend = try OpenCLBackend<Float>()  // the best device; or ReferenceBackend<Float>()
        var call = LayerCall(input: Tensor<Float>(repeating: 0.5, shape: [1, 32, 48, 3]))  // [B, E1, E2, I]
        call.outputGradient = Tensor(repeating: 1, shape: [1, 32, 48, 64])  // dL/dy, for the gradients
        let result = try backend.run(layer, parameters: parameters, call: call)

        print(result.output.shape)  // [1, 32, 48, 64]
        print(result.gradients!.parameters["weight_hh"]!.shape)  // [4, 2, 80, 16]
        // end README.md
        #expect(result.output.shape == [1, 32, 48, 64])
        #expect(result.gradients!.parameters["weight_hh"]!.shape == [4, 2, 80, 16])
    }

    @Test func ownTraining() throws {
        // begin Sources/MDLSTM/MDLSTM.docc/Articles/OwnTraining.md
        // 16 images of noise; wanted is the pixel to the left, which a model must carry along the row.
        let noise = RandomStream(seed: 1, tensor: 0, stream: RandomStreams.data)
        let input = Tensor<Float>(shape: [16, 8, 8, 1], values: noise.uniform(count: 1024, in: -1..<1))
        var wanted = Tensor<Float>(zeros: input.shape)
        for site in 1..<input.count where site % 8 > 0 { wanted.values[site] = input.values[site - 1] }
        let batch = TrainingBatch(input: input, target: wanted)

        let layer = try LayerConfiguration(cell: .stable, inputSize: 1, hiddenSize: 8, directions: ["++"])
        let model = try ModelConfiguration(
            inputSize: 1, axes: 2, layers: [.recurrent(layer), .dense(inputSize: 8, outputSize: 1)])
        let backend = try OpenCLBackend<Float>()
        let trainer = try backend.makeTrainer(
            model: model, parameters: model.initialParameters(seed: 1),
            training: TrainingConfiguration(clipping: .globalNorm(1), learningRate: LearningRateSchedule(0.01)))

        // A loss of your own: the sum of |y - t|, and its derivative by y.
        func absoluteError(_ y: Tensor<Float>, _ t: Tensor<Float>) -> (loss: Double, outputGradient: Tensor<Float>) {
            let differences = zip(y.values, t.values).map { $0 - $1 }
            let sum = differences.reduce(0) { $0 + abs($1) }
            return (Double(sum), Tensor(shape: y.shape, values: differences.map { $0 > 0 ? 1 : -1 }))
        }
        for _ in 1...200 {  // each step in two halves, whose gradients add up
            for half in [batch.part(0..<8), batch.part(8..<16)] {
                let y = try trainer.forward(half)
                try trainer.backward(outputGradient: absoluteError(y, half.target.values!).outputGradient)
            }
            try trainer.apply(scale: 1 / Double(wanted.count))
        }
        let report = try trainer.step(batch) { y in absoluteError(y, wanted) }  // the same at once
        let path = "/tmp/pixel-to-the-left.safetensors"
        try ModelFile(model: model, parameters: trainer.parameters()).write(to: path)

        let file = try ModelFile<Float>(contentsOf: path)
        let predictor = try backend.makeModel(file.model, parameters: file.parameters)
        let y = try predictor.predict(input)
        print(report.loss / Double(wanted.count), y)
        // end Sources/MDLSTM/MDLSTM.docc/Articles/OwnTraining.md
        #expect(y.shape == wanted.shape)
        // The mean of |t| is 0.44: what a model that gives zeros has.
        #expect(report.loss / 1024 < 0.1 && report.step == 201)
        try FileManager.default.removeItem(atPath: path)
    }

    /// Each page has the body of the test between its markers.
    @Test(arguments: ["README.md", "Sources/MDLSTM/MDLSTM.docc/Articles/OwnTraining.md"])
    func pageShowsItsExample(_ page: String) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let text = try String(contentsOf: folder.appending(path: "../../" + page), encoding: .utf8)
        let source = try String(contentsOf: URL(filePath: #filePath), encoding: .utf8)
        let body = try #require(source.components(separatedBy: "// begin \(page)\n").dropFirst().first)
            .components(separatedBy: "        // end \(page)")[0]
        let example = body.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix("        ") ? line.dropFirst(8) : line
        }.joined(separator: "\n")
        #expect(text.contains("```swift\nimport MDLSTM\nimport MDLSTMOpenCL\n\n\(example)```"))
    }
}

import Foundation
import MDLSTM
import MDLSTMOpenCL
import Testing

/// The example of README.md, compiled and run.
@Suite struct ReadmeExampleTests {
    @Test func exampleRuns() throws {
        // begin README
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
        // end README
        #expect(result.output.shape == [1, 32, 48, 64])
        #expect(result.gradients!.parameters["weight_hh"]!.shape == [4, 2, 80, 16])
    }

    @Test func readmeShowsThisExample() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let readme = try String(contentsOf: folder.appending(path: "../../README.md"), encoding: .utf8)
        let source = try String(contentsOf: URL(filePath: #filePath), encoding: .utf8)
        let body = try #require(source.components(separatedBy: "// begin README\n").dropFirst().first)
            .components(separatedBy: "        // end README")[0]
        let example = body.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix("        ") ? line.dropFirst(8) : line
        }.joined(separator: "\n")
        #expect(readme.contains("```swift\nimport MDLSTM\nimport MDLSTMOpenCL\n\n\(example)```"))
    }
}

import MDLSTM
import Testing
import _TestSupport

/// Files of densities.
struct DensityFileTests {
    private let folder: TemporaryFolder
    private let path: String
    private let density: DensityFile<Float>

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("model.safetensors")
        let model = try DensityModelTests.Form(border: .pad, layers: 1).model()
        var task = model.options.members
        task["kind"] = "density"
        density = DensityFile(
            model: model, whitening: try DensityModelTests.whitening(DensityModelTests.picture(), model),
            parameters: DensityModelTests.parameters(model.network).converted(to: Float.self), seed: 11,
            members: ["task": .object(task), "training": ["batch": 3]])
        try density.write(to: path)
    }

    @Test func comesBackTheSame() throws {
        let read = try DensityFile<Float>(contentsOf: path)
        #expect(read.model == density.model && read.whitening == density.whitening)
        #expect(read.parameters == density.parameters && read.seed == 11 && read.members == density.members)
        let tensors = try TensorFile(contentsOf: path)
        #expect(tensors["layers.0.weight_ih"]?.type == .float32 && tensors["head.means"]?.shape == [3, 1])
        #expect(tensors["whitening.predictor"]?.type == .float64 && tensors["whitening.predictor"]?.shape == [1, 4])
    }

    @Test(arguments: [
        ("head.priors", "[3, 2]"), ("layers.0.bias", "[1, 25]"), ("whitening.output_mean", "[1]"),
    ])
    func missingTensorsAreNamed(_ name: String, _ shape: String) throws {
        #expect(
            try refusal(ofDensity: path, without: name).contains("tensor '\(name)' is missing; expected shape \(shape)")
        )
    }

    @Test(arguments: ["layers.1.priors", "1.priors", "priors"])
    func othersAreNoTensorsOfTheHead(_ name: String) throws {
        #expect(
            try refusal(ofDensity: path, without: "head.priors", renamed: name).contains("'head.priors' is missing"))
    }

    @Test func otherFilesAreRefused() throws {
        var file = TensorFile()
        file.append("head.priors", Tensor<Float>(zeros: [3, 2]))
        try file.write(to: path)
        let error = #expect(throws: MDLSTMError.self) { try DensityFile<Float>(contentsOf: path) }
        #expect(error?.message.contains("expected a density of pictures") == true)
    }
}

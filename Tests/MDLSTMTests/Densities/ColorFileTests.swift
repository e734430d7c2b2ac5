import MDLSTM
import Testing
import _TestSupport

/// Files of densities of colours.
struct ColorFileTests {
    private let folder: TemporaryFolder
    private let path: String
    private let density: DensityFile<Float>

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("model.safetensors")
        let planes = try [DensityPlane.luma, .chroma].map { plane in
            let model = try ColorDensityTests.Form(border: .pad, layers: 2).model(plane)
            return PlaneDensity(
                model, try DensityModelTests.whitening(ColorDensityTests.picture(), model),
                parameters: ColorDensityTests.parameters(model).converted(to: Float.self))
        }
        var task = planes[0].model.options.members
        task["kind"] = "density"
        density = DensityFile(planes, seed: 11, members: ["task": .object(task), "training": ["batch": 3]])
        try density.write(to: path)
    }

    @Test func comesBackTheSame() throws {
        let read = try DensityFile<Float>(contentsOf: path)
        #expect(read.planes == density.planes && read.seed == 11 && read.members == density.members)
        #expect(read.planes.map(\.model.plane) == [.luma, .chroma] && read.options.color == .ycc)
        let tensors = try TensorFile(contentsOf: path)
        #expect(tensors["luma.head.means"]?.shape == [3, 1] && tensors["chroma.head.means"]?.shape == [3, 2])
        #expect(tensors["chroma.head.cholesky"]?.shape == [3, 2, 2])
        #expect(tensors["luma.layers.0.weight_ih"]?.shape == [1, 25, 8])
        #expect(tensors["chroma.layers.0.weight_ih"]?.shape == [1, 25, 8 + 9 + 8])
        #expect(tensors["chroma.whitening.predictor"]?.type == .float64)
        #expect(tensors["chroma.whitening.predictor"]?.shape == [2, 17])
    }

    @Test func oneNetworkMayBeAlone() throws {
        for plane in density.planes {
            try DensityFile([plane], seed: 11, members: density.members).write(to: path)
            #expect(try DensityFile<Float>(contentsOf: path).planes == [plane])
        }
    }

    @Test(arguments: [
        ("chroma.head.priors", "[3, 2]"), ("luma.layers.1.bias", "[1, 25]"), ("chroma.whitening.output_mean", "[2]"),
    ])
    func missingTensorsAreNamed(_ name: String, _ shape: String) throws {
        let message = try refusal(ofDensity: path, without: name)
        #expect(message.contains("tensor '\(name)' is missing; expected shape \(shape)"), "\(message)")
    }

    @Test(arguments: ["head.priors", "gray.head.priors", "chroma.priors"])
    func otherNamesAreRefused(_ name: String) throws {
        let message = try refusal(ofDensity: path, without: "chroma.head.priors", renamed: name)
        #expect(message.contains(name == "chroma.priors" ? "'chroma.head.priors' is missing" : "'\(name)'"))
    }
}

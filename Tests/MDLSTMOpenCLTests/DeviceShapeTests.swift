import MDLSTM
import MDLSTMOpenCL
import OpenCLRuntime
import Testing

/// The shapes kernels take on devices that are not at hand: other vector widths, tiles and work-group sizes.
@Suite struct DeviceShapeTests {
    struct Shape: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let traits: DeviceTraits
    }

    static let shapes = [
        Shape(
            testDescription: "GPU, groups of 64",
            traits: DeviceTraits(isProcessor: false, computeUnits: 32, group: 64, floatWidth: 4, doubleWidth: 2)),
        Shape(
            testDescription: "GPU, groups of 8",
            traits: DeviceTraits(isProcessor: false, computeUnits: 4, group: 8, floatWidth: 4, doubleWidth: 2)),
        Shape(
            testDescription: "processor with 8 lanes",
            traits: DeviceTraits(isProcessor: true, computeUnits: 8, group: 64, floatWidth: 8, doubleWidth: 4)),
        Shape(
            testDescription: "processor with 4 lanes",
            traits: DeviceTraits(isProcessor: true, computeUnits: 3, group: 64, floatWidth: 4, doubleWidth: 2)),
    ]

    /// The ragged and large cases of plain layers, and one of every form of row.
    private static var layers: [LayerCase] {
        let plain = LayerCase.all.filter { layer in
            let options = layer.configuration.options
            return options == CellOptions { $0.peepholes = options.peepholes }
                && [.graves, .lstm].contains(layer.configuration.cell) && (!layer.small || layer.samples != nil)
        }
        let names = Set(plain.map(\.name))
        return plain + LayerCase.oneOfEachForm.filter { !names.contains($0.name) }
    }

    @Test(arguments: shapes, [ComputePath.fused, .sweep])
    func layersAgreeWithTheReference(_ shape: Shape, _ path: ComputePath) throws {
        let library = KernelLibrary(context: try Context(device: try Device.select(nil)), traits: shape.traits)
        let backend = OpenCLBackend<Float>(library: library, path: path)
        let tolerance = ParityTolerance(.float32)
        for layer in Self.layers {
            let errors = try backend.errors(of: layer)
            #expect(errors.forward <= tolerance.forward && errors.backward <= tolerance.backward, "\(layer) \(errors)")
        }
    }

    @Test(arguments: shapes) func operationsAgreeWithTheReference(_ shape: Shape) throws {
        let library = KernelLibrary(context: try Context(device: try Device.select(nil)), traits: shape.traits)
        let backend = OpenCLBackend<Float>(library: library, path: .auto)
        let tolerance = ParityTolerance(.float32)
        for model in ModelCase.all {
            let errors = try backend.errors(of: model)
            #expect(errors.forward <= tolerance.forward && errors.backward <= tolerance.backward, "\(model) \(errors)")
        }
    }
}

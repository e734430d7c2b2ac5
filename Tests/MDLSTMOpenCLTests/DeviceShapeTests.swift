import MDLSTM
import MDLSTMOpenCL
import OpenCLRuntime
import Testing

/// The shapes kernels take on devices that are not at hand: other vector widths, tiles and work-group sizes.
@Suite struct DeviceShapeTests {
    struct Shape: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let traits: DeviceTraits

        /// Each takes one, since compiling them all takes long.
        var path = ComputePath.fused
    }

    static let shapes = [
        Shape(
            testDescription: "GPU, groups of 64",
            traits: DeviceTraits(isProcessor: false, computeUnits: 32, group: 64, floatWidth: 4, doubleWidth: 2)),
        Shape(
            testDescription: "GPU, groups of 8",
            traits: DeviceTraits(
                isProcessor: false, computeUnits: 4, group: 8, floatWidth: 4, doubleWidth: 2, sharedGroup: 64)),
        Shape(
            testDescription: "processor with 8 lanes",
            traits: DeviceTraits(isProcessor: true, computeUnits: 8, group: 64, floatWidth: 8, doubleWidth: 4)),
        Shape(
            testDescription: "processor with 4 lanes",
            traits: DeviceTraits(isProcessor: true, computeUnits: 3, group: 64, floatWidth: 4, doubleWidth: 2),
            path: .sweep),
    ]

    /// The smallest layer of every form of row, in a layer norm those of one cell: the equations of the others are the same files.
    private static let forms = LayerCase.tinyOfEachForm.filter {
        $0.configuration.options.layerNorm == .none || $0.configuration.cell == .graves
    }

    /// The ragged and large cases of plain layers, or one of every form: each shape takes a part. Kernels for a GPU take long to compile for a processor.
    private static func layers(_ shape: Shape) -> [LayerCase] {
        let plain = LayerCase.all.filter { layer in
            let options = layer.configuration.options
            return options == CellOptions { $0.peepholes = options.peepholes }
                && [.graves, .lstm].contains(layer.configuration.cell) && (!layer.small || layer.samples != nil)
        }
        if shape.traits.isProcessor { return shape.path == .fused ? plain : forms }
        return shape.traits.elementGroup == 64 ? Array(plain.filter { !$0.small }.prefix(6)) : forms
    }

    /// Tiles in local memory, of which small groups take other forms.
    @Test(arguments: [ComputePath.tiles, .chain])
    func layersOfEachFormAgreeInSharedTiles(_ path: ComputePath) throws {
        let library = KernelLibrary(context: try Context(device: try Device.select(nil)), traits: Self.shapes[1].traits)
        let backend = OpenCLBackend<Float>(library: library, path: path)
        let tolerance = ParityTolerance(.float32)
        // What a chain waits for is the same in every form; in a layer norm it is none.
        let layers = Self.forms.filter { layer in
            path == .tiles || layer.configuration.options.layerNorm == .none && (!layer.small || layer.samples != nil)
        }
        for layer in layers {
            let errors = try backend.errors(of: layer)
            #expect(errors.forward <= tolerance.forward && errors.backward <= tolerance.backward, "\(layer) \(errors)")
        }
    }

    @Test(arguments: shapes)
    func layersAgreeWithTheReference(_ shape: Shape) throws {
        let library = KernelLibrary(context: try Context(device: try Device.select(nil)), traits: shape.traits)
        let backend = OpenCLBackend<Float>(library: library, path: shape.path)
        let tolerance = ParityTolerance(.float32)
        for layer in Self.layers(shape) {
            let errors = try backend.errors(of: layer)
            #expect(errors.forward <= tolerance.forward && errors.backward <= tolerance.backward, "\(layer) \(errors)")
        }
    }

    @Test(arguments: shapes) func operationsAgreeWithTheReference(_ shape: Shape) throws {
        let library = KernelLibrary(context: try Context(device: try Device.select(nil)), traits: shape.traits)
        let backend = OpenCLBackend<Float>(library: library, path: .auto)
        let tolerance = ParityTolerance(.float32)
        let models =
            shape.traits.isProcessor && shape.path == .fused ? ModelCase.all : ModelCase.tiny + ModelCase.largeSums
        for model in models {
            let errors = try backend.errors(of: model)
            #expect(errors.forward <= tolerance.forward && errors.backward <= tolerance.backward, "\(model) \(errors)")
        }
    }
}

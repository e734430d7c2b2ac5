import MDLSTM
import OpenCLRuntime

/// A dense layer at every site of a grid on the device.
final class Dense<Element: Scalar> {
    let inputSize: Int, outputSize: Int, sites: Int
    let library: KernelLibrary

    /// `[sites, O]`
    let output: Buffer<Element>

    /// Offsets of `weight` and `bias` among all parameters.
    private let weight: Int, bias: Int

    /// Lanes of the outputs' vectors; they divide O, since rows of the output are not padded.
    private let width: Int
    private let packed: Buffer<Element>
    private let identity: Buffer<Int32>
    private let one: Buffer<Element>
    private let size: ChunkSize
    private let partial: Buffer<Element>

    init(
        inputSize: Int, outputSize: Int, sites: Int, weight: Int, bias: Int, library: KernelLibrary
    ) throws {
        self.inputSize = inputSize
        self.outputSize = outputSize
        self.sites = sites
        self.library = library
        self.weight = weight
        self.bias = bias
        width = library.traits.vectorWidth(dividing: outputSize, Element.precision)
        size = ChunkSize(rows: sites, sums: outputSize * (inputSize + 1))
        let context = library.context
        output = try context.makeBuffer(of: Element.self, count: sites * outputSize)
        packed = try context.makeBuffer(of: Element.self, count: outputSize * (inputSize + 1))
        identity = try context.makeBuffer(copying: (0..<sites).map { Int32($0) })
        one = try context.makeBuffer(copying: [1])
        partial = try context.makeBuffer(of: Element.self, count: size.chunks * (inputSize + 1) * outputSize)
    }

    /// Sites a work-item of dense_forward computes side by side.
    private static var rows: Int { 8 }

    private func kernel(
        _ name: String, helpers: [String] = ["layout"], group: Int? = nil, lanes: Int? = nil,
        _ more: KernelConstants = [:]
    ) throws -> CompiledKernel {
        let constants: KernelConstants = [
            "DOUBLE": Element.precision == .float64 ? 1 : 0, "V": lanes ?? width, "AXES": 0, "GATES": 1,
        ]
        return try library.kernel(
            KernelVariant(
                name: name, helpers: helpers, constants: constants.adding(more),
                workGroupSize: group ?? library.traits.tileGroup))
    }

    func forward(x: Buffer<Element>, parameters: Buffer<Element>) throws {
        try kernel("pack_forward", helpers: ["layout", "weight_layout"], group: library.traits.elementGroup).launch(
            items: outputSize / width * (inputSize + 1),
            [
                .int(1), .int(inputSize), .int(outputSize), .int(outputSize), .int(width), .int(weight), .int(0),
                .int(0), .int(bias), .int(0), .buffer(parameters), .buffer(packed),
            ])
        try kernel("dense_forward", ["ROWS": Self.rows]).launch(
            items: outputSize / width * ((sites + Self.rows - 1) / Self.rows),
            [.int(sites), .int(inputSize), .int(outputSize), .buffer(x), .buffer(packed), .buffer(output)])
    }

    /// Gradients by weight and bias.
    func weightGradients(x: Buffer<Element>, dy: Buffer<Element>, into gradients: Buffer<Element>) throws {
        let depth = library.traits.rows(sums: 1)
        let tiles = (inputSize + depth - 1) / depth + 1
        try kernel("weight_gradient", ["DEPTH": depth]).launch(
            items: outputSize / width * tiles * size.chunks,
            [
                .int(sites), .int(size.rowsPerChunk), .int(size.chunks), .int(inputSize), .int(outputSize),
                .buffer(identity), .buffer(identity), .buffer(identity), .buffer(x), .buffer(x), .buffer(one),
                .buffer(dy), .buffer(partial),
            ])
        try kernel("unpack_gradient", helpers: ["layout", "weight_layout"], group: library.traits.elementGroup).launch(
            items: inputSize + 1,
            [
                .int(1), .int(size.chunks), .int(inputSize), .int(outputSize), .int(outputSize), .int(weight),
                .int(0), .int(0), .int(bias), .int(0), .buffer(partial), .buffer(gradients),
            ])
    }

    /// dL/dx, `[sites, I]`.
    func inputGradient(dy: Buffer<Element>, parameters: Buffer<Element>, into dx: Buffer<Element>) throws {
        let lanes = library.traits.vectorWidth(dividing: inputSize, Element.precision)
        try library.inputGradient(
            kernel: kernel("input_gradient", lanes: lanes, ["ROWS": InputGradientTile.rows]), lanes: lanes,
            sites: sites, sets: 1, inputSize: inputSize, hiddenSize: outputSize, padded: outputSize, zeroRow: 0,
            weightOffset: weight, rowsOfSites: identity, parameters: parameters, gates: dy, into: dx)
    }
}

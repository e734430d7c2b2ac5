import MDLSTM
import OpenCLRuntime

/// Pools the sites of every output: those along some axes, or those of a window.
final class PoolStage<Element: Scalar>: ModelStage {
    private let library: KernelLibrary
    private let features: Int, lanes: Int
    private let constants: KernelConstants

    /// The tables of ``PoolTable``.
    private let starts: Buffer<Int32>, sites: Buffer<Int32>, outputs: Buffer<Int32>
    private let output: Buffer<Element>

    /// The site of each largest value; of other functions not used.
    private let chosen: Buffer<Int32>

    init(_ table: PoolTable, by function: PoolFunction, _ maker: StageMaker<Element>) throws {
        library = maker.library
        features = maker.features
        lanes = library.traits.vectorWidth(dividing: features, Element.precision)
        constants = ["POOL": function.kernelNumber]
        let context = library.context
        starts = try context.makeBuffer(copying: table.starts)
        // A buffer is never empty; batches of samples without sites have no entry.
        sites = try context.makeBuffer(copying: table.sites.isEmpty ? [0] : table.sites)
        outputs = try context.makeBuffer(copying: table.outputs)
        output = try maker.makeBuffer(table.outputGrid, features: features)
        chosen = try context.makeBuffer(of: Int32.self, count: function == .max ? output.count : 1)
    }

    func forward(
        _ x: Buffer<Element>, parameters: Buffer<Element>, training: Bool, noise: NoiseKey?
    ) throws -> Buffer<Element> {
        try launch(
            "pool_forward", of: output.count,
            [.buffer(starts), .buffer(sites), .buffer(x), .buffer(output), .buffer(chosen)])
        return output
    }

    func backward(_ pass: StageBackward<Element>) throws {
        guard let dx = pass.dx else { return }
        try launch(
            "pool_backward", of: outputs.count * features,
            [.buffer(starts), .buffer(sites), .buffer(outputs), .buffer(chosen), .buffer(pass.dy), .buffer(dx)])
    }

    /// Launches a kernel whose work-items compute `values` values.
    private func launch(_ name: String, of values: Int, _ arguments: [KernelArgument]) throws {
        let items = values / lanes
        try library.elementKernel(name, Element.self, helpers: ["pool"], lanes: lanes, constants).launch(
            items: items, [.int(items), .int(features)] + arguments)
    }
}

extension PoolFunction {
    /// Its number in `pool_forward.cl`.
    fileprivate var kernelNumber: Int {
        switch self {
        case .sum: 0
        case .mean: 1
        case .max: 2
        case .last: 3
        }
    }
}

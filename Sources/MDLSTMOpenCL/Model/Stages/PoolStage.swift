import MDLSTM
import OpenCLRuntime

/// Pools the sites of every output: those along some axes, or those of a window.
final class PoolStage<Element: Scalar>: ModelStage {
    private let library: KernelLibrary
    private let features: Int
    private let constants: KernelConstants

    /// The tables of ``PoolTable``.
    private let starts: Buffer<Int32>, sites: Buffer<Int32>, outputs: Buffer<Int32>
    private let output: Buffer<Element>

    /// The site of each largest value; of other functions not used.
    private let chosen: Buffer<Int32>

    init(_ table: PoolTable, by function: PoolFunction, _ maker: StageMaker<Element>) throws {
        library = maker.library
        features = maker.features
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
        try library.elementKernel("pool_forward", Element.self, lanes: 1, constants).launch(
            items: output.count,
            [
                .int(output.count), .int(features), .buffer(starts), .buffer(sites), .buffer(x), .buffer(output),
                .buffer(chosen),
            ])
        return output
    }

    func backward(_ pass: StageBackward<Element>) throws {
        guard let dx = pass.dx else { return }
        let count = outputs.count * features
        try library.elementKernel("pool_backward", Element.self, lanes: 1, constants).launch(
            items: count,
            [
                .int(count), .int(features), .buffer(starts), .buffer(sites), .buffer(outputs), .buffer(chosen),
                .buffer(pass.dy), .buffer(dx),
            ])
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

import MDLSTM
import OpenCLRuntime

/// One launch for all wavefronts, a work-group for each tile of each: `tile_chain.cl`.
///
/// Layers with a layer norm take ``TilesWay``: their rows have to be finished between the wavefronts.
final class ChainWay<Element: Scalar>: SharedTilesWay {
    /// The chains of the two passes, made on first use.
    private var forwardChain: Chain<Element>?, backwardChain: Chain<Element>?

    func forward(_ layer: Recurrent<Element>, x: Buffer<Element>) throws {
        let (shape, cell) = (layer.shape, layer.cell)
        if cell.inputSize > 0 { try multiplyInput(layer, x: x) }
        let chain =
            try forwardChain
            ?? Chain(layer, choices: layer.forwardTiles(), isBackward: false) { try self.forwardKernel(layer, $0) }
        forwardChain = chain
        try chain.launch(
            layer,
            [.int(cell.inputSize), .int(shape.padded), .buffer(layer.weights.forward)] + (try layer.forwardState()))
    }

    func backward(_ layer: Recurrent<Element>, target: [KernelArgument]) throws {
        let chain =
            try backwardChain
            ?? Chain(layer, choices: layer.backwardTiles(), isBackward: true) {
                try self.backwardKernel(layer, $0)
            }
        backwardChain = chain
        try chain.launch(layer, target + [.buffer(layer.weights.backward)] + (try layer.backwardState()))
    }
}

/// The steps of one pass and the kernel that takes them.
private struct Chain<Element: Scalar> {
    private let kernel: CompiledKernel
    private let stepCount: Int, tickets: Int

    /// As in `tile_chain.cl`.
    private let steps: Buffer<Int32>, progress: Buffer<Int32>

    init(
        _ layer: Recurrent<Element>, choices: [SharedTile], isBackward: Bool,
        compile: (KernelConstants) throws -> CompiledKernel
    ) throws {
        let (schedule, cell, traits) = (layer.schedule.host, layer.cell, layer.library.traits)
        let order = (0..<schedule.wavefrontCount).flatMap { d in cell.phases.map { (d: d, phase: $0) } }
        func groups(_ d: Int, _ phase: Range<Int>, _ tile: SharedTile) -> Int {
            let rows = schedule.rowsPerSet(wavefront: d)
            return layer.directions * phase.count * tile.count(rows: rows, padded: layer.padded)
        }
        // The largest tiles of which half of the steps have enough.
        let enough = traits.fillingGroups
        let tile =
            choices.first { tile in
                2 * order.count { groups($0.d, $0.phase, tile) >= enough } >= order.count
            } ?? choices.last!
        var numbers: [Int32] = [], tickets = 0
        for (d, phase) in isBackward ? order.reversed() : order {
            numbers += [
                tickets, schedule.wavefronts[d], schedule.rowsPerSet(wavefront: d), schedule.firstSet(wavefront: d),
                phase.lowerBound,
            ].map { Int32($0) }
            tickets += groups(d, phase, tile)
        }
        self.tickets = tickets
        stepCount = order.count
        steps = try layer.library.context.makeBuffer(copying: numbers + [Int32(tickets), 0, 0, 0, 0])
        progress = try layer.library.context.makeBuffer(of: Int32.self, count: 1 + order.count)
        kernel = try compile(tile.constants.adding(["CHAINED": 1]))
    }

    /// Enqueues all steps; `arguments` are those after the steps.
    func launch(_ layer: Recurrent<Element>, _ arguments: [KernelArgument]) throws {
        try progress.fill(with: 0, in: 0..<progress.count)
        try kernel.launch(
            items: tickets * layer.library.traits.sharedGroup,
            [.int(stepCount), .int(layer.directions), .buffer(steps), .buffer(progress)] + arguments)
    }
}

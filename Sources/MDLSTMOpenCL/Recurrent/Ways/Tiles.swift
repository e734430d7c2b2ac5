import MDLSTM
import OpenCLRuntime

/// One launch for each wavefront, a work-group for each tile of rows and units, which it computes through local memory.
struct TilesWay<Element: Scalar>: SharedTilesWay {
    func forward(_ layer: Recurrent<Element>, x: Buffer<Element>) throws {
        let (shape, cell) = (layer.shape, layer.cell)
        if cell.inputSize > 0 { try multiplyInput(layer, x: x) }
        let state = try layer.forwardState()
        let finish = try finish(layer, "norm_forward", files: shape.program.forwardFiles, state: state)
        let tiles = try TileKernels(layer, choices: layer.forwardTiles()) { try forwardKernel(layer, $0) }
        let schedule = layer.schedule.host
        for d in 0..<schedule.wavefrontCount {
            for phase in cell.phases {
                try tiles.launch(
                    d, phase,
                    [.int(cell.inputSize), .int(shape.padded), .buffer(layer.weights.forward)] + state)
            }
            try finish?(d)
        }
    }

    func backward(_ layer: Recurrent<Element>, target: [KernelArgument]) throws {
        let (shape, cell) = (layer.shape, layer.cell)
        let state = try layer.backwardState()
        let finish = try finish(layer, "norm_backward", files: shape.program.backwardFiles, state: state)
        let tiles = try TileKernels(layer, choices: layer.backwardTiles()) { try backwardKernel(layer, $0) }
        for d in (0..<layer.schedule.host.wavefrontCount).reversed() {
            for phase in cell.phases.reversed() {
                try tiles.launch(d, phase, target + [.buffer(layer.weights.backward)] + state)
            }
            try finish?(d)
        }
    }
}

/// The kernels of one pass, of which each wavefront takes the one with the largest tiles that fill the device.
private struct TileKernels<Element: Scalar> {
    private let layer: Recurrent<Element>
    private let tiles: [SharedTile]
    private let kernels: [CompiledKernel]

    /// Groups that fill the device.
    private let enough: Int

    init(
        _ layer: Recurrent<Element>, choices: [SharedTile], compile: (KernelConstants) throws -> CompiledKernel
    ) throws {
        self.layer = layer
        let lowest = choices.last!
        enough = layer.library.traits.fillingGroups
        // Those that some wavefront takes.
        let schedule = layer.schedule.host
        let most = (0..<schedule.wavefrontCount).map { schedule.rowsPerSet(wavefront: $0) }.max() ?? 0
        let positions = layer.directions * layer.cell.phases.map(\.count).max()!
        let (enough, padded) = (enough, layer.padded)
        tiles = choices.filter { $0 == lowest || $0.count(rows: most, padded: padded) * positions >= enough }
        kernels = try tiles.map { try compile($0.constants) }
    }

    /// Launches the positions of one phase of wavefront `d`; `arguments` are those after the first four.
    func launch(_ d: Int, _ phase: Range<Int>, _ arguments: [KernelArgument]) throws {
        let schedule = layer.schedule.host
        let rows = schedule.rowsPerSet(wavefront: d)
        func groups(_ tile: SharedTile) -> Int { phase.count * tile.count(rows: rows, padded: layer.padded) }
        let index = tiles.firstIndex { groups($0) * layer.directions >= enough } ?? tiles.count - 1
        try kernels[index].launch(
            items: groups(tiles[index]) * layer.library.traits.sharedGroup, sets: layer.directions,
            [
                .int(schedule.wavefronts[d]), .int(rows), .int(schedule.firstSet(wavefront: d)),
                .int(phase.lowerBound),
            ] + arguments)
    }
}

import MDLSTM
import OpenCLRuntime

/// One launch for each wavefront, a work-group for each tile of rows and units, which it computes through local memory.
struct TilesWay<Element: Scalar>: SharedTilesWay {
    func forward(_ layer: Recurrent<Element>, x: Buffer<Element>) throws {
        let (shape, cell) = (layer.shape, layer.cell)
        if cell.inputSize > 0 { try multiplyInput(layer, x: x) }
        let state = try layer.forwardState()
        let finish = try finish(layer, "norm_forward", files: shape.program.forwardFiles, state: state)
        var tiles = try TileKernels(
            layer, choices: layer.forwardTiles(),
            arguments: [.int(cell.inputSize), .int(shape.padded), .buffer(layer.weights.forward)] + state
        ) { try forwardKernel(layer, $0) }
        let phases = cell.phases
        for d in 0..<layer.schedule.host.wavefrontCount {
            for phase in phases { try tiles.launch(d, phase) }
            try finish?(d)
        }
    }

    func backward(_ layer: Recurrent<Element>, target: [KernelArgument]) throws {
        let (shape, cell) = (layer.shape, layer.cell)
        let state = try layer.backwardState()
        let finish = try finish(layer, "norm_backward", files: shape.program.backwardFiles, state: state)
        var tiles = try TileKernels(
            layer, choices: layer.backwardTiles(), arguments: target + [.buffer(layer.weights.backward)] + state
        ) { try backwardKernel(layer, $0) }
        let phases = cell.phases
        for d in (0..<layer.schedule.host.wavefrontCount).reversed() {
            for phase in phases.reversed() { try tiles.launch(d, phase) }
            try finish?(d)
        }
    }
}

/// The kernels of one pass, of which each wavefront takes the one with the largest tiles that fill the device.
private struct TileKernels<Element: Scalar> {
    private let schedule: Schedule
    private let tiles: [SharedTile]
    private let kernels: [CompiledKernel]
    private let padded: Int, directions: Int

    /// Groups that fill the device, and work-items of one.
    private let enough: Int, group: Int

    /// Of every launch; the first four are those of its wavefront. Kept, since to retain twenty buffers anew takes as long
    /// as a launch.
    private var arguments: [KernelArgument]

    /// - Parameter arguments: those after the first four
    init(
        _ layer: Recurrent<Element>, choices: [SharedTile], arguments: [KernelArgument],
        compile: (KernelConstants) throws -> CompiledKernel
    ) throws {
        self.arguments = Array(repeating: .int(0), count: 4) + arguments
        let schedule = layer.schedule.host
        self.schedule = schedule
        (padded, directions) = (layer.padded, layer.directions)
        let lowest = choices.last!
        (enough, group) = (layer.library.traits.fillingGroups, layer.library.traits.sharedGroup)
        // Those that some wavefront takes.
        let most = (0..<schedule.wavefrontCount).map { schedule.rowsPerSet(wavefront: $0) }.max() ?? 0
        let positions = layer.directions * layer.cell.phases.map(\.count).max()!
        let (enough, padded) = (enough, layer.padded)
        tiles = choices.filter { $0 == lowest || $0.count(rows: most, padded: padded) * positions >= enough }
        kernels = try tiles.map { try compile($0.constants) }
    }

    /// Launches the positions of one phase of wavefront `d`.
    mutating func launch(_ d: Int, _ phase: Range<Int>) throws {
        let rows = schedule.rowsPerSet(wavefront: d)
        func groups(_ tile: SharedTile) -> Int { phase.count * tile.count(rows: rows, padded: padded) }
        let index = tiles.firstIndex { groups($0) * directions >= enough } ?? tiles.count - 1
        arguments[0] = .int(schedule.wavefronts[d])
        arguments[1] = .int(rows)
        arguments[2] = .int(schedule.firstSet(wavefront: d))
        arguments[3] = .int(phase.lowerBound)
        try kernels[index].launch(items: groups(tiles[index]) * group, sets: directions, arguments)
    }
}

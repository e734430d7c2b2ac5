package import MDLSTM
package import OpenCLRuntime

/// One recurrent layer over one schedule on the device: its states and work space, and the operations on them.
///
/// The hidden size H is padded to HP, a multiple of the vector width, in everything that stays on the device.
package final class Recurrent<Element: Scalar> {
    package let configuration: LayerConfiguration
    let schedule: DeviceSchedule
    let library: KernelLibrary

    /// The way through the wavefronts, never `auto`.
    let path: ComputePath
    let training: Bool

    /// Lanes of the hidden units' vectors, and H padded to a multiple of them.
    let width: Int
    let padded: Int

    /// `[R + 1 + Q, HP]`
    let h: Buffer<Element>, c: Buffer<Element>

    /// Gates of the forward pass, then their gradients, `[R + 1, G, HP]`; what each row hands to its predecessors'
    /// cell states, `[R + 1, N, HP]`. Row R of both stays zero. One element each unless training.
    let gates: Buffer<Element>, handed: Buffer<Element>

    /// Weights as the kernels read them: see pack_forward.cl and pack_backward.cl.
    let packedForward: Buffer<Element>, packedBackward: Buffer<Element>

    /// `[S, N + 2, HP]`; one element without peepholes.
    let peepholes: Buffer<Element>

    var gemmScratch: GemmScratch<Element>?
    var gradientScratch: GradientScratch<Element>?
    private var outputBuffer: Buffer<Element>?

    package init(
        _ configuration: LayerConfiguration, schedule: DeviceSchedule, library: KernelLibrary, path: ComputePath,
        training: Bool
    ) throws {
        self.configuration = configuration
        self.schedule = schedule
        self.library = library
        self.path = path.resolved(for: schedule.host, traits: library.traits)
        self.training = training
        width = library.traits.vectorWidth(padding: configuration.hiddenSize, Element.precision)
        padded = (configuration.hiddenSize + width - 1) / width * width

        let (S, N, G) = (configuration.setCount, configuration.axes, configuration.gates.count)
        let rows = schedule.host.rowCount
        let zeros = { [context = library.context] (count: Int) throws in
            let buffer = try context.makeBuffer(of: Element.self, count: count)
            try buffer.fill(with: 0)
            return buffer
        }
        h = try library.context.makeBuffer(of: Element.self, count: schedule.host.stateRowCount * padded)
        c = try library.context.makeBuffer(of: Element.self, count: schedule.host.stateRowCount * padded)
        gates = try library.context.makeBuffer(of: Element.self, count: training ? (rows + 1) * G * padded : 1)
        handed = try library.context.makeBuffer(of: Element.self, count: training ? (rows + 1) * N * padded : 1)
        packedForward = try library.context.makeBuffer(
            of: Element.self, count: S * G * padded * (configuration.inputSize + N * padded + 1))
        packedBackward = try library.context.makeBuffer(
            of: Element.self, count: training ? S * N * G * padded * padded : 1)
        peepholes = try zeros(configuration.options.peepholes ? S * configuration.peepholeVectors.count * padded : 1)
        try clearZeroRows()
    }

    /// The rows that stand for what is outside the grid are zero; nothing else writes them.
    private func clearZeroRows() throws {
        let rows = schedule.host.rowCount
        try h.fill(with: 0, in: (rows * padded)..<h.count)
        try c.fill(with: 0, in: (rows * padded)..<c.count)
        guard training else { return }
        try gates.fill(with: 0, in: (rows * configuration.gates.count * padded)..<gates.count)
        try handed.fill(with: 0, in: (rows * configuration.axes * padded)..<handed.count)
    }

    /// Rows of the product's left operand: K = I + N * HP + 1.
    var depth: Int { configuration.inputSize + configuration.axes * padded + 1 }

    /// Columns of a block of packed weights: one vector for the kernels of `fused` and `sweep`, all of HP for the batched product.
    var packWidth: Int { path == .gemm ? padded : width }

    /// Constants every kernel of the layer is compiled with.
    func constants(lanes: Int? = nil, _ more: KernelConstants = [:]) -> KernelConstants {
        let N = configuration.axes
        let own: KernelConstants = [
            "DOUBLE": Element.precision == .float64 ? 1 : 0, "V": lanes ?? width, "AXES": N,
            "GATES": configuration.gates.count,
            "GATE_I": configuration.slot(.input) ?? -1, "GATE_F": configuration.slot(.forget(0)) ?? -1,
            "GATE_G": configuration.slot(.candidate) ?? -1, "GATE_O": configuration.slot(.output) ?? -1,
            "PEEPHOLES": configuration.options.peepholes ? 1 : 0,
        ]
        return own.adding(more)
    }

    /// A kernel whose work-items compute tiles of hidden units.
    func tileKernel(_ name: String, helpers: [String] = [], lanes: Int? = nil, _ more: KernelConstants = [:]) throws
        -> CompiledKernel
    {
        try library.kernel(
            KernelVariant(
                name: name, helpers: helpers, constants: constants(lanes: lanes, more),
                workGroupSize: library.traits.tileGroup))
    }

    /// Puts the states that enter the grid into the boundary rows.
    package func setInitialState(_ state: BoundaryState<Element>) throws {
        let H = configuration.hiddenSize
        for k in 0..<configuration.axes {
            let first = schedule.host.firstBoundaryRow(axis: k)
            for (tensor, target) in [(state.h[k], h), (state.c[k], c)] {
                let source = try library.context.makeBuffer(copying: tensor.values)
                try library.padRows(
                    source, rows: tensor.count / H, count: H, padded: padded, into: target, firstRow: first)
            }
        }
    }

    /// The layer's output by site, `[sites, S*H]` or, the directions summed, `[sites, H]`; a buffer of the layer's
    /// own, the same in every call.
    package func output(merge: DirectionMerge) throws -> Buffer<Element> {
        let H = configuration.hiddenSize
        let sites = schedule.host.grid.siteCount
        let terms = merge == .concatenate ? 1 : configuration.setCount
        let rows = sites * configuration.setCount / terms
        let output = try outputBuffer ?? library.context.makeBuffer(of: Element.self, count: rows * H)
        outputBuffer = output
        try library.gatherRows(
            h, stride: padded, index: schedule.rowsOfSites(), rows: rows, terms: terms, width: H, into: output)
        return output
    }

    /// The states that leave the grid.
    package func finalState() throws -> BoundaryState<Element> {
        let H = configuration.hiddenSize
        var state = BoundaryState<Element>(h: [], c: [])
        for k in 0..<configuration.axes {
            let rows = schedule.host.finalRows(axis: k)
            let index = try library.context.makeBuffer(copying: rows)
            let target = try library.context.makeBuffer(of: Element.self, count: rows.count * H)
            let shape = BoundaryState<Element>.shape(configuration, grid: schedule.host.grid, axis: k)
            for source in [h, c] {
                try library.gatherRows(
                    source, stride: padded, index: index, rows: rows.count, terms: 1, width: H, into: target)
                let tensor = Tensor(shape: shape, values: try target.read())
                if source === h { state.h.append(tensor) } else { state.c.append(tensor) }
            }
        }
        return state
    }
}

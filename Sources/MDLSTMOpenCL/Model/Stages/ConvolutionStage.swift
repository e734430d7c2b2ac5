import MDLSTM
import OpenCLRuntime

/// Gathers the windows, then a dense layer; its gradient by the windows is gathered back.
final class ConvolutionStage<Element: Scalar>: ModelStage {
    private let library: KernelLibrary

    /// Features of an input site, and the most windows that hold one.
    private let features: Int, terms: Int

    /// The tables of ``ConvolutionTable``: the first sites of every run of `run`, and the places of each site.
    private let sites: Buffer<Int32>, places: Buffer<Int32>
    private let run: Int

    /// The windows, `[outputs, P*I]`, and the gradients by them.
    private let windows: Buffer<Element>, windowGradients: Buffer<Element>?
    private let dense: Dense<Element>

    init(_ table: ConvolutionTable, outputSize: Int, _ maker: StageMaker<Element>) throws {
        library = maker.library
        (features, terms) = (maker.features, table.termCount)
        let depth = features * table.placeCount
        run = table.run
        sites = try library.context.makeBuffer(copying: table.firstSites)
        places = try library.context.makeBuffer(copying: table.places)
        windows = try maker.makeBuffer(table.outputGrid, features: depth)
        windowGradients = maker.wantsInputGradient ? try maker.makeBuffer(table.outputGrid, features: depth) : nil
        dense = try Dense(
            inputSize: depth, outputSize: outputSize, sites: table.outputGrid.siteCount,
            weight: maker.offset("weight"), bias: maker.offset("bias"), library: library)
    }

    func forward(
        _ x: Buffer<Element>, parameters: Buffer<Element>, training: Bool, noise: NoiseKey?
    ) throws -> Buffer<Element> {
        try library.gatherRows(
            x, stride: features, index: sites, rows: sites.count, terms: 1, width: run * features, into: windows)
        return try dense.forward(windows, parameters: parameters, training: training, noise: noise)
    }

    func backward(_ pass: StageBackward<Element>) throws {
        if let gradients = pass.gradients {
            try dense.weightGradients(x: windows, dy: pass.dy, into: gradients, adding: pass.adding)
        }
        guard let dx = pass.dx, let windowGradients else { return }
        try dense.inputGradient(dy: pass.dy, parameters: pass.parameters, into: windowGradients)
        try library.gatherRows(
            windowGradients, stride: features, index: places, rows: places.count / terms, terms: terms, width: features,
            into: dx)
    }
}

import MDLSTM
import OpenCLRuntime

/// Joins the sites of each window by a gather; the backward pass is a gather too.
final class PatchStage<Element: Scalar>: ModelStage {
    private let library: KernelLibrary

    /// Features of an input site.
    private let features: Int

    /// The tables of ``PatchTable``.
    private let sites: Buffer<Int32>, places: Buffer<Int32>
    private let output: Buffer<Element>

    init(_ table: PatchTable, _ maker: StageMaker<Element>) throws {
        library = maker.library
        features = maker.features
        sites = try library.context.makeBuffer(copying: table.sites)
        places = try library.context.makeBuffer(copying: table.places)
        output = try maker.makeBuffer(table.outputGrid, features: features * table.placeCount)
    }

    func forward(
        _ x: Buffer<Element>, parameters: Buffer<Element>, training: Bool, noise: NoiseKey?
    ) throws -> Buffer<Element> {
        try library.gatherRows(
            x, stride: features, index: sites, rows: sites.count, terms: 1, width: features, into: output)
        return output
    }

    func backward(_ pass: StageBackward<Element>) throws {
        guard let dx = pass.dx else { return }
        try library.gatherRows(
            pass.dy, stride: features, index: places, rows: places.count, terms: 1, width: features, into: dx)
    }
}

import MDLSTM
import OpenCLRuntime

/// Turns the sites of every sample round by a gather; the backward pass is the same gather.
final class ReverseStage<Element: Scalar>: ModelStage {
    private let library: KernelLibrary
    private let features: Int

    /// The table of `Grid.reversedSites`.
    private let sites: Buffer<Int32>
    private let output: Buffer<Element>

    init(_ direction: Direction, _ maker: StageMaker<Element>) throws {
        library = maker.library
        features = maker.features
        sites = try library.context.makeBuffer(copying: maker.grid.reversedSites(direction))
        output = try maker.makeBuffer(maker.grid, features: features)
    }

    func forward(
        _ x: Buffer<Element>, parameters: Buffer<Element>, training: Bool, noise: NoiseKey?
    ) throws -> Buffer<Element> {
        try gather(x, into: output)
        return output
    }

    func backward(_ pass: StageBackward<Element>) throws {
        if let dx = pass.dx { try gather(pass.dy, into: dx) }
    }

    private func gather(_ x: Buffer<Element>, into y: Buffer<Element>) throws {
        try library.gatherRows(
            x, stride: features, index: sites, rows: sites.count, terms: 1, width: features, into: y)
    }
}

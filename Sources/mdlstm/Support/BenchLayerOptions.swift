public import ArgumentParser
import MDLSTM
public import MDLSTMOpenCL

extension BenchmarkPass: ExpressibleByArgument {}

/// The extents of a grid, such as 32x32.
struct Extents: ExpressibleByArgument, Sendable {
    let values: [Int]

    init?(argument: String) {
        let parts = argument.split(separator: "x", omittingEmptySubsequences: false)
        values = parts.compactMap { Int($0) }.filter { $0 > 0 }
        guard values.count == parts.count else { return nil }
    }
}

/// The flags of a layer and a grid of `mdlstm bench`.
struct BenchLayerOptions: ParsableArguments {
    @Option(help: "The cell; graves unless given.")
    var cell: Cell?

    @Option(help: "Extents of the grid, such as 32x32; the depth of a grid cell is none of them.")
    var extents: Extents?

    @Option(parsing: .unconditional, help: "Samples; 1 unless given.")
    var batch: Int?

    @Option(parsing: .unconditional, help: "Features of every site.")
    var inputSize: Int?

    @Option(parsing: .unconditional, help: "Hidden units of every direction.")
    var hiddenSize: Int?

    @Option(
        parsing: .unconditional,
        help: "all, forward, or a list such as ++,-+, the last sign of a grid +; forward unless given.")
    var directions: String?

    @OptionGroup(title: "Options of the cell") var cellOptions: CellOptionFlags

    /// Whether any of the flags is given.
    var isGiven: Bool {
        cell != nil || extents != nil || batch != nil || inputSize != nil || hiddenSize != nil || directions != nil
            || (try? cellOptions.options()) != CellOptions()
    }

    func validate() throws {
        guard isGiven else { return }
        guard extents != nil, inputSize != nil, hiddenSize != nil else {
            throw ValidationError("a layer to time needs --extents, --input-size and --hidden-size")
        }
        guard (batch ?? 1) >= 1 else { throw ValidationError("--batch must be at least 1, found \(batch!)") }
    }

    /// The workload that the flags, which are validated, describe.
    func workload() throws -> Workload {
        let cell = cell ?? .graves
        let extents = extents!.values
        let axes = extents.count + (cell.traits.hasDepth ? 1 : 0)
        let layer = try LayerConfiguration(
            cell: cell, inputSize: inputSize!, hiddenSize: hiddenSize!,
            directions: try parsedDirections(directions ?? "forward", cell: cell, axes: axes),
            options: try cellOptions.options())
        return Workload(layer: layer, grid: try Grid(batch: batch ?? 1, extents: extents))
    }
}

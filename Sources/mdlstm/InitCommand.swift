import ArgumentParser
import MDLSTM

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Make a layer with initial weights.",
        discussion: "Weights are uniform within 1/sqrt(hidden size), biases zero but the forget gates'.")

    @Argument(
        help: "The file to write: LAYER.safetensors; - for standard output.", transform: StandardStream.output)
    var layer: String

    @Option(help: "The cell; 'mdlstm cells' describes each.")
    var cell: Cell = .graves

    @Option(parsing: .unconditional, help: "Features of every site.")
    var inputSize: Int

    @Option(parsing: .unconditional, help: "Hidden units of every direction.")
    var hiddenSize: Int

    @Option(
        parsing: .unconditional,
        help: """
            Axes of the grid, the depth of a grid cell included as the last; 2, or 1 for lstm, unless the directions say \
            otherwise.
            """)
    var axes: Int?

    @Option(parsing: .unconditional, help: "all, forward, or a list such as ++,-+; the last sign of a grid is +.")
    var directions = "forward"

    @Option(parsing: .unconditional, help: CellOption.help("forgetBias"))
    var forgetBias: Double?

    @OptionGroup(title: "Options of the cell") var cellOptions: CellOptionFlags

    @Option(parsing: .unconditional, help: "Seed of the weights.")
    var seed: UInt64 = 1

    @Option(help: "Precision of the weights in the file.")
    var precision: Precision = .float32

    func run() throws {
        let configuration = try LayerConfiguration(
            cell: cell, inputSize: inputSize, hiddenSize: hiddenSize,
            directions: try parsedDirections(directions, cell: cell, axes: axes),
            options: try cellOptions.options(), forgetBias: forgetBias)
        switch precision {
        case .float32: try write(configuration, Float.self)
        case .float64: try write(configuration, Double.self)
        }
        let count = configuration.parameterShapes.reduce(0) { $0 + $1.count }
        printError("\(layer): \(cell.rawValue), \(counted(count, "parameter")), seed \(seed)")
    }

    private func write<T: Scalar>(_ configuration: LayerConfiguration, _ type: T.Type) throws {
        let count = configuration.parameterShapes.reduce(0) { $0 + $1.count }
        // As they are, and as bytes of the file.
        try requireMemory(for: 3 * count, of: T.self, "the \(count) parameters and their file")
        let parameters = configuration.initialParameters(seed: seed, as: T.self)
        try LayerFile(configuration: configuration, parameters: parameters, seed: seed).write(to: layer)
    }
}

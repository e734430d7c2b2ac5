import ArgumentParser
import MDLSTM

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Make a layer with initial weights.",
        discussion: "Weights are uniform within 1/sqrt(hidden size), biases zero but the forget gates'.")

    @Argument(help: "The file to write: LAYER.safetensors.")
    var layer: String

    @Option(help: "The cell: graves or lstm.")
    var cell: Cell = .graves

    @Option(help: "Features of every site.")
    var inputSize: Int

    @Option(help: "Hidden units of every direction.")
    var hiddenSize: Int

    @Option(help: "Axes of the grid; 2 unless the cell or the directions say otherwise.")
    var axes: Int?

    @Option(parsing: .unconditional, help: "all, forward, or a list such as ++,-+.")
    var directions = "forward"

    @Flag(inversion: .prefixedNo, help: "Let the gates see the cell states.")
    var peepholes = false

    @Option(parsing: .unconditional, help: "Initial bias of the forget gates; 1 - axes unless given.")
    var forgetBias: Double?

    @Option(help: "Seed of the weights.")
    var seed: UInt64 = 1

    @Option(help: "Precision of the weights in the file.")
    var precision: Precision = .float32

    func run() throws {
        let configuration = try LayerConfiguration(
            cell: cell, inputSize: inputSize, hiddenSize: hiddenSize, directions: try parsedDirections(),
            peepholes: peepholes, forgetBias: forgetBias)
        switch precision {
        case .float32: try write(configuration, Float.self)
        case .float64: try write(configuration, Double.self)
        }
        let count = configuration.parameterShapes.reduce(0) { $0 + $1.count }
        printError("\(layer): \(cell.rawValue), \(count) parameters, seed \(seed)")
    }

    private func write<T: Scalar>(_ configuration: LayerConfiguration, _ type: T.Type) throws {
        let parameters = configuration.initialParameters(seed: seed, as: T.self)
        try LayerFile(configuration: configuration, parameters: parameters).write(to: layer)
    }

    private func parsedDirections() throws -> [Direction] {
        if directions == "all" || directions == "forward" {
            let axes = axes ?? (cell == .lstm ? 1 : 2)
            guard (1...LayerConfiguration.maximumAxes).contains(axes) else {
                throw ValidationError("--axes must be from 1 to \(LayerConfiguration.maximumAxes), found \(axes)")
            }
            return directions == "all" ? Direction.all(axes: axes) : [.forward(axes: axes)]
        }
        let list = try directions.split(separator: ",", omittingEmptySubsequences: false).map { text in
            guard let direction = Direction(String(text)) else {
                throw ValidationError(
                    "--directions must be all, forward or a list of signs such as ++,-+, found '\(directions)'")
            }
            return direction
        }
        if let axes, let wrong = list.first(where: { $0.axes != axes }) {
            throw ValidationError("--axes is \(axes), but direction \(wrong) has \(wrong.axes)")
        }
        return list.sorted { $0.signBits < $1.signBits }
    }
}

import ArgumentParser
import MDLSTM

struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Train on a published task and on pictures made for it; show figures and pictures.",
        discussion: """
            Two parts. 'diagonal': the random-diagonal task with its three models. 'outlines': pictures and labels written as \
            PNG, then 'train', 'evaluate' and 'predict' as you would type them, for a model that labels every pixel.
            """)

    @Option(help: "Folder for the results.")
    var out = "demo"

    @Option(help: "One part alone: diagonal or outlines.")
    var only: Part?

    @Option(parsing: .unconditional, help: "Pictures of outlines to train with; an eighth as many are for the test.")
    var pictures = 400

    @Option(parsing: .unconditional, help: "Epochs of the training on outlines.")
    var epochs = 12

    @OptionGroup var compute: ComputeOptions

    enum Part: String, CaseIterable, ExpressibleByArgument {
        case diagonal, outlines
    }

    func validate() throws {
        guard epochs >= 1, (8...8000).contains(pictures) else {
            throw ValidationError(
                "--epochs must be at least 1 and --pictures from 8 to 8000, found \(epochs) and \(pictures)")
        }
    }

    func run() throws {
        if only != .outlines { try compute.withPrecision(Body(command: self)) }
        if only == nil { try printResult("") }
        if only != .diagonal { try OutlineDemo(out: out, pictures: pictures, epochs: epochs, compute: compute).run() }
    }

    private struct Body: PrecisionBody {
        let command: DemoCommand
        func run<T: Scalar>(_ type: T.Type) throws {
            try DiagonalDemo(out: command.out, compute: command.compute).run(T.self)
        }
    }
}

import ArgumentParser
import MDLSTM

/// The formats of weights that `convert` reads.
enum SourceFormat: String, CaseIterable, ExpressibleByArgument {
    case pytorch, keras, onnx
    case tensorflowMD = "tensorflow-md"
    case mdlstm
}

/// The formats of weights that `convert` writes.
enum TargetFormat: String, CaseIterable, ExpressibleByArgument {
    case mdlstm, pytorch
}

/// The direction of ONNX's operator, where it is one.
enum SequenceDirection: String, CaseIterable, ExpressibleByArgument {
    case forward, reverse
}

struct ConvertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert", abstract: "Convert weights of PyTorch, Keras, ONNX or TensorFlow, and back to PyTorch.",
        discussion: """
            Reads .safetensors, .npz and what torch.save writes (.pt, .pth, .bin, .ckpt): state dicts and checkpoints that \
            hold one; nothing of it is run. The kind of a file is told by its content. The precision stays; F16 and BF16 \
            become F32.
            """)

    @Argument(
        help: "The weights: .safetensors, .npz, or .pt of torch.save; - for standard input.",
        transform: StandardStream.input)
    var source: String

    @Argument(help: "The file to write: .safetensors, or .npz with --to pytorch.")
    var target: String

    @Option(help: "Whose names and layouts: pytorch, keras, onnx, tensorflow-md or mdlstm.")
    var from: SourceFormat

    @Option(help: "mdlstm or pytorch.")
    var to: TargetFormat = .mdlstm

    @OptionGroup var chosen: SourceOptions

    @Option(help: "The direction of a single one in ONNX: forward or reverse.")
    var direction: SequenceDirection?

    @Option(parsing: .unconditional, help: "How tensorflow-md's cell scans rows and columns; ++ unless given.")
    var directions: String?

    @Option(parsing: .unconditional, help: "What tensorflow-md's cell adds to its forget gates; 0 unless given.")
    var forgetBias: Double?

    @Flag(help: "Take tensorflow-md's state 1 for that of the previous column, not row.")
    var transposeAxes = false

    func validate() throws {
        guard from.rawValue != to.rawValue else {
            throw ValidationError("--from and --to are both \(to.rawValue); there is nothing to convert")
        }
        guard chosen.layers == nil || from == .pytorch else {
            throw ValidationError("--layers goes with --from pytorch only")
        }
        guard chosen.prefix == nil || from != .mdlstm else {
            throw ValidationError(
                "--prefix chooses a layer of another library's file; it does not go with --from mdlstm")
        }
        guard direction == nil || from == .onnx else {
            throw ValidationError("--direction goes with --from onnx only; other files name their directions")
        }
        guard from == .tensorflowMD || directions == nil && forgetBias == nil && !transposeAxes else {
            throw ValidationError("--directions, --forget-bias and --transpose-axes go with --from tensorflow-md only")
        }
        if let directions, Direction(directions)?.axes != 2 {
            throw ValidationError(
                "--directions must be one of ++, +-, -+ and --, found '\(directions)': the cells of several directions "
                    + "are converted one at a time")
        }
        if let forgetBias, !(abs(forgetBias) <= 1000) {
            throw ValidationError("--forget-bias must be from -1000 to 1000, found \(forgetBias)")
        }
        try ConvertTarget(target).validate(for: to)
        try OutputSet.requireDistinct(inputs: [("the input", source)], outputs: [("the output", target)])
    }

    func run() throws {
        let (tensors, note) = try chosen.tensors(of: source)
        switch tensors.precision {
        case .float32: try convert(tensors, Float.self)
        case .float64: try convert(tensors, Double.self)
        }
        if let note { printError(note) }
    }

    private func convert<T: Scalar>(_ tensors: TensorFile, _ type: T.Type) throws {
        let file: WeightFile<T>
        switch from {
        case .mdlstm: file = try WeightFile(tensors)
        case .pytorch:
            file = try WeightFile(tensors, from: try chosen.modules().map { .pytorchModel($0) } ?? .pytorch)
        case .keras: file = try WeightFile(tensors, from: .keras)
        case .onnx: file = try WeightFile(tensors, from: .onnx(reversed: direction == .reverse))
        case .tensorflowMD:
            file = try WeightFile(
                tensors,
                from: .tensorflowMD(
                    direction: directions.flatMap { Direction($0) } ?? .forward(axes: 2), forgetBias: forgetBias ?? 0,
                    transposed: transposeAxes))
        }
        switch to {
        case .mdlstm: try file.write(to: target)
        case .pytorch: try ConvertTarget(target).write(pyTorchTensors(file))
        }
        printError("\(target): \(description(of: file)), \(T.precision.rawValue), from \(from.rawValue)")
    }

    /// PyTorch's tensors, what it does not have reported under the name of the input.
    private func pyTorchTensors<T: Scalar>(_ file: WeightFile<T>) throws -> TensorFile {
        try named(source) { () throws(MDLSTMError) in try file.pyTorchTensors() }
    }

    private func description<T: Scalar>(of file: WeightFile<T>) -> String {
        switch file {
        case .layer(let file):
            let directions = file.configuration.directions.map(\.description).joined(separator: " ")
            return
                "\(file.configuration.cell.rawValue) of \(counted(file.configuration.hiddenSize, "unit")), directions \(directions)"
        case .model(let file): return "a model of \(counted(file.model.layers.count, "layer"))"
        }
    }
}

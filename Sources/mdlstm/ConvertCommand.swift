import ArgumentParser
import MDLSTM

/// The formats of weights that `convert` reads.
enum SourceFormat: String, CaseIterable, ExpressibleByArgument {
    case pytorch, keras, onnx, tensorflow
    case tensorflowMD = "tensorflow-md"
    case mdlstm
}

/// The formats of weights that `convert` writes.
enum TargetFormat: String, CaseIterable, ExpressibleByArgument {
    case mdlstm, pytorch
}

struct ConvertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert", abstract: "Convert weights of PyTorch, Keras, ONNX or TensorFlow, and back to PyTorch.",
        discussion: """
            Reads .safetensors, .npz, .onnx and what torch.save writes (.pt, .pth, .bin, .ckpt): state dicts and \
            checkpoints that hold one; nothing of it is run. The kind of a file is told by its content. The precision \
            stays; F16 and BF16 become F32. What arrays of keras or tensorflow do not say and no flag says is assumed, and \
            told on stderr.
            """)

    @Argument(
        help: "The weights: .safetensors, .npz, .onnx, or .pt of torch.save; - for standard input.",
        transform: StandardStream.input)
    var source: String

    @Argument(help: "The file to write: .safetensors, or .npz with --to pytorch.")
    var target: String

    @Option(help: "Whose names and layouts: pytorch, keras, onnx, tensorflow, tensorflow-md or mdlstm.")
    var from: SourceFormat

    @Option(help: "mdlstm or pytorch.")
    var to: TargetFormat = .mdlstm

    @OptionGroup var chosen: SourceOptions

    @OptionGroup var onnx: ONNXOptions

    @OptionGroup var arguments: CellArgumentOptions

    @Option(parsing: .unconditional, help: "How tensorflow-md's cell scans rows and columns; ++ unless given.")
    var directions: String?

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
        guard from == .onnx || onnx.given.isEmpty else {
            throw ValidationError("\(onnx.given[0]) goes with --from onnx only")
        }
        if let (flag, formats) = arguments.given.first(where: { !$0.formats.contains(from) }) {
            let names = formats.map { "--from \($0.rawValue)" }.joined(separator: " or ")
            throw ValidationError("\(flag) goes with \(names) only")
        }
        guard from == .tensorflowMD || directions == nil && !transposeAxes else {
            throw ValidationError("--directions and --transpose-axes go with --from tensorflow-md only")
        }
        if let directions, Direction(directions)?.axes != 2 {
            throw ValidationError(
                "--directions must be one of ++, +-, -+ and --, found '\(directions)': the cells of several directions "
                    + "are converted one at a time")
        }
        try ConvertTarget(target).validate(for: to)
        try OutputSet.requireDistinct(
            inputs: [("the input", source)],
            outputs: [("the output", target), ("--initial-state-output", onnx.initialStateOutput)])
    }

    func run() throws {
        let bytes = try readFile(source)
        let model = from == .onnx ? try ONNXOptions.model(bytes, path: source) : nil
        try onnx.requireFlags(of: source, isModel: model != nil)
        if let model {
            guard chosen.prefix == nil, chosen.key == nil else {
                throw ValidationError("--prefix and --key choose tensors; a node of \(source) is chosen with --node")
            }
            let lstm = try onnx.lstm(of: model, path: source)
            switch lstm.precision {
            case .float32: try convert(lstm, Float.self)
            case .float64: try convert(lstm, Double.self)
            }
        } else {
            let (tensors, note) = try chosen.tensors(of: source, bytes)
            switch tensors.precision {
            case .float32: try convert(tensors, Float.self)
            case .float64: try convert(tensors, Double.self)
            }
            if let note { printError(note) }
        }
    }

    private func convert<T: Scalar>(_ lstm: ONNXLSTM, _ type: T.Type) throws {
        let (layer, state): (LayerFile<T>, BoundaryState<T>?) = try onnx.convert(lstm, path: source)
        try write(.layer(layer), state)
        for line in onnx.remarks(on: lstm, path: source) { printError(line) }
    }

    private func convert<T: Scalar>(_ tensors: TensorFile, _ type: T.Type) throws {
        let file: WeightFile<T>
        switch from {
        case .mdlstm: file = try WeightFile(tensors)
        case .pytorch:
            file = try WeightFile(tensors, from: try chosen.modules().map { .pytorchModel($0) } ?? .pytorch)
        case .keras: file = try WeightFile(tensors, from: .keras(arguments.keras))
        case .onnx: file = try WeightFile(tensors, from: .onnx(reversed: onnx.direction == .reverse))
        case .tensorflow: file = try WeightFile(tensors, from: .tensorflow(arguments.tensorFlow))
        case .tensorflowMD:
            file = try WeightFile(
                tensors,
                from: .tensorflowMD(
                    direction: directions.flatMap { Direction($0) } ?? .forward(axes: 2),
                    forgetBias: arguments.forgetBias ?? 0, transposed: transposeAxes))
        }
        try write(file)
        if let line = arguments.assumptions(from: from, of: file, names: tensors.names) {
            printError("\(source): \(line)")
        }
    }

    private func write<T: Scalar>(_ file: WeightFile<T>, _ state: BoundaryState<T>? = nil) throws {
        var outputs = OutputSet()
        switch to {
        case .mdlstm: outputs.add(target) { try file.write(to: $0) }
        case .pytorch:
            let tensors = try pyTorchTensors(file)
            outputs.add(target) { try ConvertTarget($0).write(tensors) }
        }
        if let state { outputs.add(onnx.initialStateOutput) { try state.write(to: $0) } }
        try outputs.write()
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
            let units = counted(file.configuration.hiddenSize, "unit")
            return "\(file.configuration.cell.rawValue) of \(units), directions \(directions)"
        case .model(let file): return "a model of \(counted(file.model.layers.count, "layer"))"
        }
    }
}

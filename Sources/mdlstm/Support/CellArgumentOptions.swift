public import ArgumentParser
public import MDLSTM

extension KerasGateActivation: ExpressibleByArgument {}

/// Keras' names of activations.
enum KerasActivation: String, CaseIterable, ExpressibleByArgument {
    case tanh, relu, linear

    var activation: CellActivation {
        switch self {
        case .tanh: .tanh
        case .relu: .relu
        case .linear: .identity
        }
    }
}

/// Keras' ways to join the directions of a Bidirectional.
enum KerasMergeMode: String, CaseIterable, ExpressibleByArgument {
    case concat, sum, ave, mul

    /// The merge of a model; nil where it has none.
    var merge: DirectionMerge? {
        switch self {
        case .concat: .concatenate
        case .sum: .sum
        case .ave, .mul: nil
        }
    }
}

/// The flags of `convert` for what the arrays of Keras and TensorFlow do not say: the arguments of the layer or cell.
struct CellArgumentOptions: ParsableArguments {
    @Option(help: "Of keras and tensorflow, candidate and output: tanh, relu or linear.")
    var activation: KerasActivation?

    @Option(help: "Of keras, the gates: sigmoid, hard-sigmoid (Keras 3) or hard-sigmoid-keras2.")
    var recurrentActivation: KerasGateActivation?

    @Flag(
        inversion: .prefixedNo,
        help: "Of keras: the steps are read from the last to the first, and the outputs are in that order.")
    var goBackwards: Bool?

    @Option(help: "Of a Bidirectional of keras: concat or sum.")
    var mergeMode: KerasMergeMode?

    @Option(
        parsing: .unconditional,
        help: "What a cell adds to its forget gates: 1 unless given in tensorflow, 0 in tensorflow-md.")
    var forgetBias: Double?

    @Option(help: "Of tensorflow: cell_clip.")
    var cellClip: Double?

    func validate() throws {
        if let forgetBias, !(abs(forgetBias) <= 1000) {
            throw ValidationError("--forget-bias must be from -1000 to 1000, found \(forgetBias)")
        }
        if let cellClip, !(cellClip > 0 && cellClip.isFinite) {
            throw ValidationError("--cell-clip must be above 0, found \(cellClip)")
        }
        if mergeMode == .ave {
            throw ValidationError(
                "--merge-mode ave is half of the sum, which no layer here has; take sum, and half of the weights of the "
                    + "layer that follows")
        }
        if mergeMode == .mul {
            throw ValidationError(
                "--merge-mode mul multiplies the directions, which no layer here does; take concat or sum")
        }
    }

    /// The flags that were given, and the formats that each goes with.
    var given: [(flag: String, formats: [SourceFormat])] {
        let all: [(String, Bool, [SourceFormat])] = [
            ("--activation", activation != nil, [.keras, .tensorflow]),
            ("--recurrent-activation", recurrentActivation != nil, [.keras]),
            ("--go-backwards", goBackwards != nil, [.keras]),
            ("--merge-mode", mergeMode != nil, [.keras]),
            ("--forget-bias", forgetBias != nil, [.tensorflow, .tensorflowMD]),
            ("--cell-clip", cellClip != nil, [.tensorflow]),
        ]
        return all.filter(\.1).map { ($0.0, $0.2) }
    }

    var keras: KerasOptions {
        KerasOptions {
            $0.activation = activation?.activation ?? .tanh
            $0.recurrentActivation = recurrentActivation ?? .sigmoid
            $0.goesBackwards = goBackwards ?? false
            $0.mergeMode = mergeMode?.merge
        }
    }

    var tensorFlow: TensorFlowOptions {
        TensorFlowOptions {
            $0.activation = activation?.activation ?? .tanh
            $0.forgetBias = forgetBias
            $0.cellClip = cellClip
        }
    }

    /// One line about what was assumed of a file because no flag said it; nil where all was said.
    ///
    /// - Parameters:
    ///   - file: what was made of it
    ///   - names: those of its tensors
    func assumptions<T: Scalar>(from format: SourceFormat, of file: WeightFile<T>, names: [String]) -> String? {
        var assumed: [(what: String, flag: String)] = []
        switch format {
        case .keras:
            let isBidirectional = file.recurrentLayers.contains { $0.directions.count == 2 }
            if recurrentActivation == nil { assumed.append(("sigmoid gates", "--recurrent-activation")) }
            if activation == nil { assumed.append(("tanh", "--activation")) }
            if isBidirectional, mergeMode == nil { assumed.append(("merge mode concat", "--merge-mode")) }
            if !isBidirectional, goBackwards == nil { assumed.append(("steps read forwards", "--go-backwards")) }
        case .tensorflow:
            if forgetBias == nil {
                assumed.append(("forget_bias \(TensorFlowOptions.defaultForgetBias(of: names))", "--forget-bias"))
            }
            if activation == nil { assumed.append(("tanh", "--activation")) }
            if cellClip == nil { assumed.append(("no cell_clip", "--cell-clip")) }
        default: break
        }
        guard !assumed.isEmpty else { return nil }
        return "\(listed(assumed.map(\.what))) assumed; \(listed(assumed.map(\.flag))) "
            + (assumed.count == 1 ? "says otherwise" : "say otherwise")
    }
}

extension WeightFile {
    /// The recurrent layers of the file.
    fileprivate var recurrentLayers: [LayerConfiguration] {
        switch self {
        case .layer(let file): [file.configuration]
        case .model(let file):
            file.model.layers.compactMap { layer in
                if case .recurrent(let configuration, _) = layer { configuration } else { nil }
            }
        }
    }
}

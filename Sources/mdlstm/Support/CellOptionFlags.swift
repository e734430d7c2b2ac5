public import ArgumentParser
public import MDLSTM

extension Cell: ExpressibleByArgument {}
extension VariantName: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
    public static var allValueStrings: [String] { all }
}
extension ForgetSum: ExpressibleByArgument {}
extension GateActivation: ExpressibleByArgument {}
extension CellActivation: ExpressibleByArgument {}
extension LayerNorm: ExpressibleByArgument {}
extension AxisFunction: ExpressibleByArgument {}
extension GridOutput: ExpressibleByArgument {}

/// Whether the depths of a Grid LSTM share one set of weights: `--tied` or `--untied`.
enum Tying: String, EnumerableFlag {
    case tied, untied
}

/// Which weights the depths of a Grid LSTM share: `--tied`, `--untied` or `--tied-depth`.
enum Sharing: String, EnumerableFlag {
    case tied, untied, tiedDepth

    var value: GridSharing {
        switch self {
        case .tied: .all
        case .untied: .none
        case .tiedDepth: .depth
        }
    }
}

/// A list on the command line, commas between its elements.
struct CommaList<Element: ExpressibleByArgument & Sendable>: ExpressibleByArgument, Sendable {
    let elements: [Element]

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
        elements = parts.compactMap { Element(argument: String($0)) }
        guard elements.count == parts.count else { return nil }
    }
}

/// The flags of everything that `CellOptions` holds; `mdlstm cells` tells which cells take which.
struct CellOptionFlags: ParsableArguments {
    @Option(help: CellOption.help("variant"))
    var variant: VariantName?

    @Flag(inversion: .prefixedNo, help: CellOption.help("peepholes"))
    var peepholes: Bool?

    @Option(help: CellOption.help("forgetSum"))
    var forgetSum = ForgetSum.sum

    @Option(help: CellOption.help("gateActivation"))
    var gateActivation = GateActivation.sigmoid

    @Option(parsing: .unconditional, help: CellOption.help("gateSlope"))
    var gateSlope: Double?

    @Option(help: CellOption.help("candidateActivation"))
    var candidateActivation = CellActivation.tanh

    @Option(help: CellOption.help("outputActivation"))
    var outputActivation = CellActivation.tanh

    @Option(parsing: .unconditional, help: CellOption.help("preactivationClip"))
    var preactivationClip: Double?

    @Option(parsing: .unconditional, help: CellOption.help("cellClip"))
    var cellClip: Double?

    @Flag(help: CellOption.help("extended"))
    var extended = false

    @Option(help: CellOption.help("layerNorm"))
    var layerNorm = LayerNorm.none

    @Option(parsing: .unconditional, help: CellOption.help("normEpsilon"))
    var normEpsilon: Double?

    @Option(parsing: .unconditional, help: CellOption.help("zoneoutHidden"))
    var zoneoutHidden = 0.0

    @Option(parsing: .unconditional, help: CellOption.help("zoneoutCell"))
    var zoneoutCell = 0.0

    @Option(parsing: .unconditional, help: CellOption.help("depth"))
    var depth = 1

    @Flag(help: CellOption.help("tied"))
    var sharing = Sharing.tied

    @Option(parsing: .unconditional, help: CellOption.help("priorityAxes"))
    var priorityAxes: CommaList<Int>?

    @Option(help: CellOption.help("axisFunctions"))
    var axisFunctions: CommaList<AxisFunction>?

    @Option(help: CellOption.help("gridOutput"))
    var gridOutput = GridOptions().output

    func validate() throws {
        let axes = priorityAxes?.elements ?? []
        guard axes.allSatisfy({ (0...1000).contains($0) }), Set(axes).count == axes.count else {
            let list = axes.map(String.init).joined(separator: ",")
            throw ValidationError("--priority-axes takes axes counted from 1, each once, such as 1,2; found \(list)")
        }
    }

    /// The options asked for; whether they go together is for `LayerConfiguration` to say.
    func options() throws(MDLSTMError) -> CellOptions {
        var options = CellOptions()
        try options.apply(variant, peepholes: peepholes)
        options.forgetSum = forgetSum
        options.gateActivation = gateActivation
        options.gateSlope = gateSlope ?? options.gateSlope
        options.candidateActivation = candidateActivation
        options.outputActivation = outputActivation
        options.preactivationClip = preactivationClip
        options.cellClip = cellClip
        options.extended = extended
        options.layerNorm = layerNorm
        options.normEpsilon = normEpsilon ?? options.normEpsilon
        options.zoneout = Zoneout(hidden: zoneoutHidden, cell: zoneoutCell)
        // Axes count from 1 on the command line and in files.
        options.grid = GridOptions(
            depth: depth, sharing: sharing.value, priorityAxes: Set((priorityAxes?.elements ?? []).map { $0 - 1 }),
            functions: axisFunctions?.elements ?? [], output: gridOutput)
        return options
    }
}

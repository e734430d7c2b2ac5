import MDLSTM
import OpenCLRuntime

/// One layer of a model on the device.
///
/// A new kind of layer needs a type that conforms to this protocol and a line in ``StageMaker/make(_:)``.
protocol ModelStage<Element>: AnyObject {
    associatedtype Element: Scalar

    /// Computes the output of every site, in a buffer of the stage; returns the input if the stage does nothing.
    ///
    /// - Parameters:
    ///   - x: the input of every site
    ///   - parameters: all parameters of the model
    ///   - training: whether a backward pass may follow
    ///   - noise: the key of the masks of dropout and zoneout in training; nil in inference
    func forward(
        _ x: Buffer<Element>, parameters: Buffer<Element>, training: Bool, noise: NoiseKey?
    ) throws -> Buffer<Element>

    /// Computes the gradients; call it after ``forward(_:parameters:training:noise:)`` with the same input.
    func backward(_ pass: StageBackward<Element>) throws

    /// Takes into the parameters what the layer keeps of the last forward pass in training.
    func keepRunning(in parameters: Buffer<Element>) throws
}

extension ModelStage {
    func keepRunning(in parameters: Buffer<Element>) throws {}
}

/// The buffers that the backward pass of one layer reads and writes.
struct StageBackward<Element: Scalar> {
    /// Input and output of the forward pass, and dL/dy in the shape of the output.
    let x: Buffer<Element>, y: Buffer<Element>, dy: Buffer<Element>

    /// All parameters of the model.
    let parameters: Buffer<Element>

    /// The gradients of all parameters of the model, in which the layer writes its part; nil in a frozen layer.
    let gradients: Buffer<Element>?

    /// Whether the gradients are added to the present values.
    let adding: Bool

    /// The buffer for dL/dx; nil if no earlier layer needs it.
    let dx: Buffer<Element>?

    /// The key of the masks of the forward pass.
    let noise: NoiseKey?
}

/// Makes the stages of a model one after the other, and holds the data that they depend on.
struct StageMaker<Element: Scalar> {
    let library: KernelLibrary
    let layout: ParameterLayout
    let path: ComputePath

    /// The buffers of a band for recomputed layers; nil if all states are kept.
    let workSpace: WorkSpace<Element>?

    /// The grid and the features of the next stage's input.
    private(set) var grid: Grid
    private(set) var features: Int

    /// The number of the next stage in the model, and whether it computes dL/dx.
    private(set) var index = 0

    /// The next stage's table, where the host has made it already.
    var table: (any Sendable)?

    /// Whether a backward pass may reach the next stage.
    var training = false
    var wantsInputGradient = false

    /// Whether the next stage's layer learns.
    var trains = false

    /// Whether the states of recurrent layers go from pass to pass, and whether the parameters never change.
    var carriesStates = false, keepsPacked = false

    init(
        library: KernelLibrary, layout: ParameterLayout, path: ComputePath,
        workSpace: WorkSpace<Element>?, grid: Grid, features: Int
    ) {
        self.library = library
        self.layout = layout
        self.path = path
        self.workSpace = workSpace
        self.grid = grid
        self.features = features
    }

    /// The prefix of the names of the layer's tensors.
    var prefix: String { "\(index)." }

    /// The offset of a tensor of the layer among all parameters.
    func offset(_ name: String) -> Int { layout.offset(prefix + name) }

    /// The table of the next stage's layer: that which is there already, or made here.
    private func table<Table>(of layer: LayerDescription) throws -> Table {
        guard let table = (try table ?? layer.table(over: grid)) as? Table else {
            preconditionFailure("a layer's stage takes its table")
        }
        return table
    }

    /// A buffer for `features` of every site of a grid.
    func makeBuffer(_ grid: Grid, features: Int) throws -> Buffer<Element> {
        try library.context.makeBuffer(of: Element.self, count: grid.siteCount * features)
    }

    /// The maker of a layer within the next stage, over its first features.
    func inner(features: Int) -> StageMaker {
        var inner = self
        inner.features = features
        return inner
    }

    /// Moves on to the stage after one with this output.
    mutating func advance(to grid: Grid, features: Int) {
        self.grid = grid
        self.features = features
        index += 1
    }

    /// Makes the stage of `layer`, the next one of the model.
    func make(_ layer: LayerDescription) throws -> any ModelStage<Element> {
        switch layer {
        case .recurrent(let configuration, let merge): try RecurrentStage(configuration, merge: merge, self)
        case .dense(let inputSize, let outputSize):
            try Dense(
                inputSize: inputSize, outputSize: outputSize, sites: grid.siteCount, weight: offset("weight"),
                bias: offset("bias"), library: library)
        case .activation(let activation): try ActivationStage(activation, self)
        case .patch: try PatchStage(table(of: layer), self)
        case .pool(_, let function): try PoolStage(table(of: layer), by: function, self)
        case .maxPool: try PoolStage(table(of: layer), by: .max, self)
        case .convolution(_, _, _, _, let outputSize):
            try ConvolutionStage(table(of: layer), outputSize: outputSize, self)
        case .reverse(let direction): try ReverseStage(direction, self)
        case .embedding(let symbols, let size): try EmbeddingStage(symbols: symbols, size: size, self)
        case .oneHot(let symbols): try OneHotStage(symbols: symbols, self)
        case .dropout(let rate): try DropoutStage(rate, self)
        case .batchNorm(_, let momentum, let epsilon): try BatchNormStage(momentum: momentum, epsilon: epsilon, self)
        case .mcgsm(let head): try MCGSMStage(head, self)
        case .skip(let inner, let first):
            try SkipStage(inner, from: first, taken: inner.inputSize, own: inner.outputSize, self)
        }
    }
}

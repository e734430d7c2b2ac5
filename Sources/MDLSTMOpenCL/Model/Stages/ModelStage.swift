import MDLSTM
import OpenCLRuntime

/// One layer of a model at work on the device.
///
/// A new kind of layer is a type of this protocol and its line in ``StageMaker/make(_:)``.
protocol ModelStage<Element>: AnyObject {
    associatedtype Element: Scalar

    /// The output of every site; in a buffer of the stage's own, or the input where the stage does nothing.
    ///
    /// - Parameters:
    ///   - x: the input of every site
    ///   - parameters: all parameters of the model
    ///   - training: whether a backward pass may follow
    ///   - noise: of dropout and zoneout in training; nil in inference
    func forward(
        _ x: Buffer<Element>, parameters: Buffer<Element>, training: Bool, noise: NoiseKey?
    ) throws -> Buffer<Element>

    /// The gradients, after ``forward(_:parameters:training:noise:)`` of the same input.
    func backward(_ pass: StageBackward<Element>) throws
}

/// What the backward pass of one layer reads and writes.
struct StageBackward<Element: Scalar> {
    /// Input and output of the forward pass, and dL/dy, shaped as the output.
    let x: Buffer<Element>, y: Buffer<Element>, dy: Buffer<Element>

    /// All parameters of the model.
    let parameters: Buffer<Element>

    /// Where the gradients by the layer's parameters go, among those of the model; nil in a frozen layer.
    let gradients: Buffer<Element>?

    /// Whether they are added to what is there.
    let adding: Bool

    /// Where dL/dx goes; nil where no layer before needs it.
    let dx: Buffer<Element>?

    /// The masks of the forward pass.
    let noise: NoiseKey?
}

/// Makes the stages of a model, one after the other: what each of them depends on.
struct StageMaker<Element: Scalar> {
    let library: KernelLibrary
    let layout: ParameterLayout
    let path: ComputePath
    let training: Bool

    /// Where recomputed layers have the buffers of a band; nil where all states are kept.
    let workSpace: WorkSpace<Element>?

    /// The grid and the features of the next stage's input.
    private(set) var grid: Grid
    private(set) var features: Int

    /// The next stage's place in the model, and whether it gives dL/dx.
    private(set) var index = 0
    var wantsInputGradient = false

    init(
        library: KernelLibrary, layout: ParameterLayout, path: ComputePath, training: Bool,
        workSpace: WorkSpace<Element>?, grid: Grid, features: Int
    ) {
        self.library = library
        self.layout = layout
        self.path = path
        self.training = training
        self.workSpace = workSpace
        self.grid = grid
        self.features = features
    }

    /// What the names of the layer's tensors begin with.
    var prefix: String { "\(index)." }

    /// Where a tensor of the layer begins among all parameters.
    func offset(_ name: String) -> Int { layout.offset(prefix + name) }

    /// A buffer for `features` of every site of a grid.
    func makeBuffer(_ grid: Grid, features: Int) throws -> Buffer<Element> {
        try library.context.makeBuffer(of: Element.self, count: grid.siteCount * features)
    }

    /// Goes on behind a stage with this output.
    mutating func advance(to grid: Grid, features: Int) {
        self.grid = grid
        self.features = features
        index += 1
    }

    /// The stage of `layer`, the next of the model.
    func make(_ layer: LayerDescription) throws -> any ModelStage<Element> {
        switch layer {
        case .recurrent(let configuration, let merge): try RecurrentStage(configuration, merge: merge, self)
        case .dense(let inputSize, let outputSize):
            try Dense(
                inputSize: inputSize, outputSize: outputSize, sites: grid.siteCount, weight: offset("weight"),
                bias: offset("bias"), library: library)
        case .activation(let activation): try ActivationStage(activation, self)
        case .patch(let window): try PatchStage(window, self)
        case .embedding(let symbols, let size): try EmbeddingStage(symbols: symbols, size: size, self)
        case .dropout(let rate): try DropoutStage(rate, self)
        }
    }
}

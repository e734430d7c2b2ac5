package import MDLSTM
package import OpenCLRuntime

/// A model over one grid on the device: the buffers of every layer, the forward and the backward pass.
package final class ModelPass<Element: Scalar> {
    package let model: ModelConfiguration
    private let staged: StagedBuffer<Element>
    package let inputGrid: Grid
    package let outputGrid: Grid
    private var stages: [any ModelStage<Element>] = []

    /// Whether each layer learns; all false in a pass that only predicts.
    private let trains: [Bool]

    /// The first layer that a gradient reaches.
    private let firstReached: Int

    /// The key of the masks of the last forward pass.
    private var noise: NoiseKey?

    /// The input, then the output of every layer; the gradient of each layer's input, nil if it is not wanted.
    private var values: [Buffer<Element>]
    private var inputGradients: [Buffer<Element>?] = []

    /// - Parameters:
    ///   - training: the settings of the training; nil for a pass that only predicts
    ///   - tables: of the grid, where they have been made
    ///   - carriesStates: whether states go from pass to pass, as in a training that says so
    ///   - keepsPacked: whether the parameters never change
    init(
        model: ModelConfiguration, grid: Grid, layout: ParameterLayout, library: KernelLibrary, path: ComputePath,
        training: TrainingConfiguration?, tables: ModelTables? = nil, carriesStates: Bool = false,
        keepsPacked: Bool = false
    ) throws {
        self.model = model
        inputGrid = grid
        let context = library.context
        staged = try context.makeStagedBuffer(of: Element.self, count: grid.siteCount * model.inputSize)
        values = Array(repeating: staged.buffer, count: model.layers.count + 1)
        trains = model.layers.indices.map { training?.trains($0, of: model) ?? false }
        firstReached = training?.firstReached(of: model) ?? model.layers.count
        var maker = StageMaker<Element>(
            library: library, layout: layout, path: path,
            workSpace: training?.recompute == true ? WorkSpace(context: context) : nil, grid: grid,
            features: model.inputSize)
        maker.carriesStates = training?.carriesStates ?? carriesStates
        maker.keepsPacked = keepsPacked
        let grids = try model.grids(from: grid)
        for (index, layer) in model.layers.enumerated() {
            // Layers that no gradient reaches keep nothing for one.
            maker.training = training != nil && index >= firstReached
            let wants = index > firstReached || index == 0 && training?.wantsInputGradient == true
            maker.wantsInputGradient = wants
            maker.trains = trains[index]
            maker.table = tables?.layers[index]
            inputGradients.append(
                wants ? try maker.makeBuffer(maker.grid, features: maker.features) : nil)
            stages.append(try maker.make(layer))
            maker.advance(to: grids[index], features: model.featureSizes[index])
        }
        outputGrid = maker.grid
    }

    /// The model's output after ``forward(parameters:training:noise:)``, `[sites, O]`.
    package var output: Buffer<Element> { values.last! }

    /// The layers that have states, in order.
    private(set) lazy var recurrentLayers = stages.compactMap { stage in
        let inner = (stage as? SkipStage<Element>)?.inner ?? stage
        return (inner as? RecurrentStage<Element>)?.layer
    }

    /// The output, copied to the host, `[B, E1, .., EN, O]`.
    package func readOutput() throws -> Tensor<Element> {
        Tensor(
            shape: [outputGrid.batch] + outputGrid.extents + [model.outputSize], values: try output.read())
    }

    /// The input and the layers' outputs in order, with their names in messages.
    package func named() throws -> [(name: String, values: [Element])] {
        try values.enumerated().map { index, buffer in
            (index == 0 ? "the input" : "the output of layer \(index - 1)", try buffer.read())
        }
    }

    /// dL/dx after a backward pass, copied to the host, `[B, E1, .., EN, I]`; nil where it is not wanted.
    func readInputGradient() throws -> Tensor<Element>? {
        try inputGradients[0].map {
            Tensor(shape: [inputGrid.batch] + inputGrid.extents + [model.inputSize], values: try $0.read())
        }
    }

    /// Copies the model's input to the device, `[sites, I]`.
    package func write(input: [Element]) throws { try staged.write(input) }

    /// - Parameter noise: the key of the masks of dropout and zoneout in training; nil in inference
    package func forward(parameters: Buffer<Element>, training: Bool, noise: NoiseKey? = nil) throws {
        self.noise = noise
        for (index, stage) in stages.enumerated() {
            values[index + 1] = try stage.forward(
                values[index], parameters: parameters, training: training, noise: noise?.of(layer: index))
        }
    }

    /// Takes into the parameters what layers keep of the last forward pass in training.
    package func keepRunning(in parameters: Buffer<Element>) throws {
        for stage in stages { try stage.keepRunning(in: parameters) }
    }

    /// Computes the gradients of the parameters that learn, into `gradients`.
    ///
    /// - Parameters:
    ///   - dy: dL/dy, `[sites, O]`
    ///   - parameters: all parameters of the model
    ///   - gradients: the gradients of all parameters; frozen layers do not write their part
    ///   - adding: whether they are added to the present values
    ///   - done: told of each layer whose gradients are final, the last first, once its kernels are enqueued
    package func backward(
        dy: Buffer<Element>, parameters: Buffer<Element>, into gradients: Buffer<Element>, adding: Bool = false,
        done: (_ layer: Int) throws -> Void = { _ in }
    ) throws {
        var dy = dy
        for index in stages.indices.reversed() where index >= firstReached {
            let dx = inputGradients[index]
            try stages[index].backward(
                StageBackward(
                    x: values[index], y: values[index + 1], dy: dy, parameters: parameters,
                    gradients: trains[index] ? gradients : nil, adding: adding, dx: dx,
                    noise: noise?.of(layer: index)))
            try done(index)
            if let dx { dy = dx }
        }
    }
}

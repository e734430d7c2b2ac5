import MDLSTM

/// What the host computes for a model over a grid before a pass over it: the tables of its layers.
///
/// A pass makes those that it is not given.
struct ModelTables: Sendable {
    /// Of each layer: a ``HostSchedule``, `PatchTable`, `PoolTable` or `ConvolutionTable`; nil where there is none.
    let layers: [(any Sendable)?]

    init(_ plan: ModelPlan, grid: Grid) throws {
        var (grid, layers) = (grid, [(any Sendable)?]())
        let grids = try plan.model.grids(from: grid)
        for (index, layer) in plan.model.layers.enumerated() {
            switch layer {
            case .recurrent(let configuration, let merge) where !plan.recomputes:
                try configuration.validateSize(of: grid)
                let shape = LayerShape(
                    configuration, traits: plan.traits, precision: plan.precision,
                    training: plan.isTrained(index), merge: merge)
                layers.append(try HostSchedule(shape, grid: grid, path: plan.path, traits: plan.traits))
            case .patch(let window): layers.append(try PatchTable(grid: grid, window: window))
            case .pool(let axes, _): layers.append(try PoolTable(grid: grid, axes: axes ?? Set(0..<grid.axes)))
            case .maxPool(let window): layers.append(try PoolTable(grid: grid, window: window))
            case .convolution(let window, let stride, let padding, _, _):
                let window = ConvolutionWindow(extents: window, stride: stride, padding: padding)
                layers.append(try ConvolutionTable(grid: grid, window: window))
            case .recurrent, .dense, .activation, .reverse, .embedding, .dropout: layers.append(nil)
            }
            grid = grids[index]
        }
        self.layers = layers
    }
}

/// What a model's tables depend on beside the grid.
struct ModelPlan: Sendable {
    let model: ModelConfiguration
    let traits: DeviceTraits
    let precision: Precision
    let path: ComputePath

    /// The first layer that a gradient reaches; nil in a pass that only predicts.
    let firstTrained: Int?
    let recomputes: Bool

    init(
        _ model: ModelConfiguration, library: KernelLibrary, precision: Precision, path: ComputePath,
        training: TrainingConfiguration?
    ) {
        (self.model, traits, self.precision, self.path) = (model, library.traits, precision, path)
        firstTrained = training.map { training in
            model.layers.indices.first { training.trains($0, of: model) } ?? model.layers.count
        }
        recomputes = training?.recompute ?? false
    }

    /// Whether a layer keeps what a backward pass needs.
    func isTrained(_ index: Int) -> Bool { firstTrained.map { index >= $0 } ?? false }
}

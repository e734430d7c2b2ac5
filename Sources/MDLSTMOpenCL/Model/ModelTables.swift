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
            if case .recurrent(let configuration, let merge) = layer.withoutSkip {
                try configuration.validateSize(of: grid)
                let shape = LayerShape(
                    configuration, traits: plan.traits, precision: plan.precision,
                    training: index >= plan.firstReached, merge: merge)
                layers.append(
                    plan.recomputes
                        ? nil
                        : try HostSchedule(
                            shape, grid: grid, boundaryStates: plan.carriesStates, path: plan.path, traits: plan.traits)
                )
            } else {
                layers.append(try layer.table(over: grid))
            }
            grid = grids[index]
        }
        self.layers = layers
    }
}

extension LayerDescription {
    /// The table of a layer that gathers sites; nil of others.
    func table(over grid: Grid) throws(MDLSTMError) -> (any Sendable)? {
        switch self {
        case .patch(let window): try PatchTable(grid: grid, window: window)
        case .pool(let axes, _): try PoolTable(grid: grid, axes: axes ?? Set(0..<grid.axes))
        case .maxPool(let window): try PoolTable(grid: grid, window: window)
        case .convolution(let window, let stride, let padding, _, _):
            try ConvolutionTable(
                grid: grid, window: ConvolutionWindow(extents: window, stride: stride, padding: padding))
        case .recurrent, .dense, .activation, .reverse, .embedding, .oneHot, .dropout, .batchNorm, .mcgsm, .skip: nil
        }
    }
}

/// What a model's tables depend on beside the grid.
struct ModelPlan: Sendable {
    let model: ModelConfiguration
    let traits: DeviceTraits
    let precision: Precision
    let path: ComputePath

    /// The first layer that a gradient reaches.
    let firstReached: Int
    let recomputes: Bool, carriesStates: Bool

    /// The most directions of a layer.
    let mostDirections: Int

    init(
        _ model: ModelConfiguration, library: KernelLibrary, precision: Precision, path: ComputePath,
        training: TrainingConfiguration
    ) {
        (self.model, traits, self.precision, self.path) = (model, library.traits, precision, path)
        firstReached = training.firstReached(of: model)
        (recomputes, carriesStates) = (training.recompute, training.carriesStates)
        mostDirections =
            model.layers.map { layer in
                if case .recurrent(let configuration, _) = layer.withoutSkip {
                    configuration.directions.count
                } else {
                    1
                }
            }.max() ?? 1
    }
}

import MDLSTM

/// The way through the wavefronts.
public enum ComputePath: String, CaseIterable, Sendable {
    /// Chosen for every layer and grid by the device: see `SweepPlan`.
    case auto
    /// Per wavefront one batched product by CLBlast and one kernel for gates and cell.
    case gemm
    /// One kernel per wavefront for gather, products, gates and cell.
    case fused
    /// The same, a work-group for every tile of rows and units, which it computes through local memory.
    case tiles
    /// The same tiles, those of all wavefronts in one launch, in which work-groups wait for one another; on devices where
    /// that is known to work.
    case chain
    /// One launch for many wavefronts: each work-item walks the wavefronts of its own samples, block of sites and
    /// direction.
    case sweep

    /// All ways that can be taken, none of them `auto`.
    public static let ways: [ComputePath] = [.fused, .tiles, .chain, .sweep, .gemm]

    /// The way that is taken for a layer where a sweep can be cut as `plan` says.
    ///
    /// On pocl a training step by `fused` takes about a fifth of one by CLBlast as installed, and it saves two of three
    /// launches a wavefront anywhere. `sweep` saves most launches, but only a processor computes well with one work-item
    /// a core. What a GPU loads to local memory serves a whole work-group: `tiles`. Small wavefronts take less time there
    /// than their launches, 6 to 10 us each on an H100, where a step of `chain` takes 1.5 us beside its work: it is taken
    /// where groups can wait for one another, and where the weights of a tile stay in local memory, so that a group has
    /// them before what it waits for is there. Of larger layers `chain` takes longer: groups that wait are in the way of
    /// those that compute. A way that the device is tuned to for layers of this size goes before all that.
    func resolved(by plan: SweepPlan, for layer: LayerConfiguration, traits: DeviceTraits) -> ComputePath {
        fixed(for: layer, traits: traits) ?? (plan.sweepTime <= plan.fusedTime ? .sweep : .fused)
    }

    /// The way that is taken whatever the grid; nil where that decides.
    private func fixed(for layer: LayerConfiguration, traits: DeviceTraits) -> ComputePath? {
        var way = self
        if way == .auto { way = traits.tuning.ways[SizeClass(hiddenSize: layer.hiddenSize)] ?? .auto }
        if way == .auto && !traits.isProcessor {
            way = SharedTile.holdsWeights(of: layer, traits: traits) ? .chain : .tiles
        }
        // The rows of a layer norm have to be finished between the wavefronts.
        if way == .chain && (layer.options.layerNorm != .none || !traits.groupsCanWait(size: layer.hiddenSize)) {
            way = .tiles
        }
        return way == .auto ? nil : way
    }

    /// Whether the way that is taken computes tiles in local memory, whatever the grid.
    func sharesTiles(for layer: LayerConfiguration, traits: DeviceTraits) -> Bool {
        fixed(for: layer, traits: traits)?.sharesTiles ?? false
    }

    /// Whether a work-group computes a tile, in local memory.
    var sharesTiles: Bool { self == .tiles || self == .chain }
}

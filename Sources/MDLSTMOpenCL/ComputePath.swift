/// The way through the wavefronts.
public enum ComputePath: String, CaseIterable, Sendable {
    /// Chosen for every layer and grid by the device: see `SweepPlan`.
    case auto
    /// Per wavefront one batched product by CLBlast and one kernel for gates and cell.
    case gemm
    /// One kernel per wavefront for gather, products, gates and cell.
    case fused
    /// One launch for many wavefronts: each work-item walks the wavefronts of its own samples, block of sites and
    /// direction.
    case sweep

    /// The way that is taken where a sweep can be cut as `plan` says.
    ///
    /// On pocl a training step by `fused` takes about a fifth of one by CLBlast as installed, and it saves two of three
    /// launches a wavefront anywhere. `sweep` saves most launches, but only a processor computes well with one work-item
    /// a core. A way that the device is tuned to for layers of this size goes before all that.
    func resolved(by plan: SweepPlan, hiddenSize: Int, traits: DeviceTraits) -> ComputePath {
        guard self == .auto else { return self }
        if let way = traits.tuning.ways[SizeClass(hiddenSize: hiddenSize)], way != .auto { return way }
        return traits.isProcessor && plan.sweepTime <= plan.fusedTime ? .sweep : .fused
    }
}

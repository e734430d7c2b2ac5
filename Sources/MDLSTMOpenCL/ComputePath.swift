package import MDLSTM

/// The way through the wavefronts.
public enum ComputePath: String, CaseIterable, Sendable {
    /// Chosen for every layer and grid by the device: see `resolved(for:traits:)`.
    case auto
    /// Per wavefront one batched product by CLBlast and one kernel for gates and cell.
    case gemm
    /// One kernel per wavefront for gather, products, gates and cell.
    case fused
    /// One launch for all wavefronts: each work-item walks those of its own samples in one direction.
    case sweep

    /// The way that is taken over a schedule.
    ///
    /// On pocl a training step by `fused` takes about a fifth of one by CLBlast as installed, and it saves two of three
    /// launches a wavefront anywhere. `sweep` saves the launches too, but only a processor computes well with one
    /// work-item a core, and only with several samples or directions for each.
    package func resolved(for schedule: Schedule, traits: DeviceTraits) -> ComputePath {
        guard self == .auto else { return self }
        let independent = schedule.directions.count * schedule.grid.batch
        return traits.isProcessor && independent >= 4 * traits.computeUnits ? .sweep : .fused
    }
}

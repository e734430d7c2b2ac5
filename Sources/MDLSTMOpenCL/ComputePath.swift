/// The way through the wavefronts.
public enum ComputePath: String, CaseIterable, Sendable {
    /// Chosen for the device by ``resolved(isProcessor:)``.
    case auto
    /// Per wavefront one batched product by CLBlast and one kernel for gates and cell.
    case gemm
    /// One kernel per wavefront for gather, products, gates and cell.
    case fused

    /// The way that is taken: `fused` beats CLBlast as installed some tenfold on a processor, and saves two of three
    /// launches a wavefront anywhere.
    package func resolved(isProcessor: Bool) -> ComputePath { self == .auto ? .fused : self }
}

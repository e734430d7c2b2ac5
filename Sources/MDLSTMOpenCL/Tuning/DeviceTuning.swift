public import OpenCLRuntime

/// What is chosen for a device by measurement: register tiles, the way through the wavefronts, CLBlast's parameters.
public struct DeviceTuning: Hashable, Sendable {
    /// Sums that a work-item holds side by side, vectors each.
    public var sums: Int

    /// The most rows of a tile.
    public var rows: Int

    /// Multiply-adds that a compute unit does in the time of a launch.
    public var launch: Int

    /// Work-groups, for 100 compute units, that a launch of tiles in local memory must have to take larger tiles.
    public var groups: Int

    /// The way for the layers of each class; `auto` estimates it.
    public var ways: [SizeClass: ComputePath]

    /// Parameters of CLBlast's kernels; those of its own tables where there are none.
    public var gemm: GemmParameters

    public init(
        sums: Int, rows: Int, launch: Int = 450_000, groups: Int = 75, ways: [SizeClass: ComputePath] = [:],
        gemm: GemmParameters = [:]
    ) {
        self.sums = sums
        self.rows = rows
        self.launch = launch
        self.groups = groups
        self.ways = ways
        self.gemm = gemm
    }

    /// The built-in values for a device.
    ///
    /// CLBlast's products on a processor take a quarter of their time with work-groups of 8 x 8.
    public init(device: Device) {
        self.init(isProcessor: device.kind == .cpu, lanes: device.nativeVectorWidthFloat)
        if device.kind == .cpu { gemm = GemmCandidates.processor }
        // Threads of 4 KiB of registers.
        if device.kind != .cpu && device.vendor.contains("Intel") { sums = 6 }
    }

    /// The built-in tiles for a kind of device with vectors of `lanes` floats.
    ///
    /// Those of processors are measured on pocl: of the 32 registers of AVX-512 26 hold sums, of the 16 of AVX2 13; a
    /// launch takes some 6 us, in which a core of Zen 4 does 350 000 multiply-adds and one of Zen 5 700 000. Those of GPUs
    /// are not measured: a work-item holds as many sums as leave several groups at a time on a multiprocessor.
    init(isProcessor: Bool, lanes: Int) {
        if isProcessor {
            self.init(sums: lanes >= 16 ? 26 : 13, rows: 8)
        } else {
            self.init(sums: 10, rows: 4, launch: 1_000_000)
        }
    }
}

/// Layers that take one way, by their hidden size H.
public enum SizeClass: String, CaseIterable, Sendable {
    /// H up to 32.
    case small
    /// H up to 128.
    case medium
    /// Larger H.
    case large

    public init(hiddenSize: Int) { self = hiddenSize <= 32 ? .small : hiddenSize <= 128 ? .medium : .large }
}

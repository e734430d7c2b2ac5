package import MDLSTM
package import OpenCLRuntime

/// Vector widths, register tiles and work-groups of a kind of device.
public enum KernelShapes: String, CaseIterable, Sendable {
    /// One work-item a work-group, vectors of 16 floats.
    case processor
    /// Work-groups of 64, or of 128 where they share a tile, and vectors of 4.
    case gpu
}

/// What the work-items of a kernel compute, which decides how many a group has.
package enum WorkItems {
    /// One element or row each, or that share one.
    case elements
    /// A tile each.
    case tiles
    /// A tile together, through local memory.
    case sharedTiles
}

/// What the kernels are shaped by: vector widths, register tiles and work-group sizes of a kind of device.
package struct DeviceTraits: Sendable {
    /// Whether the device is a processor: one work-item a work-group, vectors as wide as its registers.
    package let isProcessor: Bool

    package let computeUnits: Int

    /// Work-items of a group for kernels whose items each compute a tile.
    package let tileGroup: Int

    /// Work-items of a group for kernels of one element or row each, or shared.
    package let elementGroup: Int

    /// Work-items of a group that computes a tile through local memory, and the bytes of that.
    let sharedGroup: Int, localMemory: Int

    /// Bytes that a row of states must have a multiple of, so that what a group wrote is seen by running groups that wait for
    /// it: see `tile_chain.cl`. Known of pocl's processors, and of NVIDIA's GPUs through their own instruction, where no part
    /// of a row may come to a group's cache with another row, before it is written; nil on other devices.
    let waitingRowBytes: Int?

    /// What was chosen by measurement.
    let tuning: DeviceTuning

    private let floatWidth: Int
    private let doubleWidth: Int

    /// Traits that are given: for tests of the shapes of other devices.
    package init(
        isProcessor: Bool, computeUnits: Int, group: Int, floatWidth: Int, doubleWidth: Int, sharedGroup: Int = 128,
        localMemory: Int = 32 << 10, waitingRowBytes: Int? = 1
    ) {
        self.isProcessor = isProcessor
        self.computeUnits = computeUnits
        tuning = DeviceTuning(isProcessor: isProcessor, lanes: floatWidth)
        self.floatWidth = floatWidth
        self.doubleWidth = doubleWidth
        elementGroup = group
        tileGroup = isProcessor ? 1 : group
        self.sharedGroup = sharedGroup
        self.localMemory = localMemory
        self.waitingRowBytes = waitingRowBytes
    }

    /// The built-in traits of a kind of device, for a check of its kernels on another.
    init(_ shapes: KernelShapes, on device: Device) {
        let isProcessor = shapes == .processor
        self.init(
            isProcessor: isProcessor, computeUnits: device.computeUnits, group: min(64, device.maximumWorkGroupSize),
            floatWidth: isProcessor ? 16 : 4, doubleWidth: isProcessor ? 8 : 2,
            sharedGroup: Self.sharedGroup(of: device),
            localMemory: isProcessor ? device.localMemoryBytes : min(48 << 10, device.localMemoryBytes),
            waitingRowBytes: Self.waitingRowBytes(device))
    }

    package init(device: Device, tuning: DeviceTuning) {
        self.tuning = tuning
        isProcessor = device.kind == .cpu
        computeUnits = device.computeUnits
        elementGroup = min(64, device.maximumWorkGroupSize)
        tileGroup = isProcessor ? 1 : min(64, device.maximumWorkGroupSize)
        sharedGroup = Self.sharedGroup(of: device)
        localMemory = device.localMemoryBytes
        waitingRowBytes = Self.waitingRowBytes(device)
        // A GPU computes with scalars; short vectors there only widen the loads.
        floatWidth = isProcessor ? Self.powerOfTwo(atMost: max(4, device.nativeVectorWidthFloat)) : 4
        doubleWidth = isProcessor ? Self.powerOfTwo(atMost: max(2, device.nativeVectorWidthDouble)) : 2
    }

    /// The widest vector of the device.
    package func widestVector(_ precision: Precision) -> Int { precision == .float32 ? floatWidth : doubleWidth }

    /// Vector width for rows that may be padded: as wide as the device's, narrower only for very small rows.
    package func vectorWidth(padding size: Int, _ precision: Precision) -> Int {
        var width = 1
        while width < min(size, widestVector(precision)) { width *= 2 }
        return width
    }

    /// `size` padded to a multiple of that width.
    package func padded(_ size: Int, _ precision: Precision) -> Int {
        let width = vectorWidth(padding: size, precision)
        return (size + width - 1) / width * width
    }

    /// Vector width for rows that may not be padded: the widest that divides them.
    package func vectorWidth(dividing size: Int, _ precision: Precision) -> Int {
        var width = widestVector(precision)
        while size % width != 0 { width /= 2 }
        return width
    }

    /// Rows, or values of z, that a work-item computes side by side when each needs `sums` vector registers.
    package func rows(sums: Int) -> Int {
        min(tuning.rows, max(1, tuning.sums / sums))
    }

    /// Blocks of units that a work-item computes side by side where each needs `vectors` sums: a processor's loads then
    /// keep up with its multiply-adds. As many of 4, 2 and 1 as divide `blocks`; 4 only where the sums of six rows fit.
    package func span(blocks: Int, vectors: Int, atMost limit: Int = 4) -> Int {
        guard isProcessor && vectors == 1 else { return 1 }
        let most = min(limit, rows(sums: 4) >= 6 ? 4 : 2)
        return [4, 2].first { $0 <= most && blocks % $0 == 0 } ?? 1
    }

    /// Whether a work-item copies the rows that it reads again and again, vectors of `padded` units: on a processor, whose
    /// cache keeps few of rows that are long and a power of two apart.
    func copiesRows(padded: Int, _ precision: Precision) -> Bool {
        isProcessor && padded * (precision == .float32 ? 4 : 8) >= 512
    }

    /// Work-items that share a row of `vectors` vectors, neighbours then reading neighbours: a power of two.
    func itemsOfRow(vectors: Int) -> Int {
        var items = 1
        while !isProcessor && items < min(vectors, elementGroup) { items *= 2 }
        return items
    }

    /// Elements whose noise a work-item draws side by side: on a processor as many as fit a vector of 32-bit words, on a GPU
    /// one, since neighbours write neighbours.
    var noiseLanes: Int { isProcessor ? 16 : 1 }

    /// Work-items that bring a sum together: a group of them, but on a processor one.
    var itemsOfSum: Int { isProcessor ? 1 : elementGroup }

    /// Chunks that keep all units busy where each makes `items` work-items; on a processor the same for any number of
    /// units, so that sums over chunks have the same bits.
    package func chunks(ofItems items: Int) -> Int {
        let wanted = isProcessor ? 64 : 8 * computeUnits
        return max(1, min(64, (wanted + items - 1) / items))
    }

    /// Chunks of rows that give every unit several groups where each makes `groups`.
    func tiledChunks(groups: Int) -> Int { max(1, (4 * computeUnits + groups - 1) / groups) }

    /// Groups of a launch that fill the device: of fewer, lower tiles are taken.
    var fillingGroups: Int { computeUnits * tuning.groups / 100 }

    /// Work-items of a group of a kernel.
    func group(_ items: WorkItems) -> Int {
        switch items {
        case .elements: elementGroup
        case .tiles: tileGroup
        case .sharedTiles: sharedGroup
        }
    }

    /// Whether work-groups over rows of `size` units can wait for one another, in both precisions.
    func groupsCanWait(size: Int) -> Bool {
        guard let bytes = waitingRowBytes else { return false }
        return 4 * padded(size, .float32) % bytes == 0 && 8 * padded(size, .float64) % bytes == 0
    }

    private static func waitingRowBytes(_ device: Device) -> Int? {
        if device.isPoCL && device.kind == .cpu { return 1 }
        // A sector of a cache.
        return device.vendor.contains("NVIDIA") ? 32 : nil
    }

    private static func sharedGroup(of device: Device) -> Int { device.maximumWorkGroupSize >= 128 ? 128 : 64 }

    private static func powerOfTwo(atMost limit: Int) -> Int {
        var value = 1
        while value * 2 <= min(limit, 16) { value *= 2 }
        return value
    }
}

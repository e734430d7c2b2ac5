package import MDLSTM
package import OpenCLRuntime

/// The kernels of the package, compiled for one device as they are asked for.
package final class KernelLibrary {
    package let context: Context
    package let traits: DeviceTraits

    /// The files of all kernels that are asked for, where this is not nil.
    var usedFiles: Set<String>?

    private let folder: String?
    private var compiled: [KernelVariant: CompiledKernel] = [:]

    /// - Parameter folder: A folder to read the .cl files from instead of those embedded in the binary;
    ///   `MDLSTM_KERNELS` unless given.
    /// - Parameter traits: What the kernels are shaped by; those of the device unless given.
    package init(context: Context, folder: String? = KernelText.folder, traits: DeviceTraits? = nil) {
        self.context = context
        self.folder = folder
        self.traits =
            traits ?? DeviceTraits(device: context.device, tuning: DeviceTuning(device: context.device))
    }

    /// The kernel for `variant`, compiled on first use.
    package func kernel(_ variant: KernelVariant) throws -> CompiledKernel {
        usedFiles?.formUnion(variant.files)
        if let kernel = compiled[variant] { return kernel }
        let sources = try variant.files.map { file in
            ProgramSource(name: file, text: try KernelText.text(of: file, in: folder))
        }
        let program = try context.program(sources: sources, options: variant.options)
        let kernel = CompiledKernel(
            kernel: try program.kernel(variant.name), workGroupSize: variant.workGroupSize)
        compiled[variant] = kernel
        return kernel
    }
}

extension KernelLibrary {
    /// A kernel of one element or row a work-item, or shared by some, that knows no cell.
    func elementKernel<Element: Scalar>(
        _ name: String, _ type: Element.Type, helpers: [String] = [], lanes: Int = 1, _ more: KernelConstants = [:]
    ) throws -> CompiledKernel {
        let constants: KernelConstants = ["DOUBLE": Element.precision == .float64 ? 1 : 0, "V": lanes]
        return try kernel(
            KernelVariant(
                name: name, helpers: helpers, constants: constants.adding(more), workGroupSize: traits.elementGroup))
    }

    /// Launches a kernel of ``elementKernel(_:_:helpers:lanes:_:)`` of which `items` work-items share each of `rows` rows or
    /// parts.
    func launchRows<Element: Scalar>(
        _ name: String, _ type: Element.Type, helpers: [String] = [], lanes: Int = 1, constants: KernelConstants = [:],
        items: Int, rows: Int, _ arguments: [KernelArgument]
    ) throws {
        try elementKernel(name, type, helpers: helpers, lanes: lanes, constants.adding("ITEMS", items)).launch(
            items: rows * items, arguments)
    }

    /// A kernel whose groups compute tiles in local memory and that knows no cell.
    func sharedTileKernel<Element: Scalar>(
        _ name: String, _ type: Element.Type, helpers: [String] = [], lanes: Int, _ more: KernelConstants
    ) throws -> CompiledKernel {
        let constants: KernelConstants = ["DOUBLE": Element.precision == .float64 ? 1 : 0, "V": lanes]
        return try kernel(
            KernelVariant(
                name: name, helpers: ["layout"] + helpers, constants: constants.adding(more),
                workGroupSize: traits.sharedGroup))
    }

    /// A kernel whose work-items compute tiles and that knows no cell.
    func tileKernel<Element: Scalar>(
        _ name: String, _ type: Element.Type, helpers: [String] = [], lanes: Int, _ more: KernelConstants = [:]
    ) throws -> CompiledKernel {
        let constants: KernelConstants = ["DOUBLE": Element.precision == .float64 ? 1 : 0, "V": lanes]
        return try kernel(
            KernelVariant(
                name: name, helpers: helpers, constants: constants.adding(more), workGroupSize: traits.tileGroup))
    }
}

/// One kernel with the constants it is compiled for.
package struct KernelVariant: Hashable {
    /// Name of the kernel and of its file.
    package let name: String

    /// Files joined before it, in order, `common.cl` aside.
    package var helpers: [String] = []

    /// `-D` constants.
    package var constants: KernelConstants = [:]

    package var workGroupSize: Int

    /// The file of products of tiles, for 1 row, 2, and so on to `rows`.
    static func products(_ file: String, rows: Int) -> [String] {
        (0..<rows).flatMap { _ in ["tile_rows", file] }
    }

    var files: [String] { (["common"] + helpers + [name]).map { $0 + ".cl" } }

    var options: [String] {
        constants.entries.map { "-D\($0.name)=\($0.value)" }
            + ["-DWG=\(workGroupSize)", "-cl-std=CL1.2"]
    }
}

/// `-D` constants in order; an array, since it is hashed at every launch.
package struct KernelConstants: Hashable, ExpressibleByDictionaryLiteral {
    struct Entry: Hashable {
        let name: String
        let value: String
    }

    private(set) var entries: [Entry]

    package init(dictionaryLiteral elements: (String, Int)...) {
        entries = elements.map { Entry(name: $0, value: String($1)) }
    }

    /// These constants, then those of `more`, which none of these may be.
    func adding(_ more: KernelConstants) -> KernelConstants {
        var sum = self
        sum.entries += more.entries
        return sum
    }

    /// These constants, then one more.
    func adding(_ name: String, _ value: Int) -> KernelConstants {
        var sum = self
        sum.entries.append(Entry(name: name, value: String(value)))
        return sum
    }

    /// These constants, then a `real` in the precision of the kernels.
    func adding(_ name: String, _ value: Double, _ precision: Precision) -> KernelConstants {
        var sum = self
        sum.entries.append(Entry(name: name, value: precision == .float32 ? "\(Float(value))f" : "\(value)"))
        return sum
    }
}

/// A kernel with the work-group size it was compiled for.
package struct CompiledKernel {
    let kernel: Kernel
    let workGroupSize: Int

    /// Enqueues at least `items` work-items, and as many again for each of `sets` parameter sets.
    package func launch(items: Int, sets: Int = 1, _ arguments: [KernelArgument]) throws(OpenCLError) {
        try kernel.enqueue(arguments, global: [items, sets], local: [workGroupSize, 1])
    }
}

extension KernelArgument {
    /// A `real` of the kernels: float or double.
    package static func real<T: Scalar>(_ value: Double, as type: T.Type) -> KernelArgument {
        T.precision == .float32 ? .float(Float(value)) : .double(value)
    }
}

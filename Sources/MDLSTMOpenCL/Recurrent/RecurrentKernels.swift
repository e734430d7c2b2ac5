import MDLSTM
import OpenCLRuntime

extension Recurrent {
    private func constants(lanes: Int? = nil) -> KernelConstants {
        ["DOUBLE": Element.precision == .float64 ? 1 : 0, "V": lanes ?? width]
    }

    /// A kernel that computes the cell.
    func cellKernel(
        _ name: String, helpers: [String], items: WorkItems = .tiles, _ more: KernelConstants = [:]
    ) throws -> CompiledKernel {
        let constants = constants().adding(cell.constants).adding(shape.program.constants(Element.precision)).adding(
            more)
        return try library.kernel(
            KernelVariant(
                name: name, helpers: helpers, constants: constants, workGroupSize: library.traits.group(items)))
    }

    /// A kernel that knows how rows lie, but not the cell's equations: cells of one layout share it.
    func layoutKernel(
        _ name: String, helpers: [String] = [], items: WorkItems = .tiles, lanes: Int? = nil,
        _ more: KernelConstants = [:]
    ) throws -> CompiledKernel {
        try library.kernel(
            KernelVariant(
                name: name, helpers: ["layout"] + helpers,
                constants: constants(lanes: lanes).adding(cell.constants).adding(more),
                workGroupSize: library.traits.group(items)))
    }
}

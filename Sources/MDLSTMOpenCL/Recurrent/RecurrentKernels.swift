import MDLSTM
import OpenCLRuntime

extension Recurrent {
    private func constants(lanes: Int? = nil) -> KernelConstants {
        ["DOUBLE": Element.precision == .float64 ? 1 : 0, "V": lanes ?? width]
    }

    /// A kernel that computes the cell, in tiles of hidden units or one row a work-item.
    func cellKernel(
        _ name: String, helpers: [String], byRow: Bool = false, _ more: KernelConstants = [:]
    ) throws -> CompiledKernel {
        let constants = constants().adding(cell.constants).adding(shape.program.constants(Element.precision)).adding(
            more)
        let (rowGroup, tileGroup) = (library.traits.elementGroup, library.traits.tileGroup)
        return try library.kernel(
            KernelVariant(
                name: name, helpers: helpers, constants: constants, workGroupSize: byRow ? rowGroup : tileGroup))
    }

    /// A kernel that knows how rows lie, but not the cell's equations: cells of one layout share it.
    func layoutKernel(
        _ name: String, helpers: [String] = [], byRow: Bool = false, lanes: Int? = nil, _ more: KernelConstants = [:]
    ) throws -> CompiledKernel {
        let (rowGroup, tileGroup) = (library.traits.elementGroup, library.traits.tileGroup)
        return try library.kernel(
            KernelVariant(
                name: name, helpers: ["layout"] + helpers,
                constants: constants(lanes: lanes).adding(cell.constants).adding(more),
                workGroupSize: byRow ? rowGroup : tileGroup))
    }
}

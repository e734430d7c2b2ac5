import MDLSTM
import OpenCLRuntime

/// The extents of a ragged batch on the device.
struct PaddingTable {
    let axes: Int

    /// Sites of the storage.
    let sites: Int

    /// Of the storage, then of each sample, `[1 + B, N]`.
    let extents: Buffer<Int32>

    init(_ grid: Grid, context: Context) throws {
        axes = grid.axes
        sites = grid.siteCount
        extents = try context.makeBuffer(copying: ([grid.extents] + grid.samples).joined().map { Int32($0) })
    }
}

extension KernelLibrary {
    /// Sets the sites that belong to no sample to zero, in rows of `width` by site.
    func clearPadding<Element: Scalar>(of target: Buffer<Element>, width: Int, by table: PaddingTable) throws {
        try elementKernel("clear_padding", Element.self).launch(
            items: table.sites,
            [.int(table.sites), .int(table.axes), .int(width), .buffer(table.extents), .buffer(target)])
    }
}

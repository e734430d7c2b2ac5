import MDLSTM
import OpenCLRuntime

/// Where each element of a layout of the kernels lies among the parameters; -1 for padding, which is zero.
struct PlaceTable {
    let places: Buffer<Int32>

    init(_ places: [Int32], context: Context) throws {
        self.places = try context.makeBuffer(copying: places)
    }
}

extension KernelLibrary {
    /// Copies parameters to where the kernels read them.
    func pack<Element: Scalar>(
        _ parameters: Buffer<Element>, by table: PlaceTable, into packed: Buffer<Element>
    ) throws {
        try elementKernel("pack", Element.self).launch(
            items: table.places.count,
            [.int(table.places.count), .buffer(table.places), .buffer(parameters), .buffer(packed)])
    }

    /// Adds the partial sums of `chunks` and stores them where the parameters lie; `adding` them to what is there, or not.
    func sumPartials<Element: Scalar>(
        _ partial: Buffer<Element>, chunks: Int, by table: PlaceTable, into gradients: Buffer<Element>,
        adding: Bool
    ) throws {
        try elementKernel("sum_partials", Element.self).launch(
            items: table.places.count,
            [
                .int(table.places.count), .int(chunks), .int(adding ? 1 : 0), .buffer(table.places),
                .buffer(partial), .buffer(gradients),
            ])
    }
}

import MDLSTM
import OpenCLRuntime

extension KernelLibrary {
    /// `target[r] = sum over t of source[index[r, t]]`, rows of `width` elements; a negative index counts as zeros.
    ///
    /// - Parameters:
    ///   - offset: of the elements taken from the beginning of a row of `source`
    ///   - stride: elements from one row of `source` to the next
    ///   - index: `[rows, terms]`
    ///   - target: `[rows, width]`
    func gatherRows<Element: Scalar>(
        _ source: Buffer<Element>, offset: Int = 0, stride: Int, index: Buffer<Int32>, rows: Int, terms: Int,
        width: Int, into target: Buffer<Element>
    ) throws {
        let lanes = traits.vectorWidth(dividing: width, Element.precision)
        try launchRows(
            "gather_rows", Element.self, lanes: lanes, items: traits.itemsOfRow(vectors: width / lanes), rows: rows,
            [
                .int(rows), .int(terms), .int(width), .int(stride), .int(offset), .buffer(index), .buffer(source),
                .buffer(target),
            ])
    }

    /// `target[places[r]] = source[r]`, or `+=`; rows with a negative place go nowhere.
    ///
    /// - Parameters:
    ///   - source: `[rows, width]`
    ///   - places: `[rows]`
    ///   - offset: of the elements written from the beginning of a row of `target`
    ///   - stride: elements from one row of `target` to the next
    ///   - adding: whether the rows are added to what is there
    func scatterRows<Element: Scalar>(
        _ source: Buffer<Element>, width: Int, to places: Buffer<Int32>, of target: Buffer<Element>, offset: Int = 0,
        stride: Int, adding: Bool
    ) throws {
        let lanes = traits.vectorWidth(dividing: width, Element.precision)
        try launchRows(
            "scatter_rows", Element.self, lanes: lanes, items: traits.itemsOfRow(vectors: width / lanes),
            rows: places.count,
            [
                .int(places.count), .int(width), .int(stride), .int(offset), .int(adding ? 1 : 0), .buffer(places),
                .buffer(source), .buffer(target),
            ])
    }
}

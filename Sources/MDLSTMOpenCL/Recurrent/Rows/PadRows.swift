import MDLSTM
import OpenCLRuntime

extension KernelLibrary {
    /// Copies rows of `count` elements into vectors of `padded`, zeros behind them.
    ///
    /// - Parameters:
    ///   - sourceStride: from one row to the next; `count` unless given
    ///   - first: the vector of `target` the first row goes to
    ///   - vectors: vectors of `target` from one row to the next
    func padRows<Element: Scalar>(
        _ source: Buffer<Element>, offset: Int = 0, sourceStride: Int? = nil, rows: Int, count: Int, padded: Int,
        into target: Buffer<Element>, first: Int = 0, vectors: Int = 1
    ) throws {
        try launchRows(
            "pad_rows", Element.self, items: traits.itemsOfRow(vectors: padded), rows: rows,
            [
                .int(rows), .int(count), .int(padded), .int(offset), .int(sourceStride ?? count), .int(first),
                .int(vectors), .buffer(source), .buffer(target),
            ])
    }
}

import MDLSTM

/// One of the eight ways to lay a picture on its grid: flipped along either axis or both, then transposed or not.
struct PictureTurn: Hashable, Sendable {
    var flipsRows = false, flipsColumns = false, isTransposed = false

    /// All eight, the picture as it is first.
    static let all = (0..<8).map {
        PictureTurn(flipsRows: $0 & 1 != 0, flipsColumns: $0 & 2 != 0, isTransposed: $0 & 4 != 0)
    }

    /// A picture `[height, width, channels]` laid so.
    func callAsFunction(_ picture: Tensor<Double>) -> Tensor<Double> {
        guard self != PictureTurn() else { return picture }
        let (height, width, channels) = (picture.shape[0], picture.shape[1], picture.shape[2])
        let turned = isTransposed ? (rows: width, columns: height) : (rows: height, columns: width)
        var values: [Double] = []
        values.reserveCapacity(picture.count)
        for place in 0..<(height * width) {
            let (row, column) = source(place / turned.columns, place % turned.columns, height, width)
            values += picture.values[((row * width + column) * channels)..<((row * width + column + 1) * channels)]
        }
        return Tensor(shape: [turned.rows, turned.columns, channels], values: values)
    }

    /// Where a pixel of the turned picture is in one of these extents.
    func source(_ row: Int, _ column: Int, _ height: Int, _ width: Int) -> (row: Int, column: Int) {
        let (a, b) = isTransposed ? (column, row) : (row, column)
        return (flipsRows ? height - 1 - a : a, flipsColumns ? width - 1 - b : b)
    }
}

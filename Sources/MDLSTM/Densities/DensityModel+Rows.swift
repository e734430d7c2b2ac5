extension DensityModel {
    /// The sites of a picture that have a density: of luma those that chroma has one at.
    public func sites(height: Int, width: Int) -> (rows: Range<Int>, columns: Range<Int>) {
        switch options.border {
        case .pad: (0..<height, 0..<width)
        case .inside:
            (neighbourhood.validRows(height: height), neighbourhood.validColumns(width: width))
        }
    }

    /// The rows of ``network`` for all sites of a picture that have a density, `[1, H', W', D + P + O]`, whitened in Double.
    ///
    /// - Parameters:
    ///   - picture: `[height, width, channels]`, noise added
    ///   - whitening: of the sites' inputs and outputs
    ///   - _: the type of the rows
    public func rows<T: Scalar>(
        of picture: Tensor<Double>, _ whitening: ConditionalWhitening, as _: T.Type = T.self
    ) -> Tensor<T> {
        let (height, width) = (picture.shape[0], picture.shape[1])
        let (rows, columns) = sites(height: height, width: width)
        let whole = options.border == .pad ? padded(picture, by: centers(whitening)) : picture
        let valid = neighbourhood.validRows(height: whole.shape[0])
        let size = network.inputSize
        var values: [T] = []
        values.reserveCapacity(rows.count * columns.count * size)
        for band in valid.pieces(ofAtMost: 16) {
            let (x, y) = neighbourhood.rows(of: whole, at: band)
            let (u, v) = whitening.transform(x: x, y: y)
            append(u, v, firstRow: band.lowerBound - valid.lowerBound, extents: (height, width), to: &values)
        }
        return Tensor(shape: [1, rows.count, columns.count, size], values: values)
    }

    /// The input of ``model`` for a picture, `[1, H', W', C]`.
    ///
    /// - Parameters:
    ///   - picture: `[height, width, channels]`, noise added
    ///   - whitening: of the sites' inputs and outputs
    ///   - _: the type of the input
    public func input<T: Scalar>(
        of picture: Tensor<Double>, _ whitening: ConditionalWhitening, as _: T.Type = T.self
    ) -> Tensor<T> {
        let isPadded = options.border == .pad
        let (centers, channels) = (centers(whitening), neighbourhood.channelsRead)
        let whole = isPadded ? padded(picture, by: centers) : picture
        // Nothing is read of the rows below luma.
        let height = whole.shape[0] - neighbourhood.rowsBelow + neighbourhood.rowsRead
        let (width, m) = (whole.shape[1], neighbourhood.rowsAbove)
        let inside = (rows: m..<(m + picture.shape[0]), columns: m..<(m + picture.shape[1]))
        var values: [T] = []
        values.reserveCapacity(height * width * model.inputSize)
        for place in 0..<(height * width) {
            for channel in channels {
                values.append(T(whole.values[place * neighbourhood.channels + channel] - centers[channel]))
            }
            guard isPadded else { continue }
            values.append(inside.rows.contains(place / width) && inside.columns.contains(place % width) ? 0 : 1)
        }
        return Tensor(shape: [1, height, width, model.inputSize], values: values)
    }

    /// - Parameter firstRow: the row of the picture that the first sites are in
    private func append<T: Scalar>(
        _ u: Tensor<Double>, _ v: Tensor<Double>, firstRow: Int, extents: (height: Int, width: Int),
        to values: inout [T]
    ) {
        let (inputs, outputs) = (neighbourhood.inputSize, neighbourhood.outputSize)
        let places = options.border == .pad ? neighbourhood.inputSites : []
        for site in 0..<v.shape[0] {
            for k in (site * inputs)..<((site + 1) * inputs) { values.append(T(u.values[k])) }
            let (row, column) = (firstRow + site / extents.width, site % extents.width)
            for place in places {
                let isInside =
                    (0..<extents.height).contains(row + place.row)
                    && (0..<extents.width).contains(column + place.column)
                values.append(isInside ? 0 : 1)
            }
            for k in (site * outputs)..<((site + 1) * outputs) { values.append(T(v.values[k])) }
        }
    }

    /// The picture with constants around it, one for each channel, so that every site has a neighbourhood.
    private func padded(_ picture: Tensor<Double>, by constants: [Double]) -> Tensor<Double> {
        let (height, width, m) = (picture.shape[0], picture.shape[1], neighbourhood.rowsAbove)
        let (below, channels) = (neighbourhood.rowsBelow, neighbourhood.channels)
        let beside = Array(repeating: constants, count: m).flatMap(\.self)
        let line = Array(repeating: constants, count: width + 2 * m).flatMap(\.self)
        var values: [Double] = []
        values.reserveCapacity((height + m + below) * line.count)
        for _ in 0..<m { values += line }
        for row in 0..<height {
            values += beside
            values += picture.values[(row * width * channels)..<((row + 1) * width * channels)]
            values += beside
        }
        for _ in 0..<below { values += line }
        return Tensor(shape: [height + m + below, width + 2 * m, channels], values: values)
    }
}

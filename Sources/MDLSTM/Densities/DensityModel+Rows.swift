extension DensityModel {
    /// The sites of a picture that have a density.
    public func sites(height: Int, width: Int) -> (rows: Range<Int>, columns: Range<Int>) {
        switch options.border {
        case .pad: (0..<height, 0..<width)
        case .inside:
            (neighbourhood.validRows(height: height), neighbourhood.validColumns(width: width))
        }
    }

    /// The rows of ``network`` for all sites of a picture that have a density, `[1, H', W', D + 1]`, whitened in Double.
    ///
    /// - Parameters:
    ///   - picture: `[height, width, 1]`, noise added
    ///   - whitening: of the sites' inputs and outputs
    ///   - _: the type of the rows
    public func rows<T: Scalar>(
        of picture: Tensor<Double>, _ whitening: ConditionalWhitening, as _: T.Type = T.self
    ) -> Tensor<T> {
        let (height, width) = (picture.shape[0], picture.shape[1])
        let (rows, columns) = sites(height: height, width: width)
        let whole = options.border == .pad ? padded(picture, by: whitening.outputMean.values[0]) : picture
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
    ///   - picture: `[height, width, 1]`, noise added
    ///   - center: the mean of the whitening's outputs
    ///   - _: the type of the input
    public func input<T: Scalar>(of picture: Tensor<Double>, center: Double, as _: T.Type = T.self) -> Tensor<T> {
        guard options.border == .pad else {
            return Tensor(shape: [1] + picture.shape, values: picture.values.map { T($0 - center) })
        }
        let whole = padded(picture, by: center)
        let (height, width, m) = (whole.shape[0], whole.shape[1], neighbourhood.rowsAbove)
        var values: [T] = []
        values.reserveCapacity(2 * whole.count)
        for (place, value) in whole.values.enumerated() {
            let isInside = place / width >= m && (m..<(width - m)).contains(place % width)
            values.append(T(value - center))
            values.append(isInside ? 0 : 1)
        }
        return Tensor(shape: [1, height, width, 2], values: values)
    }

    /// - Parameter firstRow: the row of the picture that the first sites are in
    private func append<T: Scalar>(
        _ u: Tensor<Double>, _ v: Tensor<Double>, firstRow: Int, extents: (height: Int, width: Int),
        to values: inout [T]
    ) {
        let inputs = neighbourhood.inputSize
        for site in 0..<v.count {
            for k in (site * inputs)..<((site + 1) * inputs) { values.append(T(u.values[k])) }
            if options.border == .pad {
                let (row, column) = (firstRow + site / extents.width, site % extents.width)
                for place in neighbourhood.inputs {
                    let isInside = row + place.row >= 0 && (0..<extents.width).contains(column + place.column)
                    values.append(isInside ? 0 : 1)
                }
            }
            values.append(T(v.values[site]))
        }
    }

    /// The picture with a constant around it, so that every site has a neighbourhood.
    private func padded(_ picture: Tensor<Double>, by constant: Double) -> Tensor<Double> {
        let (height, width, m) = (picture.shape[0], picture.shape[1], neighbourhood.rowsAbove)
        var values = Array(repeating: constant, count: (height + m) * (width + 2 * m))
        for row in 0..<height {
            for column in 0..<width {
                values[(row + m) * (width + 2 * m) + column + m] = picture.values[row * width + column]
            }
        }
        return Tensor(shape: [height + m, width + 2 * m, 1], values: values)
    }
}

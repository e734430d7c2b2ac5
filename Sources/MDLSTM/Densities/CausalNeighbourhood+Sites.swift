extension CausalNeighbourhood {
    /// The inputs of one site of a picture, in order.
    ///
    /// - Precondition: the site's window lies inside, and `x` has room for D numbers.
    package func gather(_ picture: Tensor<Double>, row: Int, column: Int, into x: inout [Double]) {
        let (height, width) = extents(picture)
        precondition(
            validRows(height: height).contains(row) && validColumns(width: width).contains(column),
            "the window of site (\(row), \(column)) leaves the picture \(picture.shape)")
        precondition(x.count >= inputSize, "\(x.count) numbers are too few for \(inputSize) inputs")
        let site = (row * width + column) * channels
        for k in inputs.indices { x[k] = picture.values[site + offset(inputs[k], width)] }
    }

    /// All sites of a picture whose window lies inside, in raster order: x `[sites, D]` and y `[sites, O]`.
    ///
    /// - Parameters:
    ///   - picture: `[height, width, channels]`
    ///   - pictureRows: the rows of the sites, nil for all ``validRows(height:)``
    /// - Precondition: `pictureRows` are valid.
    public func rows(
        of picture: Tensor<Double>, at pictureRows: Range<Int>? = nil
    ) -> (x: Tensor<Double>, y: Tensor<Double>) {
        let places = sitePlaces(picture, pictureRows)
        var x = Tensor<Double>(zeros: [places.sites.count, inputSize])
        var y = Tensor<Double>(zeros: [places.sites.count, outputSize])
        picture.values.withUnsafeBufferPointer { pixels in
            x.values.withUnsafeMutableBufferPointer { Self.copy(pixels, places.sites, places.inputs, to: $0) }
            y.values.withUnsafeMutableBufferPointer { Self.copy(pixels, places.sites, outputs, to: $0) }
        }
        return (x, y)
    }

    /// Adds gradients by x `[sites, D]` and y `[sites, O]` to those by the pixels: the transpose of ``rows(of:at:)``.
    ///
    /// - Precondition: `pictureRows` are valid, and there are as many sites as they have.
    public func scatter(
        x: Tensor<Double>, y: Tensor<Double>, at pictureRows: Range<Int>? = nil, into picture: inout Tensor<Double>
    ) {
        let places = sitePlaces(picture, pictureRows)
        precondition(
            x.shape == [places.sites.count, inputSize] && y.shape == [places.sites.count, outputSize],
            "gradients \(x.shape) and \(y.shape) are not those of \(counted(places.sites.count, "site"))")
        picture.values.withUnsafeMutableBufferPointer { pixels in
            x.values.withUnsafeBufferPointer { Self.add($0, places.sites, places.inputs, to: pixels) }
            y.values.withUnsafeBufferPointer { Self.add($0, places.sites, outputs, to: pixels) }
        }
    }

    /// The flat element of every site's channel 0, and of every input from there.
    private func sitePlaces(_ picture: Tensor<Double>, _ rows: Range<Int>?) -> (sites: [Int], inputs: [Int]) {
        let (height, width) = extents(picture)
        let valid = validRows(height: height)
        let rows = rows ?? valid
        precondition(
            rows.isEmpty || valid.lowerBound <= rows.lowerBound && rows.upperBound <= valid.upperBound,
            "windows of rows \(rows) leave the picture \(picture.shape)")
        let columns = validColumns(width: width)
        return (
            rows.flatMap { row in columns.map { (row * width + $0) * channels } }, inputs.map { offset($0, width) }
        )
    }

    private func extents(_ picture: Tensor<Double>) -> (height: Int, width: Int) {
        precondition(
            picture.shape.count == 3 && picture.shape[2] == channels,
            "a picture \(picture.shape) is not [height, width, \(channels)]")
        return (picture.shape[0], picture.shape[1])
    }

    private func offset(_ place: Place, _ width: Int) -> Int {
        (place.row * width + place.column) * channels + place.channel
    }

    private static func copy(
        _ pixels: UnsafeBufferPointer<Double>, _ sites: [Int], _ offsets: [Int],
        to rows: UnsafeMutableBufferPointer<Double>
    ) {
        var next = 0
        for site in sites {
            for offset in offsets {
                rows[next] = pixels[site + offset]
                next += 1
            }
        }
    }

    private static func add(
        _ rows: UnsafeBufferPointer<Double>, _ sites: [Int], _ offsets: [Int],
        to pixels: UnsafeMutableBufferPointer<Double>
    ) {
        var next = 0
        for site in sites {
            for offset in offsets {
                pixels[site + offset] += rows[next]
                next += 1
            }
        }
    }
}

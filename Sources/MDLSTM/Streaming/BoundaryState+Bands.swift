/// Where the states of a band lie among those of the whole grid, of one sample in one direction.
///
/// Along axis 1 a band has the whole face; along the others the part of the face that is its own, one range, since axis 1
/// is the first of a face.
private struct BandFace {
    /// Elements of the face of the whole grid, and those of the band in it.
    let count: Int
    let range: Range<Int>

    init(shape: [Int], axis k: Int, band: Band, extent: Int) {
        count = shape[2] * shape[3]
        let perSite = count / extent
        range = k == 0 ? 0..<count : (band.sites.lowerBound * perSite)..<(band.sites.upperBound * perSite)
    }

    /// The band's elements of one sample in one direction, `index` of the tensor's pairs of both.
    func place(_ index: Int) -> Range<Int> { (index * count + range.lowerBound)..<(index * count + range.upperBound) }
}

extension BoundaryState {
    /// The states that enter a band, in some of the directions; those along axis 1 are those that enter the whole grid.
    package func entering(_ band: Band, directions: Range<Int>, of grid: Grid) -> BoundaryState {
        func part(_ tensors: [Tensor<Element>]) -> [Tensor<Element>] {
            tensors.enumerated().map { k, tensor in
                let face = BandFace(shape: tensor.shape, axis: k, band: band, extent: grid.extents[0])
                var values: [Element] = []
                for s in directions {
                    for b in band.samples { values += tensor.values[face.place(s * grid.batch + b)] }
                }
                let H = tensor.shape[3]
                return Tensor(
                    shape: [directions.count, band.samples.count, face.range.count / H, H], values: values)
            }
        }
        return BoundaryState(h: part(h), c: part(c))
    }

    /// Takes over the states that leave a band in some of the directions.
    ///
    /// Along axis 1, each band overwrites those of the band before it in scan order: what stays is what leaves the grid.
    package mutating func leave(_ state: BoundaryState, band: Band, directions: Range<Int>, of grid: Grid) {
        func take(_ parts: [Tensor<Element>], into tensors: inout [Tensor<Element>]) {
            for (k, part) in parts.enumerated() {
                let face = BandFace(shape: tensors[k].shape, axis: k, band: band, extent: grid.extents[0])
                for (s, direction) in directions.enumerated() {
                    for (i, b) in band.samples.enumerated() {
                        let first = (s * band.samples.count + i) * face.range.count
                        tensors[k].values.replaceSubrange(
                            face.place(direction * grid.batch + b),
                            with: part.values[first..<(first + face.range.count)])
                    }
                }
            }
        }
        take(state.h, into: &h)
        take(state.c, into: &c)
    }

    /// Zero states that leave a layer over `grid`: along all its axes, the depth of a `grid` included.
    package init(leaving configuration: LayerConfiguration, grid: Grid) {
        let zeros = (0..<configuration.axes).map { axis in
            Tensor<Element>(zeros: Self.shape(configuration, grid: grid, axis: axis))
        }
        self.init(h: zeros, c: zeros)
    }
}

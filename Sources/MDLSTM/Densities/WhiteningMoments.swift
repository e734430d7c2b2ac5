/// Means and covariances of the inputs x and outputs y of sites, summed block by block.
///
/// D inputs and O outputs of a site. A block of sites has sums of deviations from its own means, and sums are joined by
///
///     n = n_a + n_b,   d = m_b - m_a,   m = m_a + d n_b / n,   S = S_a + S_b + d d^T n_a n_b / n
///
/// (Chan, Golub and LeVeque, "Algorithms for computing the sample variance", 1983), so that a large mean costs no digits.
/// The same calls in the same order give the same bits.
public struct WhiteningMoments: Sendable {
    /// D, the inputs of a site.
    public let inputSize: Int

    /// O, the outputs of a site.
    public let outputSize: Int

    /// How many sites were added.
    public private(set) var sites = 0

    /// The means of x and y, `[D+O]`.
    private var means: [Double]

    /// Sums of products of deviations from the means, `[D+O, D+O]`; above the diagonal they are not kept up.
    private var products: [Double]

    /// Sites of a block: their deviations stay in the cache.
    private static let block = 256

    /// Moments of no sites yet.
    ///
    /// - Precondition: both sizes are positive.
    public init(inputSize: Int, outputSize: Int) {
        precondition(inputSize > 0 && outputSize > 0, "sites have inputs and outputs")
        self.inputSize = inputSize
        self.outputSize = outputSize
        let size = inputSize + outputSize
        means = Array(repeating: 0, count: size)
        products = Array(repeating: 0, count: size * size)
    }

    /// Adds sites: `x` `[sites, D]`, `y` `[sites, O]`.
    public mutating func add(x: Tensor<Double>, y: Tensor<Double>) {
        precondition(
            x.shape.count == 2 && x.shape[1] == inputSize && y.shape == [x.shape[0], outputSize],
            "sites of \(x.shape) and \(y.shape) do not have \(inputSize) inputs and \(outputSize) outputs")
        for sites in (0..<x.shape[0]).pieces(ofAtMost: Self.block) { merge(moments(x, y, sites)) }
    }

    /// Adds all sites of a picture `[height, width, channels]` whose neighbourhood lies inside.
    public mutating func add(_ picture: Tensor<Double>, in neighbourhood: CausalNeighbourhood) {
        for row in neighbourhood.validRows(height: picture.shape[0]) {
            let (x, y) = neighbourhood.rows(of: picture, at: row..<(row + 1))
            add(x: x, y: y)
        }
    }

    /// Adds the sites of other moments, which come after these.
    public mutating func merge(_ other: WhiteningMoments) {
        precondition(
            inputSize == other.inputSize && outputSize == other.outputSize, "moments of other inputs and outputs")
        guard other.sites > 0 else { return }
        let size = means.count
        let share = Double(other.sites) / Double(sites + other.sites)
        let shift = zip(other.means, means).map { $0 - $1 }
        let weight = Double(sites) * share
        products.withUnsafeMutableBufferPointer { products in
            other.products.withUnsafeBufferPointer { others in
                for row in 0..<size {
                    let factor = shift[row] * weight
                    for place in (row * size)...(row * size + row) {
                        products[place] += others[place] + factor * shift[place - row * size]
                    }
                }
            }
        }
        for k in 0..<size { means[k] += shift[k] * share }
        sites += other.sites
    }

    /// The means of x, `[D]`.
    public var inputMean: Tensor<Double> { Tensor(shape: [inputSize], values: Array(means[..<inputSize])) }

    /// The means of y, `[O]`.
    public var outputMean: Tensor<Double> { Tensor(shape: [outputSize], values: Array(means[inputSize...])) }

    /// The covariances of x, `[D, D]`: sums divided by the number of sites.
    public var inputCovariance: Tensor<Double> { covariance(0..<inputSize, 0..<inputSize) }

    /// The covariances of y with x, `[O, D]`.
    public var crossCovariance: Tensor<Double> { covariance(inputSize..<means.count, 0..<inputSize) }

    /// The covariances of y, `[O, O]`.
    public var outputCovariance: Tensor<Double> { covariance(inputSize..<means.count, inputSize..<means.count) }

    private func covariance(_ rows: Range<Int>, _ columns: Range<Int>) -> Tensor<Double> {
        let size = means.count
        return Tensor(
            shape: [rows.count, columns.count],
            values: rows.flatMap { row in
                columns.map { products[max(row, $0) * size + min(row, $0)] / Double(sites) }
            })
    }

    /// The moments of one block.
    private func moments(_ x: Tensor<Double>, _ y: Tensor<Double>, _ block: Range<Int>) -> WhiteningMoments {
        let size = means.count
        var result = WhiteningMoments(inputSize: inputSize, outputSize: outputSize)
        result.sites = block.count
        // In fours; the sites that are missing deviate by 0.
        var deviations = [Double](repeating: 0, count: (block.count + 3) / 4 * 4 * size)
        deviations.withUnsafeMutableBufferPointer { deviations in
            x.values.withUnsafeBufferPointer { x in
                y.values.withUnsafeBufferPointer { y in
                    for (place, site) in block.enumerated() {
                        let row = place * size
                        for k in 0..<inputSize { deviations[row + k] = x[site * inputSize + k] }
                        for k in 0..<outputSize { deviations[row + inputSize + k] = y[site * outputSize + k] }
                    }
                }
            }
            result.means.withUnsafeMutableBufferPointer { Self.center(deviations, block.count, means: $0) }
            result.products.withUnsafeMutableBufferPointer {
                Self.addProducts(of: deviations, size, to: $0.baseAddress!)
            }
        }
        return result
    }

    /// Takes the mean of each column of `[sites, size]` away.
    private static func center(
        _ values: UnsafeMutableBufferPointer<Double>, _ sites: Int, means: UnsafeMutableBufferPointer<Double>
    ) {
        // Sums of differences from the first site: equal values have exactly their value as mean.
        let size = means.count
        for site in 1..<max(1, sites) {
            for k in 0..<size { means[k] += values[site * size + k] - values[k] }
        }
        for k in 0..<size { means[k] = means[k] / Double(sites) + values[k] }
        for site in 0..<sites {
            for k in 0..<size { values[site * size + k] -= means[k] }
        }
    }

    /// Adds d d^T of every site, up to the diagonal, four sites at a time.
    private static func addProducts(
        of deviations: UnsafeMutableBufferPointer<Double>, _ size: Int, to products: UnsafeMutablePointer<Double>
    ) {
        for first in stride(from: 0, to: deviations.count, by: 4 * size) {
            let a = UnsafePointer(deviations.baseAddress! + first)
            let (b, c, d) = (a + size, a + 2 * size, a + 3 * size)
            for row in 0..<size {
                let (fromA, fromB, fromC, fromD) = (a[row], b[row], c[row], d[row])
                let target = products + row * size
                for k in 0..<(row + 1) {
                    target[k] += (fromA * a[k] + fromB * b[k]) + (fromC * c[k] + fromD * d[k])
                }
            }
        }
    }
}

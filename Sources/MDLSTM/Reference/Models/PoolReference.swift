/// The reference of pools: of each feature the sum, mean, largest or last of the values of some sites.
struct PoolReference<T: Scalar>: ReferenceStage {
    let table: PoolTable
    let function: PoolFunction
    let features: Int

    /// A site that no other goes into is zero.
    func forward(_ x: [T]) -> [T] {
        var y = Array(repeating: T(0), count: table.outputGrid.siteCount * features)
        for output in 0..<table.outputGrid.siteCount {
            let sites = sites(of: output)
            guard let last = sites.last else { continue }
            for j in 0..<features {
                let place = output * features + j
                switch function {
                case .sum: y[place] = sum(x, sites, j)
                case .mean: y[place] = sum(x, sites, j) / T(sites.count)
                case .max: y[place] = x[largest(x, sites, j) * features + j]
                case .last: y[place] = x[Int(last) * features + j]
                }
            }
        }
        return y
    }

    /// `dx = dy` for a sum, `dy / count` for a mean, and dy at the chosen site alone for the largest and the last.
    func backward(x: [T], y: [T], dy: [T]) -> StageGradients<T> {
        var dx = Array(repeating: T(0), count: x.count)
        for output in 0..<table.outputGrid.siteCount {
            let sites = sites(of: output)
            guard let last = sites.last else { continue }
            for j in 0..<features {
                let d = dy[output * features + j]
                switch function {
                case .sum: for site in sites { dx[Int(site) * features + j] = d }
                case .mean: for site in sites { dx[Int(site) * features + j] = d / T(sites.count) }
                case .max: dx[largest(x, sites, j) * features + j] = d
                case .last: dx[Int(last) * features + j] = d
                }
            }
        }
        return StageGradients(x: dx)
    }

    private func sites(of output: Int) -> ArraySlice<Int32> {
        table.sites[Int(table.starts[output])..<Int(table.starts[output + 1])]
    }

    private func sum(_ x: [T], _ sites: ArraySlice<Int32>, _ j: Int) -> T {
        var sum: T = 0
        for site in sites { sum += x[Int(site) * features + j] }
        return sum
    }

    /// The site of the largest value, of equal ones the first; the first NaN if there is one.
    private func largest(_ x: [T], _ sites: ArraySlice<Int32>, _ j: Int) -> Int {
        var best = Int(sites.first!)
        for site in sites.dropFirst() {
            let value = x[Int(site) * features + j]
            let isNaN = value.isNaN && !x[best * features + j].isNaN
            if value > x[best * features + j] || isNaN { best = Int(site) }
        }
        return best
    }
}

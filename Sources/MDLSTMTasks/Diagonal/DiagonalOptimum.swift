extension DiagonalTask {
    /// The least mean squared error a model of this kind can reach, by enumeration of the places of the ones.
    ///
    /// The predictor knows which ones it has seen and the distribution of the rest, and takes all noise as
    /// unforeseeable (in the last column it could in principle recall it). `horizontal` is given the place of the
    /// pixel but not the row above: its prior.
    public var optimum: Double {
        let noiseVariance = 0.1 * 0.1 / 12
        let gap = 1 - 0.05
        // Error at a pixel that is a one with probability p and noise of mean 0.05 otherwise.
        func error(_ p: Double) -> Double { p * (1 - p) * gap * gap + (1 - p) * noiseVariance }

        let places = Double((rows - 2) * (columns - 2))
        var total = 0.0
        for i in 0..<rows {
            for j in 0..<columns {
                // Whether the pixel to the right can hold the first one, or the second.
                let first = isPlace(i, j + 1) ? 1.0 : 0
                let second = isPlace(i - 1, j) ? 1.0 : 0
                if kind == .horizontal {
                    total += error((first + second) / places)
                    continue
                }
                let seen = Double(placesSeen(i, j))
                let unseen = places - seen
                total += (seen - second) / places * noiseVariance
                if unseen > 0 { total += unseen / places * error(first / unseen) }
            }
        }
        return total / Double(rows * columns)
    }

    /// Whether the first one can be at (r, c).
    private func isPlace(_ r: Int, _ c: Int) -> Bool {
        (1...(rows - 2)).contains(r) && (1...(columns - 2)).contains(c)
    }

    /// How many places of the first one have been seen when pixel (i, j) has.
    private func placesSeen(_ i: Int, _ j: Int) -> Int {
        let columnsSeen = min(j, columns - 2)
        if kind == .md { return min(i, rows - 2) * columnsSeen }
        let fullRows = min(max(i - 1, 0), rows - 2)
        return fullRows * (columns - 2) + ((1...(rows - 2)).contains(i) ? columnsSeen : 0)
    }
}

public import MDLSTM

extension ConditionalWhitening {
    /// The sites that a whitening is fitted to at most, about.
    private static var mostSites: Int { 300_000 }

    /// The whitening of pictures with the noise of a seed: of rows that are spread evenly over them.
    ///
    /// - Throws: `MDLSTMError` of kind `data` for pictures that are constant, or have no site.
    public init(fitting pictures: [DensityPicture], in neighbourhood: CausalNeighbourhood, seed: UInt64)
        throws(MDLSTMError)
    {
        let sites = pictures.reduce(0) { $0 + $1.count }
        let every = max(1, sites / Self.mostSites)
        var moments = WhiteningMoments(
            inputSize: neighbourhood.inputSize, outputSize: neighbourhood.outputSize)
        for (index, picture) in pictures.enumerated() {
            let rows = neighbourhood.validRows(height: picture.height)
            let noisy = picture.noisy(seed: seed)
            for row in rows where (row - rows.lowerBound + index) % every == 0 || rows.count < every {
                let (x, y) = neighbourhood.rows(of: noisy, at: row..<(row + 1))
                moments.add(x: x, y: y)
            }
        }
        try self.init(moments)
    }
}

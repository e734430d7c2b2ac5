public import MDLSTM

/// Log-likelihoods of pictures under a density.
public struct PictureLikelihood<T: Scalar> {
    private let network: any Model<T>
    private let model: DensityModel
    private let whitening: ConditionalWhitening

    /// The largest |c| of any recurrent layer so far, NaN where one was; nil where there is none.
    public private(set) var largestCell: Double?

    /// - Parameters:
    ///   - network: of `model.network`, with its weights, for rows that are whitened in Double; or of `model.model`
    ///   - model: the density
    ///   - whitening: of its sites
    public init(of network: any Model<T>, _ model: DensityModel, _ whitening: ConditionalWhitening) {
        (self.network, self.model, self.whitening) = (network, model, whitening)
    }

    /// log p of every site that has a density, in nats, the log-Jacobian of the whitening in it, `[H', W']`.
    ///
    /// - Parameters:
    ///   - pixels: a picture or a part of one, `[height, width, 1]`, noise added
    ///   - name: of the picture, for messages
    /// - Throws: `MDLSTMError` of kind `notFinite` naming picture and place where a site has no density.
    public mutating func nats(of pixels: Tensor<Double>, name: String) throws -> Tensor<Double> {
        try nats(of: pixels, by: PictureTurn(), from: (0, 0), name: name)
    }

    /// - Parameters:
    ///   - turn: how the pixels are laid; the sites are those of the turned ones
    ///   - corner: where in the picture the pixels begin, for messages
    mutating func nats(
        of pixels: Tensor<Double>, by turn: PictureTurn, from corner: (row: Int, column: Int), name: String
    ) throws -> Tensor<Double> {
        let turned = turn(pixels)
        let (rows, columns) = model.sites(height: turned.shape[0], width: turned.shape[1])
        let input: Tensor<T> =
            network.model == model.model
            ? model.input(of: turned, center: whitening.outputMean.values[0]) : model.rows(of: turned, whitening)
        let found = try network.predict(input)
        largestCell = [largestCell, try network.largestCell().map { Double($0) }].compactMap(\.self).largestOrNaN
        if let place = found.values.firstIndex(where: { !$0.isFinite }) {
            let (row, column) = turn.source(
                rows.lowerBound + place / columns.count, columns.lowerBound + place % columns.count, pixels.shape[0],
                pixels.shape[1])
            let cell = largestCell.map { ", the largest cell state is \($0)" } ?? ""
            throw MDLSTMError(
                .notFinite,
                "\(name): the density of the pixel in row \(corner.row + row), column \(corner.column + column) is "
                    + "\(found.values[place])\(cell): states grow beyond the patches that the model learnt on; train it with "
                    + "\"forgetSum\": \"mean\", or judge by --patch")
        }
        return Tensor(
            shape: [rows.count, columns.count], values: found.values.map { Double($0) + whitening.logJacobian })
    }
}

public import MDLSTM

/// Log-likelihoods of pictures under a density.
public struct PictureLikelihood<T: Scalar> {
    /// A network of a density, as a device has it.
    public struct Plane {
        fileprivate let network: any Model<T>
        fileprivate let model: DensityModel
        fileprivate let whitening: ConditionalWhitening

        /// - Parameters:
        ///   - network: of `model.network`, with its weights, for rows that are whitened in Double; or of `model.model`
        ///   - model: the density
        ///   - whitening: of its sites
        public init(_ network: any Model<T>, _ model: DensityModel, _ whitening: ConditionalWhitening) {
            (self.network, self.model, self.whitening) = (network, model, whitening)
        }
    }

    private let planes: [Plane]

    /// The largest |c| of any recurrent layer so far, NaN where one was; nil where there is none.
    public private(set) var largestCell: Double?

    /// - Parameter planes: of the same options, whose densities are multiplied
    /// - Precondition: there is one.
    public init(_ planes: [Plane]) {
        precondition(!planes.isEmpty, "a density has a network")
        self.planes = planes
    }

    /// Makes the networks of a density on a device.
    public init(_ planes: [PlaneDensity<T>], on backend: any Backend<T>) throws {
        self.init(
            try planes.map {
                Plane(try backend.makeModel($0.model.network, parameters: $0.parameters), $0.model, $0.whitening)
            })
    }

    /// The sites that have a density, the same in all planes.
    var model: DensityModel { planes[0].model }

    /// Rows below a site that any plane reads.
    var rowsRead: Int { planes.map { $0.model.neighbourhood.rowsRead }.max() ?? 0 }

    /// Numbers of a pixel that the density is of.
    var dimensions: Int { planes.reduce(0) { $0 + $1.model.neighbourhood.outputSize } }

    /// log p of every site that has a density, in nats, the log-Jacobians of whitening and colours in it, `[H', W']`.
    ///
    /// - Parameters:
    ///   - pixels: a picture or a part of one, `[height, width, channels]`, noise added
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
        var sums = Tensor<Double>(zeros: [rows.count, columns.count])
        for plane in planes {
            let (network, model, whitening) = (plane.network, plane.model, plane.whitening)
            let input: Tensor<T> =
                network.model == model.model ? model.input(of: turned, whitening) : model.rows(of: turned, whitening)
            let found = try network.predict(input)
            largestCell = [largestCell, try network.largestCell().map { Double($0) }].compactMap(\.self).largestOrNaN
            if let place = found.values.firstIndex(where: { !$0.isFinite }) {
                let (row, column) = turn.source(
                    rows.lowerBound + place / columns.count, columns.lowerBound + place % columns.count,
                    pixels.shape[0], pixels.shape[1])
                let cell = largestCell.map { ", the largest cell state is \($0)" } ?? ""
                let part = model.plane == .gray ? "" : "\(model.plane) of the "
                throw MDLSTMError(
                    .notFinite,
                    "\(name): the density of the \(part)pixel in row \(corner.row + row), column \(corner.column + column) is "
                        + "\(found.values[place])\(cell): states grow beyond the patches that the model learnt on; train it with "
                        + "\"forgetSum\": \"mean\", or judge by --patch")
            }
            let constant = whitening.logJacobian + model.plane.logJacobian
            for place in sums.values.indices { sums.values[place] += Double(found.values[place]) + constant }
        }
        return sums
    }
}

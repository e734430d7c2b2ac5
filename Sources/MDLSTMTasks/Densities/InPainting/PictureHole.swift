public import MDLSTM

/// A picture some pixels of which are to be filled in.
public struct PictureHole: Sendable {
    /// As densities read it, noise added, `[height, width, channels]`; what stands in the hole does not matter.
    public let picture: Tensor<Double>

    /// Which pixels are filled in, `[height, width]`.
    public let mask: [Bool]

    /// The smallest box that holds all of them.
    let rows: Range<Int>, columns: Range<Int>

    var height: Int { picture.shape[0] }
    var width: Int { picture.shape[1] }

    /// Pixels to be filled in.
    public var count: Int { mask.count { $0 } }

    /// - Parameter name: of the picture, for messages
    /// - Throws: `MDLSTMError` of kind `data` where the mask has no pixel, or one that has no density.
    public init(_ picture: Tensor<Double>, mask: [Bool], of model: DensityModel, name: String) throws(MDLSTMError) {
        let (height, width) = (picture.shape[0], picture.shape[1])
        precondition(
            mask.count == height * width && picture.shape[2] == model.neighbourhood.channels, "picture and mask differ")
        let places = mask.indices.filter { mask[$0] }
        guard let first = places.first, let last = places.last else {
            throw MDLSTMError(
                .data, "\(name): the mask is empty; expected pixels above 0 where the picture is filled in")
        }
        let columns = places.map { $0 % width }
        rows = (first / width)..<(last / width + 1)
        self.columns = columns.min()!..<(columns.max()! + 1)
        let sites = model.sites(height: height, width: width)
        if let place = places.first(where: { !sites.rows.contains($0 / width) || !sites.columns.contains($0 % width) })
        {
            throw MDLSTMError(
                .data,
                "\(name): the mask has the pixel in row \(place / width), column \(place % width); the model has a density of "
                    + "rows \(sites.rows.lowerBound) to \(sites.rows.upperBound - 1) and columns "
                    + "\(sites.columns.lowerBound) to \(sites.columns.upperBound - 1); leave the others out, or train with "
                    + "\"border\": \"pad\"")
        }
        (self.picture, self.mask) = (picture, mask)
    }

    /// The sites by which the whole hole is judged: those of 16 pixels around it too, in which states grow before it and what
    /// is below fits or not.
    func surroundings(in model: DensityModel) -> (rows: Range<Int>, columns: Range<Int>) {
        let sites = model.sites(height: height, width: width)
        return (
            Self.grown(rows, by: 16, within: sites.rows), Self.grown(columns, by: 16, within: sites.columns)
        )
    }

    /// A range made longer on both sides, within another.
    static func grown(_ range: Range<Int>, by margin: Int, within all: Range<Int>) -> Range<Int> {
        max(all.lowerBound, range.lowerBound - margin)..<min(all.upperBound, range.upperBound + margin)
    }
}

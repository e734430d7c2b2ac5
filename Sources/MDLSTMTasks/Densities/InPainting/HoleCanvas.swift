import MDLSTM

/// Copies of a picture as one plane of a density sees them: less means, with padding where the model has a padded border.
struct HoleCanvas<Element: Scalar> {
    let height: Int, width: Int

    /// Rows above and below the picture, and columns on both sides of it.
    let padding: (above: Int, beside: Int, below: Int)
    private let hole: PictureHole
    private let neighbourhood: CausalNeighbourhood
    private let centers: [Double]

    /// What other planes say of the copies, and of the pixels outside of the hole.
    private let others: [Tensor<Double>]

    /// `[B, height, width, channels]`.
    var pixels: [Element]

    /// - Parameter pictures: a copy each, `[height, width, channels]`; what the plane says in the hole does not matter
    init(_ hole: PictureHole, _ density: PlaneDensity<Element>, _ pictures: [Tensor<Double>]) {
        let model = density.model
        (self.hole, neighbourhood, others) = (hole, model.neighbourhood, pictures)
        centers = model.centers(density.whitening)
        let (m, below) = (neighbourhood.rowsAbove, neighbourhood.rowsBelow)
        padding = model.options.border == .pad ? (m, m, below) : (0, 0, 0)
        (height, width) = (hole.height + padding.above + padding.below, hole.width + 2 * padding.beside)
        pixels = []
        let channels = neighbourhood.channels
        var one = Array(repeating: Element(0), count: height * width * channels)
        for picture in pictures {
            for place in hole.mask.indices {
                let first = pixel(0, place / hole.width, place % hole.width) * channels
                for channel in neighbourhood.channelsRead {
                    let isGiven = !hole.mask[place] || !neighbourhood.outputs.contains(channel)
                    one[first + channel] =
                        isGiven ? Element(picture.values[place * channels + channel] - centers[channel]) : 0
                }
            }
            pixels += one
        }
    }

    /// Pixels of a copy, and copies.
    var size: Int { height * width }
    var count: Int { others.count }

    /// Numbers of a pixel.
    var channels: Int { neighbourhood.channels }

    /// A pixel of a copy, by its place among those of all.
    func pixel(_ copy: Int, _ row: Int, _ column: Int) -> Int {
        copy * size + (row + padding.above) * width + column + padding.beside
    }

    /// The first number of a pixel of a copy that the plane draws.
    func element(_ copy: Int, _ row: Int, _ column: Int) -> Int {
        pixel(copy, row, column) * channels + neighbourhood.outputs[0]
    }

    /// The copies, pixels outside of the hole as they were given.
    var pictures: [Tensor<Double>] {
        others.enumerated().map { copy, picture in
            var picture = picture
            for place in hole.mask.indices where hole.mask[place] {
                let first = element(copy, place / hole.width, place % hole.width)
                for (index, channel) in neighbourhood.outputs.enumerated() {
                    picture.values[place * channels + channel] = Double(pixels[first + index]) + centers[channel]
                }
            }
            return picture
        }
    }
}

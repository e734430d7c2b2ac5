public import MDLSTM

/// How pixels of a hole are found: drawn, or the likeliest.
public enum InPaintingMethod: String, CaseIterable, Sendable { case sample, map }

/// Fills holes of pictures in by a density.
///
/// By samples: the hole is drawn pixel by pixel given what is above and to the left, of some candidates the one is kept after which the given pixels are likeliest,
/// then blocks are drawn anew, each kept by the rule of Metropolis and Hastings for the likelihood of a window around it,
/// which knows what is below and to the right (Theis and Bethge 2015, arXiv 1506.03478, their program). Without recurrent
/// layers a window has all that a block bears on, and the rule is exact; with them it takes the states at its corner as zeros.
/// By the likeliest picture: its pixels follow the gradient of its log-likelihood (MAP).
public struct InPainting<Element: Scalar> {
    public let density: PlaneDensity<Element>

    /// The least and the largest pixel.
    public let range: ClosedRange<Double>

    public var method = InPaintingMethod.sample

    /// Times that every block is drawn anew, or steps along the gradient.
    public var sweeps = 100

    /// Pictures that are drawn to begin with, of which the one is kept after which the given pixels are likeliest.
    public var candidates = 5

    /// Pictures to be made, side by side.
    public var count = 1
    public var seed: UInt64 = 1

    /// - Precondition: the density is of gray pictures.
    public init(_ density: PlaneDensity<Element>, range: ClosedRange<Double>) {
        precondition(density.model.plane == .gray, "holes are filled in gray pictures")
        (self.density, self.range) = (density, range)
    }

    var model: DensityModel { density.model }

    /// What is taken off the pixels.
    var center: Double { density.whitening.outputMean.values[0] }

    /// How far in-painting has come.
    public struct Progress: Sendable {
        /// Sweeps or steps done.
        public let sweep: Int

        /// The share of blocks of the last sweep that were kept; nil where there are none.
        public let accepted: Double?
        fileprivate let canvas: HoleCanvas<Element>

        /// The pictures so far, `[height, width, 1]` each.
        public var pictures: [Tensor<Double>] { canvas.pictures }
    }

    /// The pictures with the hole filled in, `[height, width, 1]` each; pixels outside of it are untouched.
    ///
    /// - Parameter report: called before the first sweep and after each
    /// - Throws: `MDLSTMError` of kind `notFinite` where the density of a pixel is not finite; the backend's own error when
    ///   its device fails.
    public func fill(
        _ hole: PictureHole, on backend: any Backend<Element>, report: (Progress) throws -> Void = { _ in }
    ) throws -> [Tensor<Double>] {
        var canvas = HoleCanvas(hole, model, center: center, count: count, as: Element.self)
        try HoleStart(self, hole).draw(on: &canvas, by: backend)
        try report(Progress(sweep: 0, accepted: nil, canvas: canvas))
        switch method {
        case .sample:
            var chain = try HoleChain(self, hole, canvas, on: backend)
            for sweep in 0..<sweeps {
                let accepted = try chain.sweep(sweep, &canvas)
                try report(Progress(sweep: sweep + 1, accepted: accepted, canvas: canvas))
            }
        case .map:
            try HoleAscent(self, hole, on: backend).climb(&canvas) { step, canvas in
                try report(Progress(sweep: step, accepted: nil, canvas: canvas))
            }
        }
        return canvas.pictures
    }

    /// Pictures to be painted on by windows of one size.
    func painted(
        _ canvas: HoleCanvas<Element>, pixels: [Element], windows: Int, height: Int, width: Int
    ) -> PaintedPictures<Element> {
        PaintedPictures(
            density, pixels: pixels, height: canvas.height, width: canvas.width,
            padding: (canvas.padding, canvas.padding, 0), windows: windows, windowHeight: height, windowWidth: width,
            seed: seed, range: range)
    }

    static func requireFinite(_ nats: Double) throws(MDLSTMError) {
        guard nats.isNaN else { return }
        throw MDLSTMError(
            .notFinite,
            "the density of a pixel around the hole is not finite; train the model with \"forgetSum\": \"mean\"")
    }
}

/// Copies of a picture as a density sees them: less a mean, with padding where the model has a padded border.
struct HoleCanvas<Element: Scalar> {
    let height: Int, width: Int

    /// Rows above the picture, and columns on both sides of it.
    let padding: Int
    private let hole: PictureHole
    private let center: Double

    /// `[B, height, width]`.
    var pixels: [Element]

    init(_ hole: PictureHole, _ model: DensityModel, center: Double, count: Int, as _: Element.Type) {
        padding = model.options.border == .pad ? model.neighbourhood.rowsAbove : 0
        (self.hole, self.center) = (hole, center)
        (height, width) = (hole.height + padding, hole.width + 2 * padding)
        var one = Array(repeating: Element(0), count: height * width)
        for place in hole.mask.indices where !hole.mask[place] {
            let element = (place / hole.width + padding) * width + place % hole.width + padding
            one[element] = Element(hole.picture.values[place] - center)
        }
        pixels = Array(repeatElement(one, count: count).joined())
    }

    var size: Int { height * width }
    var count: Int { pixels.count / size }

    /// The element of a pixel of a copy.
    func element(_ copy: Int, _ row: Int, _ column: Int) -> Int {
        copy * size + (row + padding) * width + column + padding
    }

    /// The copies, pixels outside of the hole as they were given.
    var pictures: [Tensor<Double>] {
        (0..<count).map { copy in
            var picture = hole.picture
            for place in hole.mask.indices where hole.mask[place] {
                picture.values[place] =
                    Double(pixels[element(copy, place / hole.width, place % hole.width)]) + center
            }
            return picture
        }
    }
}

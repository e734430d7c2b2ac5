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
/// Of colours luma is filled in first, as if there were no chroma, then chroma given luma.
public struct InPainting<Element: Scalar> {
    /// One network of gray pictures; luma, then chroma of coloured ones.
    public let planes: [PlaneDensity<Element>]

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

    /// - Precondition: the planes are all of a colour, in order.
    public init(_ planes: [PlaneDensity<Element>], range: ClosedRange<Double>) {
        precondition(
            planes.first.map { planes.map(\.model.plane) == $0.model.options.color.planes } ?? false,
            "holes are filled in by all planes of a density")
        (self.planes, self.range) = (planes, range)
    }

    /// How far in-painting has come.
    public struct Progress: Sendable {
        /// What is being filled in.
        public let plane: DensityPlane

        /// Sweeps or steps done.
        public let sweep: Int

        /// The share of blocks of the last sweep that were kept; nil where there are none.
        public let accepted: Double?
        fileprivate let canvas: HoleCanvas<Element>

        /// The pictures so far, `[height, width, channels]` each, as densities read them; while luma is filled in, chroma is as it was given.
        public var pictures: [Tensor<Double>] { canvas.pictures }
    }

    /// The pictures with the hole filled in, `[height, width, channels]` each, as densities read them; pixels outside of it
    /// are untouched.
    ///
    /// - Parameter report: called of every plane before the first sweep and after each
    /// - Throws: `MDLSTMError` of kind `notFinite` where the density of a pixel is not finite; the backend's own error when
    ///   its device fails.
    public func fill(
        _ hole: PictureHole, on backend: any Backend<Element>, report: (Progress) throws -> Void = { _ in }
    ) throws -> [Tensor<Double>] {
        var pictures = Array(repeating: hole.picture, count: count)
        for index in planes.indices {
            let painting = PlanePainting(self, plane: index)
            var canvas = HoleCanvas(hole, painting.density, pictures)
            try HoleStart(painting, hole).draw(on: &canvas, by: backend)
            func tell(_ sweep: Int, _ accepted: Double?, _ canvas: HoleCanvas<Element>) throws {
                let plane = painting.density.model.plane
                try report(Progress(plane: plane, sweep: sweep, accepted: accepted, canvas: canvas))
            }
            try tell(0, nil, canvas)
            switch method {
            case .sample:
                var chain = try HoleChain(painting, hole, canvas, on: backend)
                for sweep in 0..<sweeps {
                    let accepted = try chain.sweep(sweep, &canvas)
                    try tell(sweep + 1, accepted, canvas)
                }
            case .map:
                try HoleAscent(painting, hole, on: backend).climb(&canvas) { try tell($0, nil, $1) }
            }
            pictures = canvas.pictures
        }
        return pictures
    }

    static func requireFinite(_ nats: Double) throws(MDLSTMError) {
        guard nats.isNaN else { return }
        throw MDLSTMError(
            .notFinite,
            "the density of a pixel around the hole is not finite; train the model with \"forgetSum\": \"mean\"")
    }
}

public import MDLSTM
private import RealModule

/// What a density is worth on pictures: the figures of `mdlstm evaluate` for densities.
public struct DensityEvaluation: Sendable {
    /// Negative log-likelihood of a picture's sites, the log-Jacobian of the whitening in it.
    public struct Picture: Sendable {
        public let name: String
        public internal(set) var nats = 0.0, sites = 0

        public var bitsPerPixel: Double { nats / Double(max(1, sites)) / .log(2) }
    }

    public private(set) var pictures: [Picture] = []

    /// The largest |c| of any recurrent layer; nil where there is none.
    public private(set) var largestCell: Double?

    /// Numbers of a pixel that the density is of.
    public let dimensions: Int
    private let isEnsemble: Bool

    /// How pictures are cut and which of their sites count.
    public struct Rules: Sendable {
        /// The extent of the patches that are judged apart; nil for whole pictures.
        public var patch: Int?

        /// Counts only sites whose neighbourhood of this size lies inside; nil for all that have a density.
        public var sitesOf: Int?

        /// Judges by all flips and transposes of every picture or patch: log of the mean of the eight likelihoods of the sites
        /// that have one in each, which a margin of the neighbourhood on every side is left out of.
        public var isEnsemble = false

        /// Of the noise.
        public var seed: UInt64 = 1

        public init() {}
    }

    /// Judges a density by pictures.
    ///
    /// - Parameters:
    ///   - density: what the pictures are likely by
    ///   - pictures: those to judge by
    ///   - rules: how they are cut, and which sites count
    ///   - exchange: with the ranks that share the pictures, all of which give the same; alone unless given
    ///   - progress: called with the share that is done
    /// - Throws: `MDLSTMError` of kind `notFinite` naming picture and place where a site has no density.
    public init<T: Scalar>(
        of density: PictureLikelihood<T>, on pictures: [DensityPicture], by rules: Rules,
        over exchange: any RankExchange = SoloExchange(), progress: (Double) -> Void = { _ in }
    ) throws {
        (isEnsemble, dimensions) = (rules.isEnsemble, density.dimensions)
        var likelihood = density
        var (judged, cells): ([Picture], [Double?]) = ([], [])
        try exchange.share(pictures.count) { index in
            try Self.judged(pictures[index], rules, by: &likelihood).told(largestCell: likelihood.largestCell)
        } take: { index, told in
            let (picture, cell) = try Picture.told(told, name: pictures[index].name)
            judged.append(picture)
            cells.append(cell)
            progress(Double(index + 1) / Double(pictures.count))
        }
        (self.pictures, largestCell) = (judged, cells.compactMap(\.self).largestOrNaN)
    }

    /// What one picture is worth.
    private static func judged<T: Scalar>(
        _ picture: DensityPicture, _ rules: Rules, by likelihood: inout PictureLikelihood<T>
    ) throws -> Picture {
        let (model, noisy) = (likelihood.model, picture.noisy(seed: rules.seed))
        var found = Picture(name: picture.name)
        for part in parts(of: picture, rules.patch) {
            let pixels = noisy.part(part)
            let sites = counted(model, pixels.shape, rules)
            guard !sites.rows.isEmpty, !sites.columns.isEmpty else { continue }
            var totals: [Double] = []
            for turn in rules.isEnsemble ? PictureTurn.all : [PictureTurn()] {
                let nats = try likelihood.nats(
                    of: pixels, by: turn, from: (part.rows.lowerBound, part.columns.lowerBound), name: picture.name)
                let (height, width) = (pixels.shape[0], pixels.shape[1])
                let extents = turn.isTransposed ? [width, height] : [height, width]
                totals.append(sum(nats, over: counted(model, extents, rules), model, extents))
            }
            found.nats -= logMean(totals)
            found.sites += sites.rows.count * sites.columns.count
        }
        return found
    }

    /// The patches of a picture, those that do not fit left out, or the whole.
    private static func parts(of picture: DensityPicture, _ patch: Int?) -> [PicturePart] {
        guard let patch else {
            return [PicturePart(rows: 0..<picture.height, columns: 0..<picture.width)]
        }
        return stride(from: 0, through: picture.height - patch, by: patch).flatMap { row in
            stride(from: 0, through: picture.width - patch, by: patch).map {
                PicturePart(rows: row..<(row + patch), columns: $0..<($0 + patch))
            }
        }
    }

    /// The sites of a part of these extents that count, by its own rows and columns.
    private static func counted(
        _ model: DensityModel, _ extents: [Int], _ rules: Rules
    ) -> (rows: Range<Int>, columns: Range<Int>) {
        let (height, width) = (extents[0], extents[1])
        var (rows, columns) = model.sites(height: height, width: width)
        // What is padded has a density in all its turns.
        let own = rules.isEnsemble && model.options.border == .inside ? model.neighbourhood.rowsAbove : 0
        let m = max(own, (rules.sitesOf ?? 0) / 2)
        let below = rules.isEnsemble || model.neighbourhood.rowsBelow > 0 ? m : 0
        rows = rows.clamped(to: min(m, height)..<max(min(m, height), height - below))
        columns = columns.clamped(to: min(m, width)..<max(min(m, width), width - m))
        return (rows, columns)
    }

    /// The sum of the log-likelihoods of some sites.
    private static func sum(
        _ nats: Tensor<Double>, over counted: (rows: Range<Int>, columns: Range<Int>), _ model: DensityModel,
        _ extents: [Int]
    ) -> Double {
        let sites = model.sites(height: extents[0], width: extents[1])
        var sum = 0.0
        for row in counted.rows {
            for column in counted.columns {
                sum += nats[row - sites.rows.lowerBound, column - sites.columns.lowerBound]
            }
        }
        return sum
    }

    /// The log of the mean of exponentials.
    private static func logMean(_ values: [Double]) -> Double {
        let largest = values.max() ?? 0
        return largest + .log(values.reduce(0) { $0 + .exp($1 - largest) } / Double(values.count))
    }

    public var sites: Int { pictures.reduce(0) { $0 + $1.sites } }

    /// The mean negative log-likelihood of a site.
    public var nats: Double { pictures.reduce(0) { $0 + $1.nats } / Double(max(1, sites)) }

    /// Of all numbers of a pixel together.
    public var bitsPerPixel: Double { nats / .log(2) }

    public var bitsPerDimension: Double { bitsPerPixel / Double(dimensions) }

    /// The figures that can be monitored.
    public var figures: Figures { [("bits", bitsPerPixel), ("loss", nats)] }

    /// The object of `mdlstm evaluate --json`, without the time.
    public var json: JSONObject {
        var members: JSONObject = [
            "task": .string(TaskKind.density.rawValue), "samples": .integer(pictures.count), "loss": number(nats),
            "bits": number(bitsPerPixel), "bitsPerPixel": number(bitsPerPixel),
            "bitsPerDimension": number(bitsPerDimension), "sites": .integer(sites),
            "images": .array(
                pictures.map {
                    [
                        "name": .string($0.name), "bitsPerPixel": number($0.bitsPerPixel),
                        "sites": .integer($0.sites),
                    ]
                }), "largestCell": number(largestCell),
        ]
        if isEnsemble { members["ensemble"] = true }
        return members
    }
}

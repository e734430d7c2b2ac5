public import MDLSTM
private import RealModule

/// What a density is worth on pictures: the figures of `mdlstm evaluate` for densities.
public struct DensityEvaluation: Sendable {
    /// Negative log-likelihood of a picture's sites, the log-Jacobian of the whitening in it.
    public struct Picture: Sendable {
        public let name: String
        public fileprivate(set) var nats = 0.0, sites = 0

        public var bitsPerPixel: Double { nats / Double(max(1, sites)) / .log(2) }
    }

    public private(set) var pictures: [Picture] = []

    /// The largest |c| of any recurrent layer; nil where there is none.
    public private(set) var largestCell: Double?

    /// How pictures are cut and which of their sites count.
    public struct Rules: Sendable {
        /// The extent of the patches that are judged apart; nil for whole pictures.
        public var patch: Int?

        /// Counts only sites whose neighbourhood of this size lies inside; nil for all that have a density.
        public var sitesOf: Int?

        /// Of the noise.
        public var seed: UInt64 = 1

        public init() {}
    }

    /// Judges a density by pictures.
    ///
    /// - Parameters:
    ///   - network: of `model.network`, with its weights, for rows that are whitened in Double; or of `model.model`
    ///   - progress: called with the share that is done
    /// - Throws: `MDLSTMError` of kind `notFinite` naming picture and place where a site has no density.
    public init<T: Scalar>(
        of network: any Model<T>, _ model: DensityModel, _ whitening: ConditionalWhitening,
        on pictures: [DensityPicture], by rules: Rules, progress: (Double) -> Void = { _ in }
    ) throws {
        let isWhole = network.model == model.model
        for (index, picture) in pictures.enumerated() {
            let noisy = picture.noisy(seed: rules.seed)
            var found = Picture(name: picture.name)
            for part in Self.parts(of: picture, rules.patch) {
                let pixels = noisy.part(part)
                let input: Tensor<T> =
                    isWhole
                    ? model.input(of: pixels, center: whitening.outputMean.values[0])
                    : model.rows(of: pixels, whitening)
                let nats = try network.predict(input)
                largestCell = try [largestCell, network.largestCell().map { Double($0) }].compactMap { $0 }.largestOrNaN
                let counted = Self.counted(model, part, rules)
                try found.add(nats, counted, in: part, model, largest: largestCell, whitening.logJacobian)
            }
            self.pictures.append(found)
            progress(Double(index + 1) / Double(pictures.count))
        }
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

    /// The sites of a part that count, by its own rows and columns.
    private static func counted(
        _ model: DensityModel, _ part: PicturePart, _ rules: Rules
    ) -> (rows: Range<Int>, columns: Range<Int>) {
        let (height, width) = (part.rows.count, part.columns.count)
        var (rows, columns) = model.sites(height: height, width: width)
        if let size = rules.sitesOf {
            let m = size / 2
            rows = rows.clamped(to: min(m, height)..<height)
            columns = columns.clamped(to: min(m, width)..<max(m, width - m))
        }
        return (rows, columns)
    }

    public var sites: Int { pictures.reduce(0) { $0 + $1.sites } }

    /// The mean negative log-likelihood of a site.
    public var nats: Double { pictures.reduce(0) { $0 + $1.nats } / Double(max(1, sites)) }

    public var bitsPerPixel: Double { nats / .log(2) }

    /// The figures that can be monitored.
    public var figures: Figures { [("bits", bitsPerPixel), ("loss", nats)] }

    /// The object of `mdlstm evaluate --json`, without the time.
    public var json: JSONObject {
        [
            "task": .string(TaskKind.density.rawValue), "samples": .integer(pictures.count), "loss": number(nats),
            "bits": number(bitsPerPixel), "bitsPerPixel": number(bitsPerPixel),
            "bitsPerDimension": number(bitsPerPixel), "sites": .integer(sites),
            "images": .array(
                pictures.map {
                    [
                        "name": .string($0.name), "bitsPerPixel": number($0.bitsPerPixel),
                        "sites": .integer($0.sites),
                    ]
                }), "largestCell": number(largestCell),
        ]
    }
}

/// Rows and columns of a picture that are judged together.
private struct PicturePart {
    let rows: Range<Int>, columns: Range<Int>
}

extension Tensor where Element == Double {
    /// A part of a picture `[height, width, 1]`.
    fileprivate func part(_ part: PicturePart) -> Tensor {
        guard part.rows.count < shape[0] || part.columns.count < shape[1] else { return self }
        let values = part.rows.flatMap { row in
            self.values[(row * shape[1] + part.columns.lowerBound)..<(row * shape[1] + part.columns.upperBound)]
        }
        return Tensor(shape: [part.rows.count, part.columns.count, 1], values: values)
    }
}

extension DensityEvaluation.Picture {
    /// Adds the log-likelihoods of a part's sites.
    fileprivate mutating func add<T: Scalar>(
        _ found: Tensor<T>, _ counted: (rows: Range<Int>, columns: Range<Int>), in part: PicturePart,
        _ model: DensityModel, largest: Double?, _ logJacobian: Double
    ) throws(MDLSTMError) {
        let (rows, columns) = model.sites(height: part.rows.count, width: part.columns.count)
        for row in rows {
            for column in columns {
                let place = (row - rows.lowerBound) * columns.count + column - columns.lowerBound
                let value = Double(found.values[place])
                guard value.isFinite else {
                    let cell = largest.map { ", the largest cell state is \($0)" } ?? ""
                    throw MDLSTMError(
                        .notFinite,
                        "\(name): the density of the pixel in row \(part.rows.lowerBound + row), column "
                            + "\(part.columns.lowerBound + column) is \(value)\(cell): states grow beyond the patches that the "
                            + "model learnt on; train it with \"forgetSum\": \"mean\", or judge by --patch")
                }
                guard counted.rows.contains(row), counted.columns.contains(column) else { continue }
                nats -= value + logJacobian
                sites += 1
            }
        }
    }
}

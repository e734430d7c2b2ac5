public import MDLSTM
import MDLSTMImages

/// Pictures to learn the density of, recognised by looking, checked and read whole.
public struct OpenedImages: Sendable {
    /// Everything that is wrong, by file; pictures with a fault are in no part.
    public let faults: [DataFault]

    /// Whether the request was to leave them out.
    public let skipsBad: Bool

    /// What the pictures were read as.
    public let color: DensityColor
    private let parts: [DataPart: [DensityPicture]]

    /// Whether a path holds pictures that nothing is told of, known without reading them.
    public static func isImages(_ path: String?, _ request: DataRequest) throws -> Bool {
        try recognised(path, request) != nil
    }

    private static func recognised(_ path: String?, _ request: DataRequest) throws -> [DataPart: [DataFile]]? {
        guard let path, request.list == nil else { return nil }
        let bare = path.prefix(1) + path.dropFirst().reversed().drop { $0 == "/" }.reversed()
        guard case .images(let parts) = try Recognition(path: String(bare), kind: request.kind)() else { return nil }
        return parts
    }

    /// Looks at a path.
    ///
    /// - Parameters:
    ///   - path: a file or a folder
    ///   - request: what is asked of the data
    ///   - color: what pictures are read as
    ///   - least: the least height and width of a picture
    /// - Returns: nil where it holds other data, or a list.
    /// - Throws: `MDLSTMError` where nothing is recognised; what is wrong with single files is among ``faults``.
    public init?(
        _ path: String?, _ request: DataRequest, color: DensityColor = .gray, least: (height: Int, width: Int)
    ) throws {
        guard let found = try Self.recognised(path, request) else { return nil }
        (skipsBad, self.color) = (request.skipsBad, color)
        var faults: [DataFault] = []
        var parts: [DataPart: [DensityPicture]] = [:]
        for part in DataPart.allCases {
            let files = found[part] ?? []
            let indices = evenly(files.count, limit: request.limit)
            let contents = concurrently(indices.count) { Self.read(files[indices[$0]], as: color) }
            for (index, read) in zip(indices, contents) {
                switch read {
                case .success(let pictures):
                    for picture in pictures {
                        if picture.height >= least.height, picture.width >= least.width {
                            parts[part, default: []].append(picture)
                        } else {
                            faults.append(Self.tooSmall(picture, least))
                        }
                    }
                case .failure(let error):
                    faults.append(DataFault(error, path: files[index].path, name: files[index].name))
                }
            }
        }
        (self.faults, self.parts) = (faults, parts)
    }

    private static func tooSmall(_ picture: DensityPicture, _ least: (height: Int, width: Int)) -> DataFault {
        DataFault(
            picture.name, found: "\(picture.width) x \(picture.height) pixels",
            expected: "at least \(least.width) x \(least.height), a neighbourhood with a pixel",
            advice: "give a larger picture, or choose a smaller neighbourhood")
    }

    private static func read(_ file: DataFile, as color: DensityColor) -> Result<[DensityPicture], MDLSTMError> {
        do throws(MDLSTMError) {
            if file.ending == "npy" { return .success(try DensityPicture.arrays(file, as: color)) }
            return .success([try DensityPicture(ImageFile(contentsOf: file.path), as: color, name: file.name)])
        } catch { return .failure(error) }
    }

    /// The pictures of a part; none where the data have no such part.
    public func pictures(_ part: DataPart) -> [DensityPicture] { parts[part] ?? [] }

    /// The pictures to train and to validate with: those of the data's own part, else a share of those to train with.
    ///
    /// - Parameters:
    ///   - fraction: the share to validate with, from 0 below 1, 0 for none
    ///   - seed: decides which pictures that are
    public func split(
        validation fraction: Double, seed: UInt64
    ) -> (training: [DensityPicture], validation: [DensityPicture]) {
        let whole = pictures(.training)
        if !pictures(.validation).isEmpty { return (whole, pictures(.validation)) }
        let (training, validation) = DensitySamples<Double>(whole).split(validation: fraction, seed: seed)
        return (training.map { whole[$0] }, validation.map { whole[$0] })
    }

    /// What there is to learn, in numbers.
    public var shape: DataShape {
        DataShape(kind: .density, axes: 2, features: color.channels, outputs: 1, isAnswerPerSample: false)
    }

    /// One line: `72 pictures, gray, 481x321 to 321x481`.
    public var summary: String {
        let all = parts.values.joined()
        let heights = all.map(\.height), widths = all.map(\.width)
        var words = [counted(all.count, "picture"), color == .gray ? "gray" : "RGB"]
        if let low = heights.min(), let narrow = widths.min(), let high = heights.max(), let wide = widths.max() {
            words.append(low == high && narrow == wide ? "\(low)x\(narrow)" : "\(low)x\(narrow) to \(high)x\(wide)")
        }
        return words.joined(separator: ", ")
    }
}

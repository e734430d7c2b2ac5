import MDLSTM
import MDLSTMImages

/// What of a sample's sites a picture shows, and how large.
///
/// Of two axes it is everything, of one a strip, of more the middle along all axes but the last two. Large grids are shown by
/// every second site, third, .., small ones enlarged.
struct SitePicture {
    private let rows: [Int], columns: [Int]

    /// Pixels of a site.
    private let cellHeight: Int, cellWidth: Int

    /// The number of the first site shown, and of sites in a row.
    private let first: Int, stride: Int

    /// Whether the sites are those of one axis.
    let isStrip: Bool

    /// - Parameters:
    ///   - extents: of the sample
    ///   - side: of the picture in pixels, at most
    /// - Returns: nil where there are no sites
    init?(extents: [Int], side: Int) {
        guard let last = extents.last, extents.allSatisfy({ $0 > 0 }) else { return nil }
        isStrip = extents.count == 1
        let height = isStrip ? 1 : extents[extents.count - 2]
        stride = last
        var (first, size) = (0, height * last)
        for extent in extents.dropLast(2).reversed() {
            first += extent / 2 * size
            size *= extent
        }
        self.first = first
        // Strips may be longer.
        let most = isStrip ? 2 * side : side
        let step = (max(height, last) + most - 1) / most
        rows = Array(Swift.stride(from: 0, to: height, by: step))
        columns = Array(Swift.stride(from: 0, to: last, by: step))
        cellWidth = max(1, most / max(rows.count, columns.count))
        cellHeight = isStrip ? Self.stripHeight : cellWidth
    }

    private static let stripHeight = 24

    /// A colour for each site.
    func image(_ color: (_ site: Int) -> SIMD3<UInt8>) -> Image {
        raster(rows.count, cellHeight) { row, column in color(first + rows[row] * stride + columns[column]) }
    }

    /// The values of a tensor `[E1, .., EN, F]`: one feature is gray, three and four are red, green, blue (and nothing), of
    /// two the first is shown and of more their mean; in a strip of several features each has a row.
    ///
    /// - Parameter missing: of sites that are NaN; black unless given
    func image<T: Scalar>(
        _ tensor: Tensor<T>, range: ClosedRange<Double>, missing: SIMD3<UInt8>? = nil
    ) -> Image {
        let features = tensor.shape.last ?? 1
        func level(_ site: Int, _ feature: Int) -> UInt8 {
            Self.level(Double(tensor.values[site * features + feature]), in: range)
        }
        if isStrip, features > 1 {
            let step = (features + Self.mostFeatures - 1) / Self.mostFeatures
            let shown = Array(Swift.stride(from: 0, to: features, by: step))
            return raster(shown.count, max(2, 2 * Self.stripHeight / shown.count)) { row, column in
                SIMD3(repeating: level(columns[column], shown[row]))
            }
        }
        return image { site in
            if let missing, tensor.values[site * features].isNaN { return missing }
            switch features {
            case 1, 2: return SIMD3(repeating: level(site, 0))
            case 3, 4: return SIMD3(level(site, 0), level(site, 1), level(site, 2))
            default:
                let values = tensor.values[(site * features)..<((site + 1) * features)]
                let mean = values.reduce(0) { $0 + Double($1) } / Double(features)
                return SIMD3(repeating: Self.level(mean, in: range))
            }
        }
    }

    /// Rows of a strip, at most.
    private static let mostFeatures = 64

    private static func level(_ value: Double, in range: ClosedRange<Double>) -> UInt8 {
        let share = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
        return share > 0 ? UInt8((255 * min(1, share)).rounded()) : 0
    }

    private func raster(_ rows: Int, _ cellHeight: Int, _ color: (Int, Int) -> SIMD3<UInt8>) -> Image {
        var pixels: [UInt8] = []
        pixels.reserveCapacity(3 * rows * cellHeight * columns.count * cellWidth)
        for row in 0..<rows {
            var line: [UInt8] = []
            for column in columns.indices {
                let color = color(row, column)
                for _ in 0..<cellWidth { line += [color.x, color.y, color.z] }
            }
            for _ in 0..<cellHeight { pixels += line }
        }
        return Image(width: columns.count * cellWidth, height: rows * cellHeight, channels: 3, pixels: pixels)
    }
}

/// The range of finite values, never a single one; 0...1 for values within it when `isUnit`.
@_specialize(where T == Float)
@_specialize(where T == Double)
func shownRange<T: Scalar>(_ tensors: [Tensor<T>], isUnit: Bool) -> ClosedRange<Double> {
    var (low, high) = (Double.infinity, -Double.infinity)
    for value in tensors.lazy.flatMap(\.values) where value.isFinite {
        low = min(low, Double(value))
        high = max(high, Double(value))
    }
    guard low <= high else { return 0...1 }
    if isUnit, low >= 0, high <= 1 { return 0...1 }
    return low < high ? low...high : low...(low + max(1, abs(low)))
}

extension Image {
    /// Colour images side by side, white between them, with a frame of a colour around all if there is one.
    static func joined(_ images: [Image], frame: SIMD3<UInt8>? = nil) -> Image {
        let gap = 4, edge = frame == nil ? 0 : 4
        let width = images.reduce(-gap) { $0 + $1.width + gap } + 2 * edge
        let height = (images.map(\.height).max() ?? 1) + 2 * edge
        var pixels = [UInt8](repeating: 255, count: 3 * width * height)
        if let frame { for index in pixels.indices { pixels[index] = frame[index % 3] } }
        var left = edge
        for image in images {
            for y in 0..<image.height {
                let start = 3 * ((y + edge) * width + left)
                let row = 3 * y * image.width
                pixels.replaceSubrange(
                    start..<(start + 3 * image.width), with: image.pixels[row..<(row + 3 * image.width)])
            }
            left += image.width + gap
        }
        return Image(width: width, height: height, channels: 3, pixels: pixels)
    }
}

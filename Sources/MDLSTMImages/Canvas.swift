/// An 8-bit sRGB colour.
public struct Color: Sendable, Hashable {
    public var red: UInt8
    public var green: UInt8
    public var blue: UInt8

    public init(red: UInt8, green: UInt8, blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// The colour 0xRRGGBB.
    public init(_ hex: UInt32) {
        self.init(
            red: UInt8(truncatingIfNeeded: hex >> 16), green: UInt8(truncatingIfNeeded: hex >> 8),
            blue: UInt8(truncatingIfNeeded: hex))
    }

    public static let white = Color(0xFFFFFF)
    public static let black = Color(0x000000)
}

/// A small drawing surface in colour; x goes right, y goes down, and what falls outside is left out.
public struct Canvas: Sendable {
    public let width: Int
    public let height: Int
    var pixels: [UInt8]

    /// A surface of at least one pixel, all in one colour.
    public init(width: Int, height: Int, background: Color = .white) {
        precondition(width > 0 && height > 0, "a canvas of \(width) x \(height) pixels")
        self.width = width
        self.height = height
        pixels = (0..<width * height).flatMap { _ in [background.red, background.green, background.blue] }
    }

    /// What has been drawn.
    public var image: Image { Image(width: width, height: height, channels: 3, pixels: pixels) }

    /// Mixes a colour into one pixel; `coverage` is in 0...1.
    public mutating func blend(x: Int, y: Int, color: Color, coverage: Double = 1) {
        guard (0..<width).contains(x), (0..<height).contains(y) else { return }
        let start = (y * width + x) * 3
        for (offset, sample) in [color.red, color.green, color.blue].enumerated() {
            let old = Double(pixels[start + offset])
            pixels[start + offset] = UInt8((old + (Double(sample) - old) * coverage).rounded())
        }
    }

    /// Fills a rectangle given by its upper left pixel.
    public mutating func fill(x: Int, y: Int, width: Int, height: Int, color: Color) {
        for row in max(0, y)..<max(0, y, min(self.height, y + height)) {
            for column in max(0, x)..<max(0, x, min(self.width, x + width)) {
                blend(x: column, y: row, color: color)
            }
        }
    }

    /// Draws the outline of a rectangle, one pixel wide, inside it.
    public mutating func outline(x: Int, y: Int, width: Int, height: Int, color: Color) {
        fill(x: x, y: y, width: width, height: 1, color: color)
        fill(x: x, y: y + height - 1, width: width, height: 1, color: color)
        fill(x: x, y: y, width: 1, height: height, color: color)
        fill(x: x + width - 1, y: y, width: 1, height: height, color: color)
    }

    /// Draws an anti-aliased line through points with round ends; a pixel's centre is at whole numbers.
    ///
    /// A single point becomes a disc. `thickness` is in pixels. Points must be finite.
    public mutating func polyline(_ points: [SIMD2<Double>], color: Color, thickness: Double = 2) {
        // The largest coverage of any segment counts, so that joints are no darker than the rest.
        var coverage: [Int: Double] = [:]
        let radius = thickness / 2
        for (start, end) in zip(points, points.count == 1 ? points[...] : points.dropFirst()) {
            let low = pointwiseMin(start, end) - (radius + 1)
            let high = pointwiseMax(start, end) + (radius + 1)
            let top = max(0, low.y).rounded(.up)
            let bottom = min(Double(height - 1), high.y).rounded(.down)
            guard top <= bottom else { continue }
            let direction = end - start
            let square = (direction * direction).sum()
            for y in Int(top)...Int(bottom) {
                let span = Self.span(start, end, y: Double(y), reach: radius + 1)
                let left = max(0, span.lowerBound, low.x).rounded(.up)
                let right = min(Double(width - 1), span.upperBound, high.x).rounded(.down)
                guard left <= right else { continue }
                for x in Int(left)...Int(right) {
                    let offset = SIMD2(Double(x), Double(y)) - start
                    let along = square > 0 ? min(1, max(0, (offset * direction).sum() / square)) : 0
                    let across = offset - along * direction
                    let value = min(1, radius + 0.5 - (across * across).sum().squareRoot())
                    if value > 0 { coverage[y * width + x] = max(coverage[y * width + x] ?? 0, value) }
                }
            }
        }
        for (index, value) in coverage {
            blend(x: index % width, y: index / width, color: color, coverage: value)
        }
    }

    /// The x of a row that may lie within `reach` of a segment.
    private static func span(
        _ start: SIMD2<Double>, _ end: SIMD2<Double>, y: Double, reach: Double
    ) -> ClosedRange<Double> {
        let direction = end - start
        guard abs(direction.y) > 1e-9 else { return -.infinity ... .infinity }
        let middle = start.x + (y - start.y) / direction.y * direction.x
        let slope = direction.x / direction.y
        let half = reach * (1 + slope * slope).squareRoot() + 1
        return middle - half...middle + half
    }

    /// Draws an image with its upper left pixel at (x, y), every pixel `scale` x `scale` large.
    public mutating func draw(_ image: Image, x: Int, y: Int, scale: Int = 1) {
        for row in 0..<image.height {
            for column in 0..<image.width {
                let samples = Array(image[column, row])
                let color = Color(red: samples[0], green: samples[samples.count / 2], blue: samples[samples.count - 1])
                fill(x: x + column * scale, y: y + row * scale, width: scale, height: scale, color: color)
            }
        }
    }
}

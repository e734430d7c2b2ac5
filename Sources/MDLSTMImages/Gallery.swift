public import MDLSTM

/// A grid of images with column headings and row labels.
public struct Gallery: Sendable {
    /// One row of the grid.
    public struct Row: Sendable {
        public var label: String
        /// One image a column; nil leaves the place empty.
        public var images: [Image?]

        public init(_ label: String = "", _ images: [Image?]) {
            self.label = label
            self.images = images
        }
    }

    /// What a colour in the images means.
    public struct Key: Sendable, Equatable {
        public var name: String

        /// Red, green and blue.
        public var color: SIMD3<UInt8>

        public init(_ name: String, color: SIMD3<UInt8>) { (self.name, self.color) = (name, color) }
    }

    public var title: String
    /// Headings of the columns; empty for none.
    public var columns: [String]
    public var rows: [Row]
    /// Pixels of the drawing to one pixel of an image, in each direction.
    public var scale: Int
    /// What colours mean, listed under the images.
    public var keys: [Key] = []

    /// - Precondition: `scale` is at least 1.
    public init(title: String = "", columns: [String] = [], rows: [Row], scale: Int = 4) {
        precondition(scale >= 1, "a scale of \(scale)")
        self.title = title
        self.columns = columns
        self.rows = rows
        self.scale = scale
    }

    private static let gap = 14.0
    private static let longestLabel = 240.0

    /// The drawing; every column is as wide as its widest image or heading, every row as high as its highest image.
    ///
    /// Throws `.data` when an image is too large for PNG.
    public func svg() throws(MDLSTMError) -> SVG {
        let (headings, labels) = (columns.map(Self.fitted), rows.map { Self.fitted($0.label) })
        let columnCount = max(columns.count, rows.map(\.images.count).max() ?? 0)
        let widths = (0..<columnCount).map { column in
            let images = rows.compactMap { column < $0.images.count ? $0.images[column] : nil }
            let heading = column < headings.count ? SVG.width(of: headings[column]) : 0
            return max(heading, Double(scale * (images.map(\.width).max() ?? 0)))
        }
        let heights = rows.map { max(20, Double(scale * ($0.images.compactMap { $0?.height }.max() ?? 0))) }
        let labelWidth = labels.map { SVG.width(of: $0) }.max() ?? 0
        let left = SVG.margin + (labelWidth > 0 ? labelWidth + Self.gap : 0)
        let top = SVG.top + (columns.isEmpty ? 0 : 22)
        let right = left + Self.spread(widths)
        let width = max(right + SVG.margin, SVG.width(forHeading: title), keys.isEmpty ? 0 : 320)
        let bottom = top + Self.spread(heights)
        let places = keyPlaces(from: SIMD2(SVG.margin, bottom + Self.gap), to: width - SVG.margin)
        var svg = SVG(
            width: width, height: (places.last.map { $0.y + Self.keyLine } ?? bottom) + SVG.margin, heading: title)
        let xs = Self.starts(widths, from: left)
        for (heading, (x, width)) in zip(headings, zip(xs, widths)) {
            svg.text(heading, at: SIMD2(x + width / 2, top - 9), anchor: .middle)
        }
        for (index, (y, height)) in zip(Self.starts(heights, from: top), heights).enumerated() {
            svg.text(labels[index], at: SIMD2(SVG.margin, y + height / 2 + 4.5))
            for (image, (x, width)) in zip(rows[index].images, zip(xs, widths)) {
                guard let image else { continue }
                try draw(image, centre: SIMD2(x + width / 2, y + height / 2), on: &svg)
            }
        }
        for (key, place) in zip(keys, places) {
            let color = SVG.color(SIMD3<Int>(truncatingIfNeeded: key.color))
            svg.rectangle(x: place.x, y: place.y + 3, width: 12, height: 12, fill: color, stroke: "#d0d0d0")
            svg.text(Self.fitted(key.name), at: place + SIMD2(18, 13.5))
        }
        return svg
    }

    private static let keyLine = 20.0

    /// Where each key begins: in rows filled from the left.
    private func keyPlaces(from start: SIMD2<Double>, to right: Double) -> [SIMD2<Double>] {
        var place = start
        return keys.map { key in
            let width = 18 + SVG.width(of: Self.fitted(key.name))
            if place.x > start.x, place.x + width > right { place = SIMD2(start.x, place.y + Self.keyLine) }
            defer { place.x += width + Self.gap }
            return place
        }
    }

    private func draw(_ image: Image, centre: SIMD2<Double>, on svg: inout SVG) throws(MDLSTMError) {
        // Enlarged, since not every program shows the pixels of a small image as squares.
        let image = image.enlarged(by: scale)
        let size = SIMD2(Double(image.width), Double(image.height))
        let corner = centre - size / 2
        try svg.image(image, x: corner.x, y: corner.y, width: size.x, height: size.y)
        svg.rectangle(
            x: corner.x - 0.5, y: corner.y - 0.5, width: size.x + 1, height: size.y + 1, fill: "none",
            stroke: "#d0d0d0")
    }

    private static func fitted(_ text: String) -> String { SVG.fitted(text, width: longestLabel) }

    /// Where each of some lengths begins, gaps between them.
    private static func starts(_ lengths: [Double], from start: Double) -> [Double] {
        lengths.indices.map { start + lengths[..<$0].reduce(0) { $0 + $1 + gap } }
    }

    /// The lengths and the gaps between them.
    private static func spread(_ lengths: [Double]) -> Double {
        max(0, lengths.reduce(-gap) { $0 + $1 + gap })
    }
}

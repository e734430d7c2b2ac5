public import MDLSTM

/// Images in rows, lines of text under each.
public struct ContactSheet: Sendable {
    /// An image and what is said of it.
    public struct Item: Sendable {
        public var image: Image
        public var lines: [String]

        /// Whether image and text stand out in red.
        public var isMarked: Bool

        public init(_ image: Image, lines: [String], isMarked: Bool = false) {
            (self.image, self.lines, self.isMarked) = (image, lines, isMarked)
        }
    }

    public var title: String
    public var items: [Item]

    /// Images in a row.
    public var columns: Int

    /// - Precondition: `columns` is at least 1.
    public init(title: String = "", items: [Item], columns: Int = 4) {
        precondition(columns >= 1, "\(columns) columns")
        (self.title, self.items, self.columns) = (title, items, columns)
    }

    private static let gap = 16.0, line = 16.0, textSize = 12.0, widestText = 150.0
    private static let mark = "#c0392b"

    /// The drawing, a pixel of an image one of the drawing; every column as wide as the widest image or text, every row as high
    /// as its highest image and the text.
    ///
    /// Throws `.data` when an image is too large for PNG.
    public func svg() throws(MDLSTMError) -> SVG {
        let texts = items.map { $0.lines.map { SVG.fitted($0, width: Self.widestText, size: Self.textSize) } }
        let widest = texts.joined().map { SVG.width(of: $0, size: Self.textSize) }.max() ?? 0
        let width = max(widest, Double(items.map(\.image.width).max() ?? 0)) + Self.gap
        let below = Self.line * Double(texts.map(\.count).max() ?? 0) + Self.gap
        // The lower edge of the images of each row.
        var bottoms: [Double] = []
        for first in stride(from: 0, to: items.count, by: columns) {
            let highest = items[first...].prefix(columns).map(\.image.height).max() ?? 0
            bottoms.append((bottoms.last.map { $0 + below } ?? SVG.top) + Double(highest))
        }
        let across = Double(min(columns, max(1, items.count)))
        var svg = SVG(
            width: max(2 * SVG.margin + width * across, SVG.width(forHeading: title)),
            height: (bottoms.last.map { $0 + below } ?? SVG.top) + SVG.margin, heading: title)
        for (index, item) in items.enumerated() {
            let middle = SVG.margin + width * (Double(index % columns) + 0.5)
            let bottom = bottoms[index / columns]
            let (w, h) = (Double(item.image.width), Double(item.image.height))
            let (x, y) = (middle - w / 2, bottom - h)
            if item.isMarked {
                svg.rectangle(x: x - 3, y: y - 3, width: w + 6, height: h + 6, fill: Self.mark)
            }
            try svg.image(item.image, x: x, y: y, width: w, height: h)
            if !item.isMarked {
                svg.rectangle(
                    x: x - 0.5, y: y - 0.5, width: w + 1, height: h + 1, fill: "none", stroke: "#d0d0d0")
            }
            for (number, text) in texts[index].enumerated() {
                svg.text(
                    text, at: SIMD2(middle, bottom + 4 + Self.line * (Double(number) + 0.7)), size: Self.textSize,
                    anchor: .middle, fill: item.isMarked ? Self.mark : "#333333")
            }
        }
        return svg
    }
}

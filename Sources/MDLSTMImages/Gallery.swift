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

    public var title: String
    /// Headings of the columns; empty for none.
    public var columns: [String]
    public var rows: [Row]
    /// Pixels of the picture to one pixel of an image, in each direction.
    public var scale: Int

    public init(title: String = "", columns: [String] = [], rows: [Row], scale: Int = 4) {
        precondition(scale > 0, "a scale of \(scale)")
        self.title = title
        self.columns = columns
        self.rows = rows
        self.scale = scale
    }

    private static let margin = 14
    /// Between neighbouring cells, a separator in the middle.
    private static let gap = 13
    private static let ink = Color(0x333333)
    private static let faint = Color(0xD0D0D0)

    /// The picture; every column is as wide as its widest image or heading, every row as high as its highest image.
    public func image() -> Image {
        let columnCount = max(columns.count, rows.map(\.images.count).max() ?? 0)
        let textHeight = Canvas.textSize("").height
        let widths = (0..<columnCount).map { column in
            let images = rows.compactMap { column < $0.images.count ? $0.images[column] : nil }
            let heading = column < columns.count ? Canvas.textSize(columns[column]).width + 12 : 0
            return max(heading, images.map { $0.width * scale }.max() ?? 0)
        }
        let heights = rows.map { row in
            max(row.label.isEmpty ? 0 : textHeight, row.images.compactMap { $0 }.map { $0.height * scale }.max() ?? 0)
        }
        let labelWidth = rows.map { Canvas.textSize($0.label).width }.max() ?? 0
        let left = Self.margin + (labelWidth > 0 ? labelWidth + Self.gap : 0)
        let titleHeight = title.isEmpty ? 0 : 40
        let top = Self.margin + titleHeight + (columns.allSatisfy(\.isEmpty) ? 0 : textHeight + 6)
        let right = left + widths.reduce(0, +) + Self.gap * max(0, columnCount - 1)
        let bottom = top + heights.reduce(0, +) + Self.gap * max(0, rows.count - 1)
        let titleScale = 3
        let titleWidth = Canvas.textSize(title, scale: titleScale).width
        var canvas = Canvas(width: max(right, Self.margin + titleWidth) + Self.margin, height: bottom + Self.margin)
        canvas.text(
            title, x: max(Self.margin, (canvas.width - titleWidth) / 2), y: Self.margin, color: Self.ink,
            scale: titleScale)

        var x = left
        for (column, width) in widths.enumerated() {
            if column < columns.count {
                let headingWidth = Canvas.textSize(columns[column]).width
                canvas.text(
                    columns[column], x: x + (width - headingWidth) / 2, y: Self.margin + titleHeight, color: Self.ink)
            }
            var y = top
            for (row, height) in zip(rows, heights) {
                if column < row.images.count, let image = row.images[column] {
                    let (imageX, imageY) = (
                        x + (width - image.width * scale) / 2, y + (height - image.height * scale) / 2
                    )
                    canvas.draw(image, x: imageX, y: imageY, scale: scale)
                    canvas.outline(
                        x: imageX - 1, y: imageY - 1, width: image.width * scale + 2, height: image.height * scale + 2,
                        color: Self.faint)
                }
                y += height + Self.gap
            }
            x += width + Self.gap
        }
        drawRows(heights, top: top, right: right, on: &canvas)
        return canvas.image
    }

    /// The labels at the left and a line between rows.
    private func drawRows(_ heights: [Int], top: Int, right: Int, on canvas: inout Canvas) {
        var y = top
        for (index, (row, height)) in zip(rows, heights).enumerated() {
            canvas.text(row.label, x: Self.margin, y: y + (height - Font.ascent * 2) / 2, color: Self.ink)
            y += height + Self.gap
            if index < rows.count - 1 {
                canvas.fill(
                    x: Self.margin, y: y - Self.gap / 2 - 1, width: right - Self.margin, height: 1,
                    color: Color(0xE8E8E8))
            }
        }
    }
}

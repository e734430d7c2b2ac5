/// A line chart: named series over common axes, with a legend above and labels around.
///
/// Points that are not finite, or not positive on a logarithmic axis, are left out and interrupt the line; so are
/// those beyond 1e100, and on a logarithmic axis those below 1e-100.
public struct LinePlot: Sendable {
    /// One line of the chart.
    public struct Series: Sendable {
        public var name: String
        public var points: [SIMD2<Double>]
        /// nil for the next colour of the palette.
        public var color: Color?
        /// Whether each point gets a dot.
        public var hasMarkers: Bool

        public init(_ name: String, points: [SIMD2<Double>], color: Color? = nil, hasMarkers: Bool = false) {
            self.name = name
            self.points = points
            self.color = color
            self.hasMarkers = hasMarkers
        }

        /// Values at x = 0, 1, 2, ...
        public init(_ name: String, values: [Double], color: Color? = nil, hasMarkers: Bool = false) {
            let points = values.enumerated().map { SIMD2(Double($0.offset), $0.element) }
            self.init(name, points: points, color: color, hasMarkers: hasMarkers)
        }
    }

    /// A dashed horizontal line, labelled at its right end.
    public struct Reference: Sendable {
        public var label: String
        public var y: Double

        public init(_ label: String, y: Double) {
            self.label = label
            self.y = y
        }
    }

    /// Colours of the series that name none; the first six are distinct for colour-blind readers too (Okabe and Ito).
    public static let palette = [
        0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9, 0x6A3D9A, 0x8C564B,
    ].map { Color($0) }

    public var title: String
    public var xLabel: String
    public var yLabel: String
    public var series: [Series]
    public var references: [Reference]
    public var hasLogarithmicY: Bool
    /// Width of the picture in pixels, at least 400.
    public var width = 900
    /// Height of the picture in pixels, at least 300.
    public var height = 560

    public init(
        title: String = "", xLabel: String = "", yLabel: String = "", series: [Series],
        references: [Reference] = [], hasLogarithmicY: Bool = false
    ) {
        self.title = title
        self.xLabel = xLabel
        self.yLabel = yLabel
        self.series = series
        self.references = references
        self.hasLogarithmicY = hasLogarithmicY
    }

    /// The picture.
    public func image() -> Image {
        precondition(width >= 400 && height >= 300, "\(width) x \(height) pixels are too few for a chart")
        let layout = PlotLayout(self)
        var canvas = Canvas(width: width, height: height)
        layout.drawGrid(on: &canvas)
        layout.drawReferences(on: &canvas)
        for (index, series) in series.enumerated() {
            layout.draw(series, color: color(of: index), on: &canvas)
        }
        layout.drawLabels(on: &canvas)
        return canvas.image
    }

    /// The pixel (column, row) of a point, the middle of its line; nil when it is not drawn.
    public func pixel(of point: SIMD2<Double>) -> (x: Int, y: Int)? {
        PlotLayout(self).pixel(of: point).map { (Int($0.x.rounded()), Int($0.y.rounded())) }
    }

    /// The pixels that lines are drawn in, the frame included.
    public var area: (x: Range<Int>, y: Range<Int>) {
        let layout = PlotLayout(self)
        return (layout.left..<layout.right + 1, layout.top..<layout.bottom + 1)
    }

    func color(of index: Int) -> Color {
        series[index].color ?? Self.palette[index % Self.palette.count]
    }

    func isDrawn(_ point: SIMD2<Double>) -> Bool {
        abs(point.x) <= 1e100 && abs(point.y) <= 1e100 && (!hasLogarithmicY || point.y >= 1e-100)
    }
}

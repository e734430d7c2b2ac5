/// A line chart: named series over common axes, with a legend above and labels around.
///
/// Points that are not finite, or not positive on a logarithmic axis, are left out and interrupt the line; so are
/// those beyond 1e100, and on a logarithmic axis those below 1e-100.
public struct LinePlot: Sendable {
    /// One line of the chart.
    public struct Series: Sendable {
        public var name: String
        public var points: [SIMD2<Double>]

        public init(_ name: String, points: [SIMD2<Double>]) {
            self.name = name
            self.points = points
        }
    }

    /// A dashed horizontal line.
    public struct Reference: Sendable {
        public var name: String
        public var y: Double

        public init(_ name: String, y: Double) {
            self.name = name
            self.y = y
        }
    }

    /// The area between two lines, under the others.
    public struct Band: Sendable {
        public var name: String

        /// The lines, of as many points with the same x.
        public var lower: [SIMD2<Double>], upper: [SIMD2<Double>]

        public init(_ name: String, lower: [SIMD2<Double>], upper: [SIMD2<Double>]) {
            (self.name, self.lower, self.upper) = (name, lower, upper)
        }
    }

    public var title: String
    public var xLabel: String
    public var yLabel: String
    public var series: [Series]
    public var references: [Reference]
    public var bands: [Band] = []
    public var hasLogarithmicY: Bool

    /// Whether x counts something, so that there is no number between two whole ones.
    public var hasWholeX = false

    public init(
        title: String, xLabel: String, yLabel: String, series: [Series], references: [Reference] = [],
        hasLogarithmicY: Bool = false
    ) {
        self.title = title
        self.xLabel = xLabel
        self.yLabel = yLabel
        self.series = series
        self.references = references
        self.hasLogarithmicY = hasLogarithmicY
    }

    /// The drawing, 800 x 480 pixels. Where points lie closer than two pixels across, the lowest and the highest are drawn.
    public func svg() -> SVG {
        var svg = SVG(width: PlotLayout.width, height: PlotLayout.height, heading: title)
        PlotLayout(self).draw(on: &svg)
        return svg
    }

    func isDrawn(_ point: SIMD2<Double>) -> Bool {
        abs(point.x) <= 1e100 && abs(point.y) <= 1e100 && (!hasLogarithmicY || point.y >= 1e-100)
    }
}

/// Line charts over each other under one heading, each as wide as a ``LinePlot``; their own titles are left out.
public struct PlotStack: Sendable {
    public var title: String
    public var plots: [LinePlot]

    /// Pixels of each chart, legend and labels included.
    public var plotHeight: Double

    /// - Precondition: `plotHeight` is at least 160.
    public init(title: String, plots: [LinePlot], plotHeight: Double = 300) {
        precondition(plotHeight >= 160, "a chart of \(plotHeight) pixels has no room")
        (self.title, self.plots, self.plotHeight) = (title, plots, plotHeight)
    }

    public func svg() -> SVG {
        var svg = SVG(
            width: PlotLayout.width, height: SVG.top + max(20, plotHeight * Double(plots.count)), heading: title)
        func layouts(left: Double) -> [PlotLayout] {
            plots.enumerated().map { index, plot in
                let start = SVG.top + plotHeight * Double(index)
                return PlotLayout(plot, from: start, to: start + plotHeight, left: left)
            }
        }
        // Frames stand under each other.
        let left = layouts(left: 0).map(\.left).max() ?? 0
        for layout in layouts(left: left) { layout.draw(on: &svg) }
        return svg
    }
}

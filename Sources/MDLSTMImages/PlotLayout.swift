/// Where everything of a line chart goes; every text has its own room, so that none meets another.
struct PlotLayout {
    static let width = 800.0
    static let height = 480.0
    /// Height of a row of the legend.
    private static let line = 20.0

    /// Colours of the series in turn; the first six are distinct for colour-blind readers too (Okabe and Ito).
    private static let palette = [
        "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#6a3d9a", "#8c564b",
    ]

    /// Light, so that lines are seen on it.
    private static let bandColor = "#cfe3f2"

    /// A name in the legend and how its line is drawn.
    private struct Entry {
        let name: String
        let color: String
        var dashes: [Double] = []
        var thickness = 2.5

        /// Of its stroke, its name and the gap to the next.
        var width: Double { 32 + SVG.width(of: name) + 20 }
    }

    private let plot: LinePlot
    private let xAxis: Axis
    private let yAxis: Axis
    private let legend: [[Entry]]
    private let references: [LinePlot.Reference]

    /// The frame.
    let left: Double
    private let right = Self.width - SVG.margin - 12
    private let top: Double
    private let bottom: Double

    /// Where the legend begins and the label of the x axis ends.
    private let start: Double, end: Double

    /// - Parameters:
    ///   - start: where the chart's part of the drawing begins
    ///   - end: and where it ends
    ///   - left: of the frame, at least
    init(_ plot: LinePlot, from start: Double = SVG.top, to end: Double = Self.height, left least: Double = 0) {
        (self.plot, self.start, self.end) = (plot, start, end)
        bottom = end - SVG.margin - 42
        references = plot.references.filter { plot.isDrawn(SIMD2(0, $0.y)) }
        legend = Self.rows(
            plot.series.enumerated().map { Entry(name: $1.name, color: Self.color(of: $0)) }
                + plot.bands.map { Entry(name: $0.name, color: Self.bandColor, thickness: 10) }
                + references.map { Entry(name: $0.name, color: "#767676", dashes: [6, 4]) })
        top = start + Double(legend.count) * Self.line
        let points = (plot.series.map(\.points) + plot.bands.flatMap { [$0.lower, $0.upper] }).joined()
            .filter(plot.isDrawn)
        xAxis = Axis(points.map(\.x), margin: 0.02, tickCount: 7, wholeTicks: plot.hasWholeX)
        yAxis = Axis(
            points.map(\.y) + references.map(\.y), logarithmic: plot.hasLogarithmicY, margin: 0.05,
            tickCount: max(3, min(7, Int((bottom - top) / 40))))
        left = max(least, SVG.margin + 32 + (yAxis.ticks.map { SVG.width(of: $0.label) }.max() ?? 0))
    }

    private static func color(of series: Int) -> String { palette[series % palette.count] }

    /// The legend's rows, filled from the left.
    private static func rows(_ entries: [Entry]) -> [[Entry]] {
        var rows: [[Entry]] = []
        var used = Double.infinity
        for entry in entries where !entry.name.isEmpty {
            let name = SVG.fitted(entry.name, width: width - 2 * SVG.margin - 60)
            let entry = Entry(name: name, color: entry.color, dashes: entry.dashes, thickness: entry.thickness)
            if used + entry.width > width - 2 * SVG.margin {
                rows.append([])
                used = 0
            }
            rows[rows.count - 1].append(entry)
            used += entry.width
        }
        return rows
    }

    private func row(_ y: Double) -> Double { bottom - yAxis.position(y) * (bottom - top) }

    private func column(_ x: Double) -> Double { left + xAxis.position(x) * (right - left) }

    func draw(on svg: inout SVG) {
        drawBands(on: &svg)
        drawGrid(on: &svg)
        drawLines(on: &svg)
        drawLabels(on: &svg)
        drawLegend(on: &svg)
    }

    private func drawGrid(on svg: inout SVG) {
        for y in yAxis.ticks.map({ row($0.value) }) {
            svg.line(from: SIMD2(left, y), to: SIMD2(right, y), stroke: "#e4e4e4")
        }
        for x in xAxis.ticks.map({ column($0.value) }) {
            svg.line(from: SIMD2(x, top), to: SIMD2(x, bottom), stroke: "#e4e4e4")
        }
        svg.rectangle(x: left, y: top, width: right - left, height: bottom - top, fill: "none", stroke: "#b0b0b0")
    }

    /// Bands whose points are all drawn.
    private func drawBands(on svg: inout SVG) {
        for band in plot.bands where band.lower.count > 1 {
            let outline = band.lower + band.upper.reversed()
            guard outline.allSatisfy(plot.isDrawn) else { continue }
            svg.polygon(outline.map { SIMD2(column($0.x), row($0.y)) }, fill: Self.bandColor)
        }
    }

    private func drawLines(on svg: inout SVG) {
        for (index, series) in plot.series.enumerated() {
            for run in series.points.split(whereSeparator: { !plot.isDrawn($0) }) {
                let points = run.map { SIMD2(column($0.x), row($0.y)) }
                if points.count == 1 {
                    svg.dot(at: points[0], radius: 4, fill: Self.color(of: index))
                } else {
                    svg.polyline(Self.thinned(points), stroke: Self.color(of: index), thickness: 1.8)
                }
            }
        }
        for y in references.map({ row($0.y) }) {
            svg.line(from: SIMD2(left, y), to: SIMD2(right, y), stroke: "#767676", thickness: 1.8, dashes: [6, 4])
        }
    }

    /// Of neighbours within two pixels across, the lowest and the highest, and the ends of the line.
    private static func thinned(_ points: [SIMD2<Double>]) -> [SIMD2<Double>] {
        var kept: [SIMD2<Double>] = []
        var first = 0
        while first < points.count {
            let strip = (points[first].x / 2).rounded(.down)
            let end = points[first...].firstIndex { ($0.x / 2).rounded(.down) != strip } ?? points.count
            let lowest = (first..<end).min { points[$0].y < points[$1].y }!
            let highest = (first..<end).max { points[$0].y < points[$1].y }!
            let ends = [0, points.count - 1].filter((first..<end).contains)
            kept += Set([lowest, highest] + ends).sorted().map { points[$0] }
            first = end
        }
        return kept
    }

    /// The numbers and names of the axes.
    private func drawLabels(on svg: inout SVG) {
        svg.text(
            SVG.fitted(plot.xLabel, width: right - left), at: SIMD2((left + right) / 2, end - SVG.margin),
            anchor: .middle)
        svg.text(
            SVG.fitted(plot.yLabel, width: bottom - top), at: SIMD2(SVG.margin + 12, (top + bottom) / 2),
            anchor: .middle, isUpward: true)
        for tick in yAxis.ticks { svg.text(tick.label, at: SIMD2(left - 8, row(tick.value) + 4.5), anchor: .end) }
        for tick in xAxis.ticks { svg.text(tick.label, at: SIMD2(column(tick.value), bottom + 18), anchor: .middle) }
    }

    /// A stroke and a name for each line, above the frame.
    private func drawLegend(on svg: inout SVG) {
        for (index, row) in legend.enumerated() {
            var place = SIMD2(
                max(SVG.margin, (left + right - row.reduce(-20) { $0 + $1.width }) / 2),
                start + 6 + Double(index) * Self.line)
            place.x = min(place.x, Self.width - SVG.margin - row.reduce(-20) { $0 + $1.width })
            for entry in row {
                let start = place - SIMD2(0, 4.5)
                svg.line(
                    from: start, to: start + SIMD2(24, 0), stroke: entry.color, thickness: entry.thickness,
                    dashes: entry.dashes)
                svg.text(entry.name, at: place + SIMD2(32, 0))
                place.x += entry.width
            }
        }
    }
}

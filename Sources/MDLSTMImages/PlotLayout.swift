/// Where everything of a line chart goes; every text has its own room, so that none meets another.
struct PlotLayout {
    private static let ink = Color(0x333333)
    private static let faint = Color(0xE4E4E4)
    private static let grey = Color(0x8A8A8A)
    /// Height of a line of text at scale 2, with a gap.
    private static let line = 24

    private let plot: LinePlot
    private let xAxis: Axis
    private let yAxis: Axis
    private let legend: [[(index: Int, name: String)]]
    private let references: [LinePlot.Reference]

    /// Outermost pixels of the frame.
    let left: Int
    let right: Int
    let top: Int
    let bottom: Int

    init(_ plot: LinePlot) {
        self.plot = plot
        references = plot.references.filter { plot.isDrawn(SIMD2(0, $0.y)) }.sorted { $0.y > $1.y }
        let points = plot.series.flatMap(\.points).filter(plot.isDrawn)
        legend = Self.legend(plot)
        top = 14 + (plot.title.isEmpty ? 0 : 36) + legend.count * Self.line + 6
        bottom = plot.height - 1 - 12 - (plot.xLabel.isEmpty ? 0 : 26) - 26
        let ys = points.map(\.y) + references.map(\.y)
        yAxis = Axis(
            ys, logarithmic: plot.hasLogarithmicY, margin: 0.05, tickCount: max(2, (bottom - top) / 60))
        let tickWidth = yAxis.ticks.map { Canvas.textSize($0.label).width }.max() ?? 0
        left = 14 + (plot.yLabel.isEmpty ? 0 : 28) + tickWidth + 10
        let labelWidth = references.map { Canvas.textSize($0.label).width }.max() ?? 0
        right = plot.width - 1 - max(36, min(labelWidth, plot.width / 4) + 22)

        xAxis = Self.horizontal(points.map(\.x), width: right - left)
    }

    /// The axis with as many ticks as fit `width` pixels without a label meeting its neighbour.
    private static func horizontal(_ values: [Double], width: Int) -> Axis {
        var count = max(2, width / 80)
        while true {
            let axis = Axis(values, margin: 0.02, tickCount: count)
            let widest = axis.ticks.map { Canvas.textSize($0.label).width }.max() ?? 0
            guard count > 1, axis.ticks.count > 1 else { return axis }
            let share = axis.position(axis.ticks[1].value) - axis.position(axis.ticks[0].value)
            if share * Double(width) >= Double(widest + 14) { return axis }
            count -= 1
        }
    }

    /// The legend's rows, filled from the left.
    private static func legend(_ plot: LinePlot) -> [[(index: Int, name: String)]] {
        var rows: [[(index: Int, name: String)]] = []
        var used = Int.max / 2
        for (index, series) in plot.series.enumerated() where !series.name.isEmpty {
            let name = Canvas.fitted(series.name, width: plot.width - 120)
            let width = entryWidth(name)
            if used + width > plot.width - 40 {
                rows.append([])
                used = 0
            }
            rows[rows.count - 1].append((index, name))
            used += width
        }
        return rows
    }

    /// A legend entry's stroke, name and gap.
    private static func entryWidth(_ name: String) -> Int { 38 + Canvas.textSize(name).width + 26 }

    func pixel(of point: SIMD2<Double>) -> SIMD2<Double>? {
        guard plot.isDrawn(point) else { return nil }
        return SIMD2(
            Double(left) + xAxis.position(point.x) * Double(right - left),
            Double(bottom) - yAxis.position(point.y) * Double(bottom - top))
    }

    private func row(_ y: Double) -> Int { Int((Double(bottom) - yAxis.position(y) * Double(bottom - top)).rounded()) }

    private func column(_ x: Double) -> Int { Int((Double(left) + xAxis.position(x) * Double(right - left)).rounded()) }

    func drawGrid(on canvas: inout Canvas) {
        for tick in yAxis.ticks {
            canvas.fill(x: left, y: row(tick.value), width: right - left, height: 1, color: Self.faint)
        }
        for tick in xAxis.ticks {
            canvas.fill(x: column(tick.value), y: top, width: 1, height: bottom - top, color: Self.faint)
        }
        canvas.outline(x: left, y: top, width: right - left + 1, height: bottom - top + 1, color: Color(0xB8B8B8))
    }

    /// Dashes at the values; labels at the right, pushed apart where they would meet.
    func drawReferences(on canvas: inout Canvas) {
        let height = Canvas.textSize("").height
        var rows = references.map { row($0.y) - height / 2 + 2 }
        for index in rows.indices.dropFirst() { rows[index] = max(rows[index], rows[index - 1] + height + 2) }
        if let last = rows.indices.last { rows[last] = min(rows[last], bottom - height + 8) }
        for index in rows.indices.dropLast().reversed() { rows[index] = min(rows[index], rows[index + 1] - height - 2) }
        for (reference, labelRow) in zip(references, rows) {
            for x in stride(from: left + 1, to: right, by: 12) {
                canvas.fill(x: x, y: row(reference.y), width: min(7, right - x), height: 2, color: Self.grey)
            }
            let label = Canvas.fitted(reference.label, width: plot.width - right - 14)
            canvas.text(label, x: right + 8, y: labelRow, color: Color(0x666666))
        }
    }

    func draw(_ series: LinePlot.Series, color: Color, on canvas: inout Canvas) {
        for run in series.points.split(whereSeparator: { !plot.isDrawn($0) }) {
            let pixels = run.compactMap(pixel)
            canvas.polyline(pixels, color: color, thickness: pixels.count == 1 ? 6 : 2.4)
            if series.hasMarkers {
                for pixel in pixels { canvas.polyline([pixel], color: color, thickness: 7) }
            }
        }
    }

    func drawLabels(on canvas: inout Canvas) {
        var y = 14
        if !plot.title.isEmpty {
            let scale = Canvas.textSize(plot.title, scale: 3).width <= plot.width - 28 ? 3 : 2
            centre(plot.title, within: 14...plot.width - 14, y: y, scale: scale, on: &canvas)
            y += 36
        }
        for row in legend {
            let total = row.reduce(-26) { $0 + Self.entryWidth($1.name) }
            var x = max(14, min((left + right - total) / 2, plot.width - 14 - total))
            for (index, name) in row {
                let middle = SIMD2(Double(x + 13), Double(y + 7))
                canvas.polyline(
                    [middle - SIMD2(12, 0), middle + SIMD2(12, 0)], color: plot.color(of: index), thickness: 3)
                if plot.series[index].hasMarkers {
                    canvas.polyline([middle], color: plot.color(of: index), thickness: 8)
                }
                canvas.text(name, x: x + 38, y: y, color: Self.ink)
                x += Self.entryWidth(name)
            }
            y += Self.line
        }
        for tick in yAxis.ticks {
            let width = Canvas.textSize(tick.label).width
            canvas.text(tick.label, x: left - 8 - width, y: row(tick.value) - 7, color: Self.ink)
        }
        for tick in xAxis.ticks {
            let width = Canvas.textSize(tick.label).width
            let x = min(column(tick.value) - width / 2, plot.width - 4 - width)
            canvas.text(tick.label, x: max(4, x), y: bottom + 10, color: Self.ink)
        }
        centre(plot.xLabel, within: 14...plot.width - 14, y: plot.height - 12 - 18, scale: 2, on: &canvas)
        let label = Canvas.fitted(plot.yLabel, width: plot.height - 28)
        let width = Canvas.textSize(label).width
        let labelTop = max(14, min((top + bottom - width) / 2, plot.height - 14 - width))
        canvas.text(label, x: 14, y: labelTop, color: Self.ink, upward: true)
    }

    /// Text under the middle of the frame as far as `range` allows.
    private func centre(_ text: String, within range: ClosedRange<Int>, y: Int, scale: Int, on canvas: inout Canvas) {
        let text = Canvas.fitted(text, width: range.count - 1, scale: scale)
        let width = Canvas.textSize(text, scale: scale).width
        let x = max(range.lowerBound, min((left + right - width) / 2, range.upperBound - width))
        canvas.text(text, x: x, y: y, color: Self.ink, scale: scale)
    }
}

import MDLSTMImages
import Testing

/// A chart of one series at x = 0, 1, 2, ..
private func chart(_ values: [Double], logarithmic: Bool = false) -> LinePlot {
    let points = values.enumerated().map { SIMD2(Double($0), $1) }
    return LinePlot(
        title: "loss", xLabel: "step", yLabel: "nats", series: [.init("line", points: points)],
        hasLogarithmicY: logarithmic)
}

struct LinePlotTests {
    /// The pixel of a value, as a reader finds it: between the labels of the lowest and the highest tick.
    private func pixel(of value: Double, in svg: SVG, along axis: String, map: (Double) -> Double = { $0 }) throws
        -> Double
    {
        let isX = axis == "x"
        let ticks = try svg.elements("text").filter {
            Double($0.text) != nil && $0.attributes["text-anchor"] == (isX ? "middle" : "end")
        }
        let (first, last) = (try #require(ticks.first), try #require(ticks.last))
        let (low, high) = (map(Double(first.text)!), map(Double(last.text)!))
        try #require(low < high)
        // Labels of y stand a little below their line.
        let lift = isX ? 0 : 4.5
        let share = (map(value) - low) / (high - low)
        return first.number(axis) - lift + share * (last.number(axis) - first.number(axis))
    }

    @Test(arguments: [false, true])
    func linesAreWhereTheDataSays(logarithmic: Bool) throws {
        let values = [1, 10, 0.01, 3, 100, 7.5]
        let svg = chart(values, logarithmic: logarithmic).svg()
        let points = try svg.elements("polyline")[0].points
        try #require(points.count == values.count)
        func logarithm(_ value: Double) -> Double {
            // The values' base-10 logarithms, to three digits.
            [0.01: -2, 0.1: -1, 1: 0, 3: 0.477, 7.5: 0.875, 10: 1, 100: 2][value] ?? .nan
        }
        for (index, value) in values.enumerated() {
            let x = try pixel(of: Double(index), in: svg, along: "x")
            let y = try pixel(of: value, in: svg, along: "y", map: logarithmic ? logarithm : { $0 })
            #expect((points[index] - SIMD2(x, y)).abs.max() < 0.2, "point \(index): \(points[index]), (\(x), \(y))")
        }
        // Nothing of the series outside the frame, the last rectangle.
        let frame = try #require(svg.elements("rect").last)
        let low = SIMD2(frame.number("x"), frame.number("y"))
        let high = low + SIMD2(frame.number("width"), frame.number("height"))
        #expect(points.allSatisfy { $0.x > low.x && $0.y > low.y && $0.x < high.x && $0.y < high.y })
    }

    /// A band is the area between its lines, within the frame, under the series, and has a name.
    @Test func bandsLieBetweenTheirLines() throws {
        var plot = chart([2, 3, 4])
        let xs = [0.0, 1, 2]
        plot.bands = [
            LinePlot.Band("spread", lower: xs.map { SIMD2($0, $0) }, upper: xs.map { SIMD2($0, $0 + 5) })
        ]
        let svg = plot.svg()
        let points = try svg.elements("polygon")[0].points
        #expect(points.count == 6 && svg.document.contains(">spread</text>"))
        for (index, y) in [0.0, 1, 2, 7, 6, 5].enumerated() {
            let x = try pixel(of: [0, 1, 2, 2, 1, 0][index], in: svg, along: "x")
            let y = try pixel(of: y, in: svg, along: "y")
            #expect((points[index] - SIMD2(x, y)).abs.max() < 0.2, "point \(index): \(points[index]), (\(x), \(y))")
        }
        let order = try #require(svg.document.firstRange(of: "<polygon")).lowerBound
        #expect(try order < #require(svg.document.firstRange(of: "<polyline")).lowerBound)
        // A band that is not all in the drawing is left out.
        plot.bands[0].lower[1].y = .nan
        #expect(try plot.svg().elements("polygon").isEmpty)
    }

    /// Grid lines lie at the numbers beside them.
    @Test func gridLinesHaveTheirLabels() throws {
        let svg = chart([0, 10]).svg()
        let lines = try svg.elements("line").filter { $0.attributes["stroke"] == "#e4e4e4" }
        let rows = lines.filter { $0.number("y1") == $0.number("y2") }.map { $0.number("y1") }
        let labels = try svg.elements("text").filter { $0.attributes["text-anchor"] == "end" }
        #expect(labels.map { $0.number("y") - 4.5 } == rows && rows.count >= 4)
        #expect(labels.map(\.text) == ["0", "2", "4", "6", "8", "10"])
    }

    @Test(arguments: [
        ([1e-4, 1], ["0.0001", "0.001", "0.01", "0.1", "1"]), ([1, 3], ["1", "2"]),
        ([1e-30, 1e30], ["1e-30", "1e-20", "1e-10", "1", "1e10", "1e20", "1e30"]),
    ])
    func decadesAreLabelled(_ values: [Double], _ expected: [String]) throws {
        let svg = chart(values, logarithmic: true).svg()
        #expect(try svg.elements("text").filter { $0.attributes["text-anchor"] == "end" }.map(\.text) == expected)
    }

    @Test func pointsThatCannotBeDrawnInterruptTheLine() throws {
        for (bad, logarithmic) in [(Double.nan, false), (-.infinity, false), (0, true), (1e200, false)] {
            let svg = chart([1, 1, bad, 1, bad, 1, 1, 1], logarithmic: logarithmic).svg()
            #expect(try svg.elements("polyline").map(\.points.count) == [2, 3])
            // One alone is a dot.
            #expect(try svg.elements("circle").count == 1)
        }
    }

    @Test func everyLineIsInTheLegend() throws {
        var plot = chart([0, 10])
        plot.series = (0..<8).map { .init("series \($0)", points: [SIMD2(0, Double($0)), SIMD2(1, 9)]) }
        plot.references = [.init("chance", y: 7)]
        let svg = plot.svg()
        let colours = try svg.elements("polyline").compactMap { $0.attributes["stroke"] }
        #expect(Set(colours).count == 8)
        for (name, colour) in zip((0..<8).map { "series \($0)" } + ["chance"], colours + ["#767676"]) {
            let text = try svg.text(name)
            let strokes = try svg.elements("line").filter {
                abs($0.number("x2") + 8 - text.number("x")) < 0.01
                    && abs($0.number("y1") + 4.5 - text.number("y")) < 0.01
            }
            #expect(strokes.map { $0.attributes["stroke"] } == [colour], "\(name)")
        }
    }

    @Test func referencesAreDashesAtTheirValue() throws {
        var plot = chart([0, 10])
        plot.references = [.init("chance", y: 7)]
        let svg = plot.svg()
        let dashed = try svg.elements("line").filter { $0.attributes["stroke-dasharray"] != nil }
        #expect(dashed.count == 2, "the line and its entry of the legend")
        #expect(try abs(dashed[0].number("y1") - pixel(of: 7, in: svg, along: "y")) < 0.1)
    }

    /// Long texts, far numbers, many lines: every text has its place.
    @Test(
        arguments: [
            [1], [], [1e9, 2e9], [1e-9, 2e-9], [-123456, 123456], [5, 5, 5], [1e300, 1e-300], [-1.7e308, 1.7e308],
            [0, .leastNonzeroMagnitude], [1e-100, 1e100], [100_000, 100_001], [0], [123_456_789.01, 123_456_789.02],
        ] as [[Double]], [false, true])
    func everyTextHasRoom(values: [Double], logarithmic: Bool) throws {
        var plot = chart(values, logarithmic: logarithmic)
        plot.title = String(repeating: "long title ", count: 20)
        plot.xLabel = plot.title
        plot.yLabel = plot.title
        plot.series += (0..<5).map { .init("line number \($0)", points: []) } + [.init(plot.title, points: [])]
        plot.references = (0..<3).map { .init("at \($0)", y: (values.first ?? 1) + Double($0)) }
        try plot.svg().expectRoomForTexts()
        plot.series[0].points = values.map { SIMD2($0, 1) }
        try plot.svg().expectRoomForTexts()
    }

    /// A long training is a small file, and its highest peak and its ends are in it.
    @Test func manyPointsAreThinnedOut() throws {
        var values = (0..<50_000).map { 1 + Double($0 * 7919 % 101) / 1000 }
        (values[20_001], values[30_001], values[49_999]) = (9, 0.1, 1.05)
        let svg = chart(values).svg()
        let points = try svg.elements("polyline")[0].points
        #expect(points.count < 1000 && svg.document.utf8.count < 20_000)
        for (x, y) in [(0.0, 1.0), (20_001, 9), (30_001, 0.1), (49_999, 1.05)] {
            let place = SIMD2(try pixel(of: x, in: svg, along: "x"), try pixel(of: y, in: svg, along: "y"))
            #expect(points.contains { ($0 - place).abs.max() < 0.2 }, "(\(x), \(y))")
        }
        #expect(points == points.sorted { $0.x < $1.x })
    }

    /// Charts of a stack have a part of the drawing each, their frames under each other.
    @Test func chartsAreStacked() throws {
        var plots = [chart([1, 5, 2]), chart([100_000, 200_000]), chart([])]
        plots[0].hasWholeX = true
        let svg = PlotStack(title: "three", plots: plots, plotHeight: 250).svg()
        try svg.expectRoomForTexts()
        let frames = try svg.elements("rect").filter { $0.attributes["stroke"] == "#b0b0b0" }
        try #require(frames.count == 3)
        #expect(Set(frames.map { $0.number("x") }).count == 1)
        let lines = try svg.elements("polyline")
        for (frame, line) in zip(frames, lines) {
            let ys = line.points.map(\.y)
            #expect(ys.min()! > frame.number("y") && ys.max()! < frame.number("y") + frame.number("height"))
        }
        #expect(lines.count == 2 && frames[1].number("y") == frames[0].number("y") + 250)
        // The first counts: 0, 1, 2 and nothing between.
        let numbers = try svg.elements("text").filter {
            $0.attributes["text-anchor"] == "middle" && $0.number("y") < frames[1].number("y")
        }.compactMap { Double($0.text) }
        #expect(numbers == [0, 1, 2])
    }

    @Test func sameBytesAgain() {
        let plot = chart((0..<3000).map { 1 / Double($0 + 1) }, logarithmic: true)
        #expect(plot.svg().document == plot.svg().document)
    }
}

extension SIMD2<Double> {
    fileprivate var abs: SIMD2<Double> { replacing(with: -self, where: self .< 0) }
}

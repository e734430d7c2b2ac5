import MDLSTMImages
import Testing

private let white: [UInt8] = [255, 255, 255]

/// A chart with one bright series, so that its pixels are found by their colour.
private func chart(_ values: [Double], logarithmic: Bool = false) -> LinePlot {
    LinePlot(
        title: "loss", xLabel: "step", yLabel: "nats", series: [.init("", values: values, color: Color(0xFF0000))],
        hasLogarithmicY: logarithmic)
}

/// Pixels that are coloured rather than grey.
private func coloured(_ image: Image) -> [(x: Int, y: Int)] {
    (0..<image.height).flatMap { y in
        (0..<image.width).compactMap { x in Set(image[x, y]).count > 1 ? (x, y) : nil }
    }
}

struct PlotTests {
    @Test(arguments: [false, true])
    func linesAreWhereTheDataSays(logarithmic: Bool) throws {
        let values = [1, 10, 0.01, 3, 100, 7.5]
        let plot = chart(values, logarithmic: logarithmic)
        let image = plot.image()
        #expect((image.width, image.height, image.channels) == (900, 560, 3))
        for (x, value) in values.enumerated() {
            let pixel = try #require(plot.pixel(of: SIMD2(Double(x), value)))
            let samples = Array(image[pixel.x, pixel.y])
            #expect(samples[0] > 200 && samples[1] < 90 && samples[2] < 90, "point \(x): \(samples)")
        }
        // Nothing of the series outside the frame.
        let area = plot.area
        #expect(coloured(image).allSatisfy { area.x.contains($0.x) && area.y.contains($0.y) })
    }

    @Test func axesAreLinearAndLogarithmic() throws {
        let linear = chart([0, 10])
        let low = try #require(linear.pixel(of: SIMD2(0, 0)))
        let middle = try #require(linear.pixel(of: SIMD2(0.5, 5)))
        let high = try #require(linear.pixel(of: SIMD2(1, 10)))
        #expect(abs(2 * middle.y - low.y - high.y) <= 2)
        #expect(abs(2 * middle.x - low.x - high.x) <= 2)
        #expect(high.y < low.y && high.x > low.x)
        let decades = chart([1, 100], logarithmic: true)
        let rows = [1.0, 10, 100].compactMap { decades.pixel(of: SIMD2(0, $0))?.y }
        #expect(abs(rows[0] + rows[2] - 2 * rows[1]) <= 2)
    }

    @Test func pointsThatCannotBeDrawnInterruptTheLine() throws {
        for (bad, logarithmic) in [(Double.nan, false), (-.infinity, false), (0, true)] {
            let values = [1, 1, bad, 1, 1]
            let plot = chart(values, logarithmic: logarithmic)
            let image = plot.image()
            let gap = try #require(plot.pixel(of: SIMD2(2, 1)))
            let line = try #require(plot.pixel(of: SIMD2(0.5, 1)))
            #expect(Set(image[gap.x, gap.y]).count == 1)
            #expect(image[line.x, line.y].first == 255)
            #expect(plot.pixel(of: SIMD2(2, values[2])) == nil)
        }
    }

    @Test func everySeriesHasItsColourInTheLegend() {
        let series = (0..<8).map { LinePlot.Series("series number \($0)", values: [Double($0), 8]) }
        let plot = LinePlot(series: series)
        let image = plot.image()
        let above = plot.area.y.lowerBound
        for color in LinePlot.palette {
            let samples = [color.red, color.green, color.blue]
            let found = (0..<above).contains { y in (0..<image.width).contains { Array(image[$0, y]) == samples } }
            #expect(found, "\(color)")
        }
    }

    @Test func referencesAreDashesAtTheirValue() throws {
        var plot = chart([0, 10])
        plot.references = [.init("chance", y: 7)]
        let image = plot.image()
        let row = try #require(plot.pixel(of: SIMD2(0, 7))).y
        let darks = plot.area.x.filter { image[$0, row].allSatisfy { $0 < 160 } }
        #expect(darks.count > plot.area.x.count / 3 && darks.count < plot.area.x.count)
        // Its label is to the right of the frame, at that height.
        let label = (plot.area.x.upperBound..<image.width).contains { x in
            (row - 9...row + 9).contains { Array(image[x, $0]) != white }
        }
        #expect(label)
    }

    /// Long texts, far numbers, many references: the outermost pixels stay empty, so nothing is cut.
    @Test(
        arguments: [
            [1], [], [1e9, 2e9], [1e-9, 2e-9], [-123456, 123456], [5, 5, 5], [1e300, 1e-300], [-1.7e308, 1.7e308],
            [0, .leastNonzeroMagnitude], [1e-100, 1e100], [100_000, 100_001], [0],
        ] as [[Double]], [false, true])
    func nothingTouchesTheEdge(values: [Double], logarithmic: Bool) {
        var plot = chart(values, logarithmic: logarithmic)
        plot.title = String(repeating: "long title ", count: 20)
        plot.xLabel = plot.title
        plot.yLabel = plot.title
        plot.series.append(.init(plot.title, values: values, hasMarkers: true))
        plot.references = (0..<3).map { .init(plot.title, y: (values.first ?? 1) + Double($0)) }
        let image = plot.image()
        for x in 0..<image.width {
            #expect(Array(image[x, 0]) == white && Array(image[x, image.height - 1]) == white)
        }
        for y in 0..<image.height {
            #expect(Array(image[0, y]) == white && Array(image[image.width - 1, y]) == white)
        }
    }

    @Test func canvasLeavesOutWhatIsOutside() {
        var canvas = Canvas(width: 11, height: 7)
        canvas.fill(x: -5, y: -5, width: 6, height: 6, color: .black)
        canvas.text("W", x: 8, y: 5)
        canvas.polyline([SIMD2(-1e6, 3), SIMD2(1e6, 3)], color: Color(0x00FF00))
        canvas.polyline([SIMD2(-300, -200), SIMD2(-100, -900)], color: .black)
        #expect(Array(canvas.image[0, 0]) == [0, 0, 0])
        #expect(Array(canvas.image[1, 0]) == white)
        #expect((0..<11).allSatisfy { Array(canvas.image[$0, 3]) == [0, 255, 0] })
    }

    /// Every printable character is drawn, and no two alike.
    @Test func everyCharacterIsDistinct() {
        let pictures = (32...126).map { code -> Image in
            var canvas = Canvas(width: 6, height: 9)
            canvas.text(String(UnicodeScalar(UInt8(code))), x: 0, y: 0, scale: 1)
            #expect((0..<9).allSatisfy { Array(canvas.image[5, $0]) == white })
            return canvas.image
        }
        #expect(Set(pictures.map(\.pixels)).count == 95)
    }

    @Test func textTurnedUpwardIsTheSameTurned() {
        var flat = Canvas(width: 40, height: 40)
        var upward = flat
        flat.text("R7", x: 0, y: 0)
        upward.text("R7", x: 0, y: 0, upward: true)
        let length = Canvas.textSize("R7").width
        for y in 0..<18 {
            for x in 0..<length { #expect(Array(flat.image[x, y]) == Array(upward.image[y, length - 1 - x])) }
        }
    }

    @Test func galleryShowsEveryPixelEnlarged() {
        let pixels: [UInt8] = (0..<18).map { UInt8($0 * 13) }
        let image = Image(width: 3, height: 2, channels: 3, pixels: pixels)
        let gallery = Gallery(rows: [.init("", [image, nil]), .init("", [nil, image])], scale: 5).image()
        // Margin 14; cells 15 x 10 (an empty column is as wide as its image), gap 13.
        for y in 0..<10 {
            for x in 0..<15 {
                let expected = Array(image[x / 5, y / 5])
                #expect(Array(gallery[14 + x, 14 + y]) == expected)
                #expect(Array(gallery[42 + x, 37 + y]) == expected)
                #expect(Array(gallery[42 + x, 14 + y]) == white)
            }
        }
    }

    @Test func galleryHasRoomForItsTexts() {
        let image = Image(width: 1, height: 1, channels: 1, pixels: [0])
        let text = "much wider than the image"
        let gallery = Gallery(title: text + text, columns: [text, text], rows: [.init(text, [image, image])]).image()
        let edges = (0..<gallery.height).flatMap { [gallery[0, $0], gallery[gallery.width - 1, $0]] }
        #expect(edges.allSatisfy { Array($0) == white })
        #expect(gallery.width >= 3 * Canvas.textSize(text).width)
    }
}

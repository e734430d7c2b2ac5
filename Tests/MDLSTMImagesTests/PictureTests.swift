import MDLSTMImages
import Testing

/// Galleries and confusion matrices.
struct PictureTests {
    @Test func imagesAreEnlarged() {
        let image = Image(width: 3, height: 2, channels: 3, pixels: (0..<18).map { UInt8($0 * 13) })
        let large = image.enlarged(by: 5)
        #expect(large.width == 15 && large.height == 10 && large.channels == 3)
        for y in 0..<10 {
            for x in 0..<15 { #expect(Array(large[x, y]) == Array(image[x / 5, y / 5])) }
        }
    }

    @Test func galleryHasEveryImageInItsPlace() throws {
        let images = (0..<3).map {
            Image(width: 3 + $0, height: 2, channels: 1, pixels: Array(repeating: UInt8($0), count: (3 + $0) * 2))
        }
        let svg = try Gallery(
            columns: ["a", "b"], rows: [.init("", [images[0], nil]), .init("", [images[1], images[2]])], scale: 7
        ).svg()
        let drawn = try svg.elements("image")
        #expect(try drawn.map { try $0.image } == images.map { $0.enlarged(by: 7) })
        let centres = drawn.map { ($0.number("x") + $0.number("width") / 2, $0.number("y")) }
        #expect(centres[0].0 == centres[1].0 && centres[1].0 < centres[2].0)
        #expect(centres[0].1 < centres[1].1 && centres[1].1 == centres[2].1)
        #expect(try svg.text("a").number("x") == centres[0].0 && svg.text("b").number("x") == centres[2].0)
    }

    @Test func galleryHasRoomForItsTexts() throws {
        let image = Image(width: 1, height: 1, channels: 1, pixels: [0])
        let text = "much wider than the image"
        let gallery = Gallery(
            title: String(repeating: text, count: 9), columns: [text, text],
            rows: [.init(text, [image, image]), .init(String(repeating: text, count: 5), [image, nil])])
        try gallery.svg().expectRoomForTexts()
        try Gallery(rows: []).svg().expectRoomForTexts()
    }
}

struct ConfusionMatrixTests {
    private let matrix = ConfusionMatrix(
        title: "three", classes: ["cat", "dog", "gnu"], counts: [[80, 17, 3], [0, 5, 0], [0, 0, 0]])

    /// The cells of a drawing: what is not the paper, the frame or the scale at its right.
    private func cells(_ svg: SVG) throws -> [SVGElement] {
        try svg.elements("rect").dropFirst().prefix { $0.attributes["fill"] != "none" }
    }

    /// The brightness of a colour, 0 to 765.
    private func brightness(_ cell: SVGElement) -> Int {
        let digits = Int(cell.attributes["fill"]?.dropFirst() ?? "", radix: 16) ?? -1
        return digits >> 16 + digits >> 8 & 255 + digits & 255
    }

    @Test func countsAreInTheirCells() throws {
        let svg = matrix.svg()
        let cells = try cells(svg)
        #expect(cells.count == 4, "cells without samples stay white")
        for (cell, (count, expected, answered)) in zip(
            cells, [(80, "cat", "cat"), (17, "cat", "dog"), (3, "cat", "gnu"), (5, "dog", "dog")])
        {
            let text = try svg.text(String(count))
            let names = try svg.elements("text")
            let row = try #require(names.first { $0.text == expected && $0.attributes["text-anchor"] == "end" })
            let column = try #require(names.last { $0.text == answered })
            #expect(abs(text.number("y") - row.number("y")) < 1, "\(count) is in the row of \(expected)")
            #expect(abs(text.number("x") - column.number("x")) < 5, "\(count) is in the column of \(answered)")
            #expect(cell.number("x") < text.number("x") && cell.number("y") < text.number("y"))
            #expect(svg.document.contains("<title>\(expected) taken for \(answered): \(count)</title>"))
        }
    }

    /// Five of five are as dark as can be, darker than 80 of 100.
    @Test func coloursAreSharesOfTheRow() throws {
        let cells = try cells(matrix.svg()).map(brightness)
        #expect(cells[3] < cells[0] && cells[0] < cells[1] && cells[1] < cells[2])
        #expect(cells[3] == 8 + 48 + 107)
    }

    @Test func accuracyIsTheShareOfRightAnswers() {
        #expect(matrix.accuracy == 85.0 / 105)
        #expect(ConfusionMatrix(classes: ["a", "b"], counts: [[0, 0], [0, 0]]).accuracy == nil)
        #expect(ConfusionMatrix(classes: ["a", "b"], counts: [[0, 7], [0, 0]]).accuracy == 0)
    }

    /// Long names are cut; of very many classes some are named, and no count is drawn.
    @Test(arguments: [1, 2, 7, 36, 41, 120])
    func everyTextHasRoom(_ count: Int) throws {
        let counts = (0..<count).map { t in (0..<count).map { a in a == t ? 12_345 * (t % 3) : (a + t) % 11 } }
        for classes in [(0..<count).map { "\($0)" }, (0..<count).map { "class \($0) of a very long name & <more>" }] {
            let svg = ConfusionMatrix(title: "a heading", classes: classes, counts: counts).svg()
            let texts = try svg.elements("text")
            // Heading, axes, scale, and two names of a class.
            let others = 6 + 2 * count
            if count <= 40 {
                #expect(texts.count == others + counts.joined().count { $0 > 0 })
            } else {
                #expect(texts.count <= others && texts.count > 40)
            }
            #expect(texts.contains { $0.text.hasPrefix(classes[0].prefix(12)) })
            try svg.expectRoomForTexts()
        }
    }
}

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

    @Test func coloursHaveTheirNames() throws {
        let image = Image(width: 2, height: 2, channels: 1, pixels: [0, 1, 2, 3])
        var gallery = Gallery(rows: [.init("", [image])])
        gallery.keys = (0..<30).map { .init("class \($0)", color: SIMD3(UInt8($0), 159, 255)) }
        let svg = try gallery.svg()
        let squares = try svg.elements("rect").filter { $0.number("width") == 12 }
        #expect(squares.map { $0.attributes["fill"] }.prefix(2) == ["#009fff", "#019fff"])
        for (index, square) in squares.enumerated() {
            let text = try svg.text("class \(index)")
            #expect(
                text.number("x") == square.number("x") + 18 && abs(text.number("y") - square.number("y") - 10.5) < 0.01)
        }
        #expect(squares.count == 30)
        try svg.expectRoomForTexts()
    }

    @Test func contactsHaveTheirTextsUnderThem() throws {
        let items = (0..<7).map { index in
            ContactSheet.Item(
                Image(
                    width: 10 + index, height: 30 - index, channels: 1,
                    pixels: Array(repeating: 9, count: (10 + index) * (30 - index))),
                lines: ["number \(index) of a very long name, cut", "second \(index)"], isMarked: index == 4)
        }
        let svg = try ContactSheet(title: "seven", items: items, columns: 3).svg()
        try svg.expectRoomForTexts()
        let images = try svg.elements("image")
        #expect(try images.map { try $0.image } == items.map(\.image))
        for (index, image) in images.enumerated() {
            let text = try svg.text("second \(index)")
            #expect(abs(text.number("x") - image.number("x") - image.number("width") / 2) < 0.01)
            #expect(text.number("y") > image.number("y") + image.number("height") + 16)
            #expect((text.attributes["fill"] == "#c0392b") == (index == 4))
        }
        #expect(images[0].number("y") + 30 == images[1].number("y") + 29, "images of a row stand on a line")
        #expect(images[2].number("y") < images[3].number("y") && images[0].number("x") < images[1].number("x"))
        try ContactSheet(items: []).svg().expectRoomForTexts()
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

    /// Of more than 100 classes the cells are the pixels of one image.
    @Test func veryManyClassesAreAMap() throws {
        var counts = Array(repeating: Array(repeating: 0, count: 101), count: 101)
        (counts[3][3], counts[3][7], counts[100][0]) = (1, 1, 5)
        let svg = ConfusionMatrix(classes: (0..<101).map(String.init), counts: counts).svg()
        let map = try #require(svg.elements("image").first)
        let image = try map.image
        #expect(image.width == 101 && image.height == 101)
        #expect(Array(image[3, 3]) == [128, 150, 181] && image[7, 3] == image[3, 3])
        #expect(Array(image[0, 100]) == [8, 48, 107] && Array(image[4, 4]) == [255, 255, 255])
        #expect(map.number("width") == map.number("height") && map.number("width") < 1000)
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

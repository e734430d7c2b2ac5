import Foundation
import MDLSTM
import MDLSTMData
import Testing
import _TestSupport

/// ALTO and PAGE XML with the pictures of pages.
struct PageDataTests {
    private let folder: DataFolder
    private let box = DataFolder.box

    init() throws {
        folder = try DataFolder.ofPage()
    }

    @Test func linesOfPAGE() throws {
        try folder.put(
            "a.xml",
            PageXML.page(
                "a.png", 100, 50, PageXML.line("l1", box, baseline: "10,30 90,30", "one  &amp; e&#x301;"),
                PageXML.line("l2", "0,36 100,36 100,48 0,48", "two")))
        let data = try folder.open()
        #expect(data.faults == [] && data.texts(.training) == ["one & \u{E9}", "two"])
        #expect(data.training(as: Float.self).names == ["a.xml#l1", "a.xml#l2"])
        #expect(try data.training(as: Float.self).allExtents == [[48, 160], [48, 400]])
        #expect(data.summary == "2 lines, gray, 48x160 to 48x400, 8 symbols")
        let natural = try folder.open { $0.lineHeight = nil }
        #expect(try natural.training(as: Float.self).allExtents == [[24, 80], [12, 100]])
        let sample = try natural.training(as: Float.self).sample(at: 1)
        #expect(sample.input == Tensor(zeros: [12, 100, 1]))
        #expect(try folder.open("a.xml").texts(.training) == data.texts(.training))
    }

    /// Of several readings the first by its index, else the words; points as elements, as in 2010.
    @Test func otherFormsOfPAGE() throws {
        let readings =
            "<TextLine><Coords><Point x=\"1\" y=\"1\"/><Point x=\"9\" y=\"1\"/><Point x=\"9\" y=\"9\"/></Coords>"
            + "<TextEquiv index=\"2\"><Unicode>no</Unicode></TextEquiv><TextEquiv index=\"1\"><Unicode>yes</Unicode></TextEquiv>"
            + "</TextLine>"
        let words =
            "<TextLine><Coords points=\"1,1 9,1 9,9\"/>"
            + ["a", "b"].map { "<Word><TextEquiv><Unicode>\($0)</Unicode></TextEquiv></Word>" }.joined() + "</TextLine>"
        try folder.put("a.xml", PageXML.page("a.png", 100, 50, readings, words))
        let data = try folder.open()
        #expect(data.faults == [] && data.texts(.training) == ["yes", "a b"])
        #expect(data.training(as: Float.self).names == ["a.xml#line 1", "a.xml#line 2"])
    }

    @Test func linesOfALTO() throws {
        let polygon = "<Shape><Polygon POINTS=\"10 10 90 10 90 34 10 34\"/></Shape>"
        try folder.put(
            "a.xml",
            PageXML.alto(
                "a.png", 100, 50,
                "<TextLine ID=\"x\" BASELINE=\"10,30 90,30\">\(polygon)<String CONTENT=\"one two\"/></TextLine>",
                "<TextLine ID=\"y\" BASELINE=\"30\" HPOS=\"10\" VPOS=\"10\" WIDTH=\"80\" HEIGHT=\"24\"><String CONTENT=\"a\"/><SP/>"
                    + "<String CONTENT=\"b\"/><String CONTENT=\"c\"/><HYP CONTENT=\"-\"/></TextLine>",
                "<TextLine ID=\"z\">\(polygon)<String CONTENT=\"d\"/><String CONTENT=\"e\"/></TextLine>"
            ).replacing("</TextLine", with: "</a:TextLine"))
        let data = try folder.open()
        #expect(data.faults == [] && data.texts(.training) == ["one two", "a bc-", "d e"])
        #expect(data.training(as: Float.self).names == ["a.xml#x", "a.xml#y", "a.xml#z"])
        #expect(try data.training(as: Float.self).allExtents == [[48, 160], [48, 160], [48, 160]])
    }

    /// Lengths go with the size of the page.
    @Test func unitsOfALTO() throws {
        let line =
            "<TextLine ID=\"y\" HPOS=\"100\" VPOS=\"100\" WIDTH=\"800\" HEIGHT=\"240\"><String CONTENT=\"a\"/></a:TextLine>"
        try folder.put("a.xml", PageXML.alto("a.png", 1000, 500, unit: "mm10", line))
        #expect(try folder.open().training(as: Float.self).allExtents == [[48, 160]])
        try folder.put("a.xml", PageXML.alto("a.png", 1000, 500, line))
        try folder.expectFaults(
            [
                "a.xml#y: 100 x 50, expected a picture of 1000 x 500 pixels; give the picture that the lines were marked on",
                "DATA: no samples, expected at least one; put some there",
            ].dropLast())
    }

    /// By the name in the XML, relative or anywhere, whatever the ending, else by the XML's own.
    @Test(arguments: [
        ("x/a.xml", "a.png", "x/a.png"), ("x/page/a.xml", "a.png", "x/a.png"),
        ("a.xml", "scans\\\\b.png", "scans/b.png"),
        ("x/a.xml", "../y/b.png", "y/b.png"), ("a.xml", "https://example.org/b.tif", "x/y/b.jpg.png"),
        ("a.xml", "/home/me/b.tif", "b.png"), ("a.xml", "other.jpg", "a.png"), ("a.xml", "", "a.png"),
    ]) func pictureOfAPage(_ names: (xml: String, said: String, picture: String)) throws {
        let other = try DataFolder()
        try other.page(names.picture.replacing("b.jpg.png", with: "b.png"), 100, 50)
        try other.put(
            names.xml, PageXML.page(names.said.replacing("\\\\", with: "\\"), 100, 50, PageXML.line("l", box, "x")))
        let data = try other.open { $0.kind = .transcribe }
        #expect(data.faults == [] && data.training(as: Float.self).names == ["\(names.xml)#l"])
    }

    /// What comes with pages is passed over; what does not is told of.
    @Test func otherXML() throws {
        try folder.put("a.xml", PageXML.page("a.png", 100, 50, PageXML.line("l", box, "x")))
        try folder.put("mets.xml", "<mets:mets xmlns:mets='m'/>")
        try folder.put("metadata.xml", "<?xml version='1.0'?>\n<trpDocMetadata/>")
        #expect(try folder.open().faults == [])
        try folder.put("b.xml", "<TEI><line/></TEI>")
        try folder.expectFaults([
            "b.xml: XML of another kind, <TEI>, expected ALTO or PAGE XML; export one of those"
        ])
        #expect(try folder.open { $0.skipsBad = true }.summary == "1 line, gray, 48x160, 1 symbol, 1 left out")
        try folder.put("c/b.xml", "<TEI/>")
        try folder.page("c/b.png", 9, 9)
        folder.expectRefusal(["expected ALTO or PAGE XML", "<TEI> in b.xml"], "c")
    }

    @Test func everyFaultOfLines() throws {
        try folder.put(
            "a.xml",
            PageXML.page(
                "a.png", 100, 50, PageXML.line("good", box, "x"), PageXML.line("beside", "10,10 103,10 90,34", "x"),
                PageXML.line("edge", "-1,-1 101,-1 101,52 -1,52", "x"), PageXML.line("two", "10,10 90,34", "x"),
                PageXML.line("none", "", "x"), PageXML.line("words", "a,b c,d e,f", "x"),
                PageXML.line("infinite", "1,1 inf,1 1,9", "x"), PageXML.line("odd", "1,1 9,1 9", "x"),
                PageXML.line("empty", box, " "),
                "<TextLine id=\"untold\"><Coords points=\"\(box)\"/></TextLine>",
                PageXML.line("flat", "10,10 50,10 90,10", "x"),
                PageXML.line("far", box, baseline: "0,0 50,9e6 100,0", "x")))
        let points = "expected points x,y x,y .. in Coords; mend the points"
        let messages = try folder.open().faults.map(\.message)
        #expect(messages.last?.hasPrefix("a.xml#far: one of ") ?? false, "\(messages.last ?? "")")
        #expect(
            messages.dropLast() == [
                "a.xml#beside: the point 103,10, expected an outline within the page, 100 x 50 pixels; mark the line again",
                "a.xml#two: 2, expected an outline of at least 3 points; mark the line again",
                "a.xml#none: none, expected an outline of at least 3 points; mark the line again",
                "a.xml#words: 'a,b c,d e,f', \(points)", "a.xml#infinite: '1,1 inf,1 1,9', \(points)",
                "a.xml#odd: '1,1 9,1 9', \(points)",
                "a.xml#empty: none, expected the text of the line; write it, or remove the line",
                "a.xml#untold: none, expected the text of the line; write it, or remove the line",
                "a.xml#flat: one of 80 x 0 pixels, expected an outline at least 4 pixels high along its baseline and no larger than the "
                    + "page; mark the line again, or remove it",
            ])
        let data = try folder.open { $0.skipsBad = true }
        #expect(data.training(as: Float.self).names == ["a.xml#good", "a.xml#edge"] && data.leftOut == 10)
    }

    @Test func everyFaultOfPages() throws {
        try folder.put(
            "a.xml", PageXML.page("a.png", 100, 50, PageXML.line("l", box, "x"), PageXML.line("m", box, "y")))
        try folder.put("again.xml", PageXML.page("a.png", 100, 50, PageXML.line("l", box, "x")))
        try folder.put(
            "b.xml", PageXML.page("b.png", 100, 50, PageXML.line("l", box, "x"), PageXML.line("m", box, "x")))
        try folder.put("b.png", Array(DataFolder.gray(100, 50, Array(repeating: 7, count: 5000)).dropLast(20)))
        try folder.put("c.xml", PageXML.page("c.png", 100, 50, PageXML.line("l", box, "x")))
        try folder.put("c.png", "no picture")
        try folder.put("d.xml", PageXML.page("d.jpg", 100, 50, PageXML.line("l", box, "x")))
        try folder.put("e.xml", PageXML.page("a.png", 100, 50))
        try folder.put("f.xml", String(PageXML.page("a.png", 100, 50, PageXML.line("l", box, "x")).dropLast(20)))
        try folder.put("g.xml", "no XML")
        try folder.page("h.png", 10, 10)
        let messages = try folder.open().faults.map(\.message)
        #expect(
            messages.filter { !$0.hasPrefix("b.png") }
                == [
                    "again.xml: lines of a.png, but a.xml has its lines; move one away: every line "
                        + "would be there twice",
                    "c.png: other bytes at the start, expected a PNG or a JPEG; give a PNG or a JPEG",
                    "d.xml: none, expected the picture of the page, 'd.jpg'; put it beside the file or in the folder around",
                    "e.xml: none, expected lines; mark the lines of the page, or remove the file",
                    "f.xml: damage at line 6, expected well-formed XML; get the file again or mend it there",
                    "g.xml: other content, expected XML; write it again as ALTO or PAGE XML",
                    "h.png: no XML that names it, expected one for each picture of a page; add its XML, or remove the picture",
                ])
        #expect(messages.count { $0.hasPrefix("b.png: ") && $0.contains("a whole PNG file") } == 1)
        let data = try folder.open { $0.skipsBad = true }
        #expect(data.texts(.training) == ["x", "y"] && data.leftOut == 8)
        #expect(data.faults.allSatisfy { $0.canBeLeftOut })
    }

    /// Entities that grow, that name files, or are parameters; and what is deep or large.
    @Test(.timeLimit(.minutes(1))) func bombs() throws {
        let body = PageXML.page("a.png", 100, 50, PageXML.line("l", box, "&j;")).split(separator: "\n").dropFirst()
            .joined(separator: "\n")
        let growing =
            "<!ENTITY a \"aaaaaaaaaa\">"
            + zip("abcdefghi", "bcdefghij").map { "<!ENTITY \($1) \"\(String(repeating: "&\($0);", count: 10))\">" }
            .joined()
        let start = "<?xml version=\"1.0\"?>\n"
        for declared in [growing, "<!ENTITY j SYSTEM \"file:///etc/passwd\">", "<!ENTITY % p \"<!ENTITY j 'x'>\"> %p;"]
        {
            try folder.put("a.xml", start + "<!DOCTYPE PcGts [\(declared)]>" + body)
            let begun = ContinuousClock.now
            let faults = try folder.open().faults
            #expect(begun.duration(to: .now) < .seconds(1))
            #expect(faults.count == 1 && faults[0].file == "a.xml" && faults[0].canBeLeftOut)
            #expect(faults[0].expected == "XML without a DOCTYPE", "\(faults)")
        }
        let deep = String(repeating: "<TextRegion>", count: 100_000)
        try folder.put("a.xml", start + "<PcGts><Page>" + deep)
        #expect(try folder.open().faults.map(\.expected) == ["elements in each other at most 256 deep"])
        let many = String(repeating: "<a/>", count: 1_100_000)
        try folder.put("a.xml", start + "<PcGts><Page>" + many)
        #expect(try folder.open().faults.map(\.expected) == ["at most 1048576 elements"])
    }

    /// A comment in UTF-16 whose bytes look like its end hides no DOCTYPE.
    @Test func wideText() throws {
        let page = PageXML.page("a.png", 100, 50, PageXML.line("l", box, "\u{E9}\u{4E00}"))
        func wide(_ text: String) -> [UInt8] {
            [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        }
        try folder.put("a.xml", wide(page.replacing("UTF-8", with: "UTF-16")))
        #expect(try folder.open().texts(.training) == ["\u{E9}\u{4E00}"])
        let body = page.split(separator: "\n").dropFirst().joined(separator: "\n")
        try folder.put("a.xml", wide("<!--\u{2D2D}\u{3E}<PcGts>--><!DOCTYPE PcGts [<!ENTITY x 'y'>]>" + body))
        #expect(try folder.open().faults.map(\.expected) == ["XML without a DOCTYPE"])
    }

    @Test func otherEncodings() throws {
        let page = PageXML.page("a.png", 100, 50, PageXML.line("l", box, "x#y"))
        try folder.put("a.xml", Array(page.utf8).map { $0 == UInt8(ascii: "#") ? 0xE9 : $0 })
        try folder.expectFaults([
            "a.xml: other bytes, expected XML in UTF-8, or in UTF-16 with its mark; save it as UTF-8"
        ])
        try folder.put("a.xml", page.replacing("UTF-8", with: "ISO-8859-1"))
        #expect(try folder.open().texts(.training) == ["x#y"])
    }

    @Test func partsOfPages() throws {
        for part in ["train", "valid"] {
            try folder.page("p/\(part)/a.png", 100, 50)
            try folder.put("p/\(part)/a.xml", PageXML.page("a.png", 100, 50, PageXML.line("l", box, "x")))
        }
        let data = try folder.open("p")
        #expect(data.samples(.validation, as: Float.self).names == ["valid/a.xml#l"] && data.count == 2)
    }

    /// Two forms of the same lines are not both read.
    @Test func formsAreNotMixed() throws {
        try folder.put("a.xml", PageXML.page("a.png", 100, 50, PageXML.line("l", box, "x")))
        try folder.put("a.gt.txt", "x")
        folder.expectRefusal(["expected lines in one form, found a.gt.txt and a.xml"])
    }

    /// Headers alone show nothing of the body; the line is cut when it is asked for.
    @Test func withoutDecoding() throws {
        try folder.put(
            "a.xml", PageXML.page("a.png", 100, 50, PageXML.line("l", box, "x"), PageXML.line("m", box, "x")))
        let quick = try folder.open { $0.decodesPictures = false }.training(as: Float.self)
        let whole = try folder.open().training(as: Float.self)
        #expect(try quick.sample(at: 1) == whole.sample(at: 1) && quick.allExtents == whole.allExtents)
    }
}

import MDLSTM
import MDLSTMData
import Testing
import _TestSupport

/// Pages whose lines are to be read.
struct PageToReadTests {
    private let folder: DataFolder
    private let box = DataFolder.box

    init() throws { folder = try DataFolder.ofPage() }

    /// Lines need no text to be read, and are those that a training gets.
    @Test func pagesToRead() throws {
        try folder.put(
            "a.xml",
            PageXML.page(
                "a.png", 100, 50, PageXML.line("l1", box, baseline: "10,30 90,30", "one"),
                PageXML.line("", "0,36 100,36 100,48 0,48", nil)))
        #expect(PageToRead.isPage(folder.path("a.xml")) && !PageToRead.isPage(folder.path("a.png")))
        let page = try PageToRead(contentsOf: folder.path("a.xml"), height: 48)
        #expect(page.lines == ["l1", "line 2"] && page.picture.hasSuffix("a.png"))
        #expect(page.extents(of: 0) == [48, 160] && page.extents(of: 1) == [48, 400])
        let trained = try folder.open("a.xml").training(as: Float.self).sample(at: 0).input
        #expect(try page.input(0) == trained && trained.values.count == 48 * 160)
    }

    @Test func pagesThatCannotBeRead() throws {
        try folder.put(
            "a.xml",
            PageXML.page(
                "a.png", 100, 50, PageXML.line("l1", "10,10 190,10 190,34", "one"), PageXML.line("l2", "", "two"),
                PageXML.line("l3", box, "three")))
        #expect(throws: MDLSTMError.self) { try PageToRead(contentsOf: folder.path("a.xml"), height: 48) }
        #expect { try PageToRead(contentsOf: folder.path("a.xml"), height: 48) } throws: { error in
            let message = (error as? MDLSTMError)?.message ?? ""
            return message.contains("a.xml") && message.contains("l1") && message.contains("190")
                && message.contains("1 other fault")
        }
        try folder.put("b.xml", PageXML.page("gone.png", 100, 50, PageXML.line("l1", box, "one")))
        #expect { try PageToRead(contentsOf: folder.path("b.xml"), height: 48) } throws: { error in
            (error as? MDLSTMError)?.message.contains("gone.png") == true
        }
    }
}

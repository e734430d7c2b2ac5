import MDLSTM
import _TestSupport

/// XML of pages, written for tests.
enum PageXML {
    /// A line of PAGE; without a text no TextEquiv.
    static func line(_ id: String, _ points: String, baseline: String? = nil, _ text: String?) -> String {
        "<TextLine id=\"\(id)\"><Coords points=\"\(points)\"/>"
            + (baseline.map { "<Baseline points=\"\($0)\"/>" } ?? "")
            + "<Word><TextEquiv><Unicode>other</Unicode></TextEquiv></Word>"
            + (text.map { "<TextEquiv><Unicode>\($0)</Unicode></TextEquiv>" } ?? "") + "</TextLine>"
    }

    static func page(_ picture: String, _ width: Int, _ height: Int, _ lines: String...) -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <!-- Made for a test. -->
        <PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15">
        <Metadata><Creator>x</Creator></Metadata>
        <Page imageFilename="\(picture)" imageWidth="\(width)" imageHeight="\(height)">
        <TextRegion id="r"><Coords points="0,0 1,0 1,1"/><TextRegion>\(lines.joined(separator: "\n"))</TextRegion></TextRegion>
        </Page></PcGts>
        """
    }

    static func alto(_ picture: String, _ width: Int, _ height: Int, unit: String = "pixel", _ lines: String...)
        -> String
    {
        """
        <?xml version="1.0"?>
        <a:alto xmlns:a="http://www.loc.gov/standards/alto/ns-v4#"><a:Description>
        <a:MeasurementUnit>\(unit)</a:MeasurementUnit>
        <a:sourceImageInformation><a:fileName>\(picture)</a:fileName></a:sourceImageInformation></a:Description>
        <a:Layout><a:Page WIDTH="\(width)" HEIGHT="\(height)"><a:PrintSpace><a:TextBlock>\(lines.joined())</a:TextBlock>
        </a:PrintSpace></a:Page></a:Layout></a:alto>
        """.replacing("<TextLine", with: "<a:TextLine")
    }
}

extension DataFolder {
    /// A folder with the picture of a page, `a.png`, of 100 x 50 pixels.
    static func ofPage() throws -> DataFolder {
        let folder = try DataFolder()
        try folder.page("a.png", 100, 50)
        return folder
    }

    /// The outline of a line on it.
    static let box = "10,10 90,10 90,34 10,34"

    /// A picture of a page, by the gray of each pixel.
    func page(
        _ name: String, _ width: Int, _ height: Int, _ gray: (_ x: Double, _ y: Double) -> Double = { _, _ in 200 }
    ) throws {
        let samples = (0..<(width * height)).map { place in
            Int(gray(Double(place % width) + 0.5, Double(place / width) + 0.5).rounded())
        }
        try self.gray(name, width, height, samples)
    }
}

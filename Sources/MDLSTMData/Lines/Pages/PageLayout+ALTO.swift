import MDLSTM

extension PageLayout {
    /// ALTO (Library of Congress, versions 2 to 4): TextLine with Shape or a rectangle, BASELINE, String, SP and HYP.
    ///
    /// Throws `.data` where it has lines of several pages: one picture alone is named.
    init(alto root: MarkupElement, name: String) throws(MDLSTMError) {
        let pages = root.descendants(named: "Page").filter { !$0.descendants(named: "TextLine").isEmpty }
        guard pages.count < 2 else {
            throw MDLSTMError(
                .data, "\(name): expected the lines of one page, found \(pages.count) pages; write a file for each")
        }
        let about = root.child("Description")
        let page = pages.first
        let size = page.flatMap { SIMD2(width: $0.attributes["WIDTH"], height: $0.attributes["HEIGHT"]) }
        let unit = about?.child("MeasurementUnit")?.text.filter { !$0.isWhitespace }.lowercased()
        self.init(
            picture: about?.child("sourceImageInformation")?.child("fileName")?.text ?? "",
            lines: (page?.descendants(named: "TextLine") ?? []).map { line in
                Line(
                    id: line.attributes["ID"] ?? "", text: Self.text(of: line),
                    shape: Result { () throws(MDLSTMError) in
                        LineShape(
                            polygon: try Self.polygon(of: line), baseline: try Self.baseline(of: line), page: size,
                            isInLengths: unit == "mm10" || unit == "inch1200")
                    })
            })
    }

    private static func polygon(of line: MarkupElement) throws(MDLSTMError) -> [SIMD2<Double>] {
        if let polygon = line.child("Shape")?.child("Polygon") {
            return try points(polygon.attributes["POINTS"] ?? "", name: "Polygon")
        }
        let (x, y) = (line.attributes["HPOS"] ?? "", line.attributes["VPOS"] ?? "")
        guard let corner = try? points("\(x),\(y)", name: "").first,
            let size = SIMD2(width: line.attributes["WIDTH"], height: line.attributes["HEIGHT"])
        else { return [] }
        return [corner, SIMD2(corner.x + size.x, corner.y), corner + size, SIMD2(corner.x, corner.y + size.y)]
    }

    /// Points; one number before ALTO 4, the height of a level line, which says nothing of the shape.
    private static func baseline(of line: MarkupElement) throws(MDLSTMError) -> [SIMD2<Double>] {
        guard let text = line.attributes["BASELINE"], Double(text) == nil else { return [] }
        return try points(text, name: "BASELINE")
    }

    private static func text(of line: MarkupElement) -> String? {
        guard line.child("String") != nil else { return nil }
        let hasSpaces = line.child("SP") != nil
        return line.children.reduce(into: "") { text, part in
            switch part.name {
            // Where no space is written at all, strings are words.
            case "String": text += (hasSpaces || text.isEmpty ? "" : " ") + (part.attributes["CONTENT"] ?? "")
            case "SP": text += " "
            case "HYP": text += part.attributes["CONTENT"] ?? ""
            default: break
            }
        }
    }
}

import MDLSTM

extension PageLayout {
    /// PAGE (PRImA, `PcGts`): TextLine with Coords, Baseline and TextEquiv, in regions at any depth.
    init(page root: MarkupElement) {
        let page = root.child("Page")
        let size = page.flatMap { SIMD2(width: $0.attributes["imageWidth"], height: $0.attributes["imageHeight"]) }
        self.init(
            picture: page?.attributes["imageFilename"] ?? "",
            lines: (page?.descendants(named: "TextLine") ?? []).map { line in
                Line(id: line.attributes["id"] ?? "", text: Self.text(of: line), shape: Self.shape(of: line, size))
            })
    }

    private static func shape(of line: MarkupElement, _ page: SIMD2<Double>?) -> Result<LineShape, MDLSTMError> {
        Result { () throws(MDLSTMError) in
            LineShape(
                polygon: try points(of: line.child("Coords"), name: "Coords"),
                baseline: try points(of: line.child("Baseline"), name: "Baseline"), page: page)
        }
    }

    /// As an attribute, or as in PAGE of 2010 an element for each.
    private static func points(of element: MarkupElement?, name: String) throws(MDLSTMError) -> [SIMD2<Double>] {
        guard let element else { return [] }
        let corners = element.children(named: "Point").map { "\($0.attributes["x"] ?? ""),\($0.attributes["y"] ?? "")" }
        return try MDLSTMData.points(element.attributes["points"] ?? corners.joined(separator: " "), name: name)
    }

    /// Of several readings the one that counts first; else its words.
    private static func text(of line: MarkupElement) -> String? {
        func reading(_ element: MarkupElement) -> String? {
            let all = element.children(named: "TextEquiv")
            let first = all.min { Int($0.attributes["index"] ?? "") ?? 0 < Int($1.attributes["index"] ?? "") ?? 0 }
            return first?.child("Unicode")?.text
        }
        if let own = reading(line) { return own }
        let words = line.children(named: "Word").compactMap(reading)
        return words.isEmpty ? nil : words.joined(separator: " ")
    }
}

extension SIMD2<Double> {
    /// A size that two attributes say; nil where they do not.
    init?(width: String?, height: String?) {
        guard let width = width.flatMap(Double.init), let height = height.flatMap(Double.init), width > 0, height > 0,
            width < 1e7, height < 1e7
        else { return nil }
        self.init(width, height)
    }
}

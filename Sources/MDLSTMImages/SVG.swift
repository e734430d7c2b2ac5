import Foundation
public import MDLSTM

/// A drawing as SVG 1.1: elements one after another, later ones over earlier ones, on white.
///
/// Lengths are in pixels, y grows downwards. The same calls give the same bytes.
public struct SVG: Sendable {
    /// The part of a text's baseline that lies at its place.
    public enum Anchor: String, Sendable { case start, middle, end }

    public let width: Double
    public let height: Double

    private var body = ""

    /// A drawing of nothing but its heading, which is cut where it is too long.
    public init(width: Double, height: Double, heading: String) {
        (self.width, self.height) = (width, height)
        append("title", text: heading)
        rectangle(x: 0, y: 0, width: width, height: height, fill: "#ffffff")
        let text = Self.fitted(heading, width: width - 2 * Self.margin, size: Self.headingSize)
        self.text(text, at: SIMD2(width / 2, Self.margin + 14), size: Self.headingSize, anchor: .middle)
    }

    /// What stays free around a drawing.
    static let margin = 16.0

    /// Where a drawing begins under its heading.
    static let top = margin + 34

    private static let headingSize = 17.0

    /// The width of a drawing that has room for its heading, or for most of a long one.
    static func width(forHeading heading: String) -> Double {
        min(width(of: heading, size: headingSize), 600) + 2 * margin
    }

    /// A rectangle; its colours are `none` or such as `#0072b2`. Browsers show `tip` where the pointer is over it.
    public mutating func rectangle(
        x: Double, y: Double, width: Double, height: Double, fill: String, stroke: String? = nil, tip: String? = nil
    ) {
        var attributes = numbers(["x": x, "y": y, "width": width, "height": height]) + [("fill", fill)]
        if let stroke { attributes.append(("stroke", stroke)) }
        append("rect", attributes, children: tip.map { "<title>\(escaped($0))</title>" } ?? "")
    }

    /// A straight line; `dashes` are the lengths of dash and gap in turn, empty for a line without gaps.
    public mutating func line(
        from start: SIMD2<Double>, to end: SIMD2<Double>, stroke: String, thickness: Double = 1, dashes: [Double] = []
    ) {
        var attributes = numbers(["x1": start.x, "y1": start.y, "x2": end.x, "y2": end.y])
        attributes += [("stroke", stroke), ("stroke-width", number(thickness))]
        if !dashes.isEmpty { attributes.append(("stroke-dasharray", dashes.map { number($0) }.joined(separator: " "))) }
        append("line", attributes)
    }

    /// Straight lines from point to point.
    public mutating func polyline(_ points: [SIMD2<Double>], stroke: String, thickness: Double) {
        let places = points.map { "\(number($0.x, digits: 1)),\(number($0.y, digits: 1))" }.joined(separator: " ")
        append(
            "polyline",
            [
                ("points", places), ("fill", "none"), ("stroke", stroke), ("stroke-width", number(thickness)),
                ("stroke-linejoin", "round"),
            ])
    }

    /// The area that straight lines from point to point and back to the first enclose.
    public mutating func polygon(_ points: [SIMD2<Double>], fill: String) {
        let places = points.map { "\(number($0.x, digits: 1)),\(number($0.y, digits: 1))" }.joined(separator: " ")
        append("polygon", [("points", places), ("fill", fill)])
    }

    /// A filled circle.
    public mutating func dot(at centre: SIMD2<Double>, radius: Double, fill: String) {
        append("circle", numbers(["cx": centre.x, "cy": centre.y, "r": radius]) + [("fill", fill)])
    }

    /// One line of text, the end or middle of its baseline that `anchor` names at a place; with `isUpward` it reads from
    /// bottom to top.
    public mutating func text(
        _ text: String, at place: SIMD2<Double>, size: Double = 13, anchor: Anchor = .start, fill: String = "#333333",
        isUpward: Bool = false
    ) {
        if text.isEmpty { return }
        var attributes = numbers(["x": place.x, "y": place.y])
        attributes += [("font-size", number(size)), ("text-anchor", anchor.rawValue), ("fill", fill)]
        if isUpward { attributes.append(("transform", "rotate(-90 \(number(place.x)) \(number(place.y)))")) }
        append("text", attributes, text: text)
    }

    /// An image, every pixel of it a square; it is part of the drawing, as PNG.
    ///
    /// Throws `.data` when the image is too large for PNG.
    public mutating func image(
        _ image: Image, x: Double, y: Double, width: Double, height: Double
    ) throws(MDLSTMError) {
        let data = Data(try image.pngData()).base64EncodedString()
        append(
            "image",
            numbers(["x": x, "y": y, "width": width, "height": height]) + [
                ("image-rendering", "pixelated"), ("preserveAspectRatio", "none"),
                ("xlink:href", "data:image/png;base64," + data),
            ])
    }

    /// The file's text.
    public var document: String {
        let size = numbers(["width": width, "height": height])
            .map { " \($0.name)=\"\($0.value)\"" }.joined()
        return """
            <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"\(size) \
            viewBox="0 0 \(number(width)) \(number(height))" role="img" font-family="Helvetica, Arial, sans-serif">
            \(body)</svg>

            """
    }

    /// Writes the file, whole or not at all.
    ///
    /// Throws `.cannotCreate` and `.cannotWrite`.
    public func write(to path: String) throws(MDLSTMError) { try writeFile(Array(document.utf8), to: path) }

    private func numbers(_ values: KeyValuePairs<String, Double>) -> [(name: String, value: String)] {
        values.map { ($0.key, number($0.value)) }
    }

    private mutating func append(
        _ name: String, _ attributes: [(name: String, value: String)] = [], text: String = "", children: String = ""
    ) {
        body += "<\(name)" + attributes.map { " \($0.name)=\"\(escaped($0.value))\"" }.joined()
        let content = escaped(text) + children
        body += content.isEmpty ? "/>\n" : ">\(content)</\(name)>\n"
    }
}

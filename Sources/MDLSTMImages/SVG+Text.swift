extension SVG {
    /// About the width of a line of text, rather more than less: the reader's font is not known.
    package static func width(of text: String, size: Double = 13) -> Double {
        text.unicodeScalars.reduce(0) { $0 + advance(of: $1) } * size
    }

    /// The text, or its start and an ellipsis where it is wider than `width`.
    static func fitted(_ text: String, width: Double, size: Double = 13) -> String {
        if self.width(of: text, size: size) <= width { return text }
        var start = ""
        for character in text {
            if self.width(of: start + String(character) + "…", size: size) > width { break }
            start.append(character)
        }
        return start.isEmpty ? "" : start + "…"
    }

    /// Widths in DejaVu Sans, the widest of the usual fonts, as shares of the size.
    private static func advance(of scalar: Unicode.Scalar) -> Double {
        switch scalar {
        case _ where "ijlIftr '|.,:;!()[]-/".unicodeScalars.contains(scalar): 0.42
        case "m", "M", "w", "W", "%", "@", "…", "&": 1
        case "A"..."Z": 0.76
        case "\u{0}"..."\u{24F}": 0.65
        case "\u{300}"..."\u{36F}": 0
        case "\u{370}"..."\u{6FF}": 0.8
        default: 1.1
        }
    }
}

extension SVG {
    /// Such as `#0072b2`.
    ///
    /// - Parameter levels: red, green and blue, 0 to 255
    static func color(_ levels: SIMD3<Int>) -> String {
        "#" + (0..<3).map { (levels[$0] < 16 ? "0" : "") + String(levels[$0], radix: 16) }.joined()
    }
}

/// Text as XML has it, what XML does not allow replaced; line breaks and tabs become spaces.
func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        case "\t", "\n", "\r": result += " "
        case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}"..."\u{FFFF}": result += "\u{FFFD}"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result
}

/// A number with at most `digits` digits behind the point, never in scientific notation.
///
/// - Precondition: it is finite, its magnitude below 10^15.
func number(_ value: Double, digits: Int = 2) -> String {
    precondition(abs(value) < 1e15, "\(value) is no length of a drawing")
    let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
    var text = Axis.fixed(Int((value * scale).rounded()), exponent: -digits)
    guard digits > 0 else { return text }
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
}

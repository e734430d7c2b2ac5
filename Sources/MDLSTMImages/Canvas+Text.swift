extension Canvas {
    /// Size in pixels of one line of text.
    public static func textSize(_ text: String, scale: Int = 2) -> (width: Int, height: Int) {
        (max(0, text.count * Font.advance - 1) * scale, Font.height * scale)
    }

    /// The text, or its start and ".." when it is wider than `width` pixels.
    public static func fitted(_ text: String, width: Int, scale: Int = 2) -> String {
        if textSize(text, scale: scale).width <= width { return text }
        let count = (width / scale + 1) / Font.advance
        return count < 3 ? String(text.prefix(max(0, count))) : text.prefix(count - 2) + ".."
    }

    /// Draws one line of text with its upper left corner at (x, y); characters outside ASCII are boxes.
    ///
    /// `upward` turns it to read from bottom to top, (x, y) still being the upper left corner.
    public mutating func text(
        _ text: String, x: Int, y: Int, color: Color = .black, scale: Int = 2, upward: Bool = false
    ) {
        let length = Self.textSize(text, scale: scale).width
        for (index, character) in text.enumerated() {
            for (row, bits) in Font.glyph(character).enumerated() {
                for column in 0..<5 where bits >> (4 - column) & 1 == 1 {
                    let along = (index * Font.advance + column) * scale
                    let down = row * scale
                    fill(
                        x: upward ? x + down : x + along, y: upward ? y + length - scale - along : y + down,
                        width: scale, height: scale, color: color)
                }
            }
        }
    }
}

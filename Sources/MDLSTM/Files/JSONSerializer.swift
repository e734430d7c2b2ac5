extension JSONValue {
    /// The value as JSON text, the same every time: members in order, numbers in their shortest exact form.
    ///
    /// `indented` puts each element on its own line, two spaces deeper, with one line break at the end.
    public func serialized(indented: Bool = false) -> String {
        var text = ""
        append(to: &text, indent: indented ? 0 : nil)
        if indented { text += "\n" }
        return text
    }

    /// `indent` is the depth in levels, nil for everything on one line.
    private func append(to text: inout String, indent: Int?) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        case .number(let value): text += value.isFinite ? value.description : "null"
        case .string(let value): Self.append(string: value, to: &text)
        case .array(let elements):
            Self.append(elements, between: "[", "]", to: &text, indent: indent) { element, text, indent in
                element.append(to: &text, indent: indent)
            }
        case .object(let members):
            Self.append(Array(members), between: "{", "}", to: &text, indent: indent) { member, text, indent in
                Self.append(string: member.key, to: &text)
                text += indent == nil ? ":" : ": "
                member.value.append(to: &text, indent: indent)
            }
        }
    }

    private static func append<Item>(
        _ items: [Item], between open: String, _ close: String, to text: inout String, indent: Int?,
        item appendItem: (Item, inout String, Int?) -> Void
    ) {
        func newLine(_ depth: Int) { text += "\n" + String(repeating: "  ", count: depth) }
        text += open
        for (index, item) in items.enumerated() {
            if index > 0 { text += "," }
            if let indent { newLine(indent + 1) }
            appendItem(item, &text, indent.map { $0 + 1 })
        }
        if let indent, !items.isEmpty { newLine(indent) }
        text += close
    }

    private static func append(string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\0"..<" ", "\u{7F}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}

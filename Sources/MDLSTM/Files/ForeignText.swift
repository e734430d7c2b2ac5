/// What strings out of files of others may do to those who print, compare or hash them.
extension String {
    /// The string with `\u{..}` for line breaks and other control characters.
    package var onOneLine: String {
        guard unicodeScalars.contains(where: \.isControl) else { return self }
        var line = ""
        for scalar in unicodeScalars {
            if scalar.isControl {
                line += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            } else {
                line.unicodeScalars.append(scalar)
            }
        }
        return line
    }

    /// Whether no more than 30 combining marks follow each other: Unicode's stream-safe text (UAX #15), which all writing
    /// is.
    ///
    /// The time to hash or compare strings grows with the square of such a row.
    package var isStreamSafe: Bool {
        var marks = 0
        for scalar in unicodeScalars {
            // The first combining mark is U+0300.
            let isMark = scalar.value >= 0x300 && scalar.properties.canonicalCombiningClass != .notReordered
            marks = isMark ? marks + 1 : 0
            if marks > 30 { return false }
        }
        return true
    }
}

extension Unicode.Scalar {
    fileprivate var isControl: Bool {
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}

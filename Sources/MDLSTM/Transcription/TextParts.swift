// Texts as unicode scalars, cut where this package cuts them.
extension String {
    /// The lines that have a word, white space between words as one space.
    var lines: [[UInt32]] {
        let isEnd: (Unicode.Scalar) -> Bool = { $0.isLineEnd }
        return unicodeScalars.split(whereSeparator: isEnd).compactMap { line in
            let words = line.split { $0.properties.isWhitespace || $0 == "\u{feff}" }
            return words.isEmpty ? nil : Array(words.map { $0.map(\.value) }.joined(separator: [0x20]))
        }
    }

    /// What stands between white space.
    var words: [[UInt32]] {
        unicodeScalars.split { $0.properties.isWhitespace }.map { $0.map(\.value) }
    }

    /// The runs of letters and their marks: `l'été` has two.
    var letterRuns: [[UInt32]] {
        unicodeScalars.split { !$0.isOfWord }.map { $0.map(\.value) }
    }
}

extension Unicode.Scalar {
    /// Line feed, carriage return, and the others that Unicode has end a line (UAX 14: classes BK, CR, LF, NL).
    fileprivate var isLineEnd: Bool {
        switch value {
        case 0x0a...0x0d, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }

    /// Whether it is a letter, or a mark on one.
    var isOfWord: Bool {
        if properties.isAlphabetic { return true }
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: return true
        default: return false
        }
    }
}

extension Range<Int> {
    /// The first place of which something is true that is true of all places behind it too; the end where it is true of none.
    func firstSorted(where isTrue: (Int) -> Bool) -> Int {
        var (low, high) = (lowerBound, upperBound)
        while low < high {
            let middle = (low + high) / 2
            if isTrue(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

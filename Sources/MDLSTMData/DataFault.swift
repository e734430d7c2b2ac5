public import MDLSTM

/// Something wrong in a data set: in one of its files, or in a sample of an array.
public struct DataFault: Sendable, Equatable {
    /// The file or folder, relative to the data.
    public let file: String
    public let found: String
    public let expected: String

    /// What to do.
    public let advice: String

    /// Whether the data can be used without the samples or files that have it.
    public let canBeLeftOut: Bool

    /// Samples that the data lack for it, beside those that were looked at.
    private(set) var missing: Int

    /// What stands against what was found, where that is not just what was expected.
    private let but: String?

    init(
        _ file: String, found: String, expected: String, but: String? = nil, advice: String, canBeLeftOut: Bool = true,
        missing: Int = 0
    ) {
        (self.file, self.found, self.expected, self.but, self.advice) = (
            file.onOneLine, found.onOneLine, expected.onOneLine, but?.onOneLine, advice.onOneLine
        )
        (self.canBeLeftOut, self.missing) = (canBeLeftOut, missing)
    }

    /// What a reader said of a file; `path` is its name there, which `name` takes the place of.
    public init(_ error: MDLSTMError, path: String, name: String, canBeLeftOut: Bool = true) {
        self.init(error, path: path, name: name, canBeLeftOut: canBeLeftOut, missing: 0)
    }

    init(_ error: MDLSTMError, path: String, name: String, canBeLeftOut: Bool = true, missing: Int) {
        var text = error.message
        let prefix = "\(path): ".onOneLine
        if text.hasPrefix(prefix) { text = String(text.dropFirst(prefix.count)) }
        // Messages say `expected A, found B; what to do`.
        let parts = text.split(separator: "; ", maxSplits: 1).map(String.init)
        let advice = parts.count == 2 ? parts[1] : "get the file again or remove it"
        for separator in [", found: ", ", found "] {
            guard let range = parts[0].firstRange(of: separator), parts[0].hasPrefix("expected ") else { continue }
            self.init(
                name, found: String(parts[0][range.upperBound...]),
                expected: String(parts[0][..<range.lowerBound].dropFirst("expected ".count)), advice: advice,
                canBeLeftOut: canBeLeftOut, missing: missing)
            return
        }
        self.init(
            name, found: parts[0], expected: "a file that can be read", advice: advice, canBeLeftOut: canBeLeftOut,
            missing: missing)
    }

    /// The fault with another number of samples that the data lack for it.
    func with(missing: Int) -> DataFault {
        var fault = self
        fault.missing = missing
        return fault
    }

    /// One line: file, what was found, what was expected, what to do.
    public var message: String { "\(file): \(found), \(but.map { "but \($0)" } ?? "expected \(expected)"); \(advice)" }
}

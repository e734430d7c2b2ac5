/// A mistake in what the caller asked for or handed over: an option, a shape, a file.
///
/// Failures of a device are the business of the backend's own error type.
public struct MDLSTMError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What kind of mistake it is; the command turns it into its exit code.
    public enum Kind: Sendable {
        /// An option that does not exist or does not go with the others.
        case option
        /// Data that is malformed or does not fit: a shape, a value, the content of a file.
        case data
        /// An input file that is not there or cannot be read.
        case missingInput
        /// An output file that cannot be created.
        case cannotCreate
        /// Writing failed on the way: a full disk, say.
        case cannotWrite
        /// More memory would be taken than there is.
        case outOfMemory
        /// The numbers left the finite range during a computation.
        case notFinite
    }

    public let kind: Kind

    /// One line: what was expected, what was found, and what to do.
    public let message: String

    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        // Messages quote what a file holds: names with line breaks, or with what a terminal obeys.
        self.message = message.onOneLine
    }

    public var description: String { message }
}

/// A number with what it counts: `1 sample`, `2 samples`; `plural` where it is not the noun with an s.
package func counted(_ count: Int, _ noun: String, plural: String? = nil) -> String {
    "\(count) \(count == 1 ? noun : plural ?? noun + "s")"
}

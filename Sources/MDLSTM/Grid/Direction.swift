/// One of the 2^N scan orders of a grid: every axis forwards (`+`) or backwards (`-`).
public struct Direction: Hashable, Sendable, CustomStringConvertible {
    /// For each axis, whether it is scanned from its last site to its first.
    public let reversed: [Bool]

    /// The direction that scans the axes marked `true` backwards.
    public init(reversed: [Bool]) {
        self.reversed = reversed
    }

    /// Parses a direction written as one sign for each axis, such as `+-`; nil for any other text.
    public init?(_ signs: String) {
        guard !signs.isEmpty, signs.allSatisfy({ $0 == "+" || $0 == "-" }) else { return nil }
        self.init(reversed: signs.map { $0 == "-" })
    }

    /// Number of axes N.
    public var axes: Int { reversed.count }

    /// Position in the order of sign bits, the first axis the most significant: `++`, `+-`, `-+`, `--`.
    public var signBits: Int { reversed.reduce(0) { $0 * 2 + ($1 ? 1 : 0) } }

    public var description: String { String(reversed.map { $0 ? "-" : "+" }) }

    /// All 2^N directions in the order of their sign bits.
    public static func all(axes: Int) -> [Direction] {
        (0..<(1 << axes)).map { bits in
            Direction(reversed: (0..<axes).map { bits >> (axes - 1 - $0) & 1 == 1 })
        }
    }

    /// The scan with every axis forwards.
    public static func forward(axes: Int) -> Direction {
        Direction(reversed: Array(repeating: false, count: axes))
    }
}

extension Direction: ExpressibleByStringLiteral {
    /// One sign for each axis: `"+-"`.
    ///
    /// - Precondition: the text has one or more signs and nothing else.
    public init(stringLiteral signs: String) {
        guard let direction = Direction(signs) else {
            preconditionFailure("direction '\(signs)': expected one sign + or - for each axis")
        }
        self = direction
    }
}

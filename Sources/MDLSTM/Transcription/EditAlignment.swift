/// The fewest changes that make a reading of a reference, and where they are: Levenshtein's distance.
///
/// Of several such ways it is the one that, from the ends back, takes a match or a substitution before a deletion, and a
/// deletion before an insertion.
public struct EditAlignment<Symbol: Equatable & Sendable>: Sendable {
    /// One place of the reference, of the reading, or of both.
    public enum Step: Sendable {
        case match(Symbol)
        case substitution(reference: Symbol, reading: Symbol)
        /// What the reading lacks.
        case deletion(Symbol)
        /// What the reading has too much.
        case insertion(Symbol)
    }

    /// In the order of the texts.
    public let steps: [Step]

    public let counts: EditCounts

    /// Takes time and memory by the product of the lengths, a byte of it for each.
    public init(reference: [Symbol], reading: [Symbol]) {
        let columns = reading.count + 1
        var distances = Array(0..<columns)
        // 0: match or substitution, 1: deletion, 2: insertion; [reference + 1, reading + 1].
        var ways = Array(repeating: UInt8(2), count: (reference.count + 1) * columns)
        for row in 1..<(reference.count + 1) {
            var diagonal = distances[0]
            distances[0] = row
            ways[row * columns] = 1
            for column in 1..<columns {
                var (least, way): (Int, UInt8) = (
                    diagonal + (reference[row - 1] == reading[column - 1] ? 0 : 1), 0
                )
                if distances[column] + 1 < least { (least, way) = (distances[column] + 1, 1) }
                if distances[column - 1] + 1 < least { (least, way) = (distances[column - 1] + 1, 2) }
                diagonal = distances[column]
                distances[column] = least
                ways[row * columns + column] = way
            }
        }
        var (row, column) = (reference.count, reading.count)
        var steps: [Step] = [], counts = EditCounts(length: reference.count)
        while row > 0 || column > 0 {
            switch ways[row * columns + column] {
            case 0:
                (row, column) = (row - 1, column - 1)
                if reference[row] == reading[column] {
                    steps.append(.match(reference[row]))
                } else {
                    steps.append(.substitution(reference: reference[row], reading: reading[column]))
                    counts.substitutions += 1
                }
            case 1:
                row -= 1
                steps.append(.deletion(reference[row]))
                counts.deletions += 1
            default:
                column -= 1
                steps.append(.insertion(reading[column]))
                counts.insertions += 1
            }
        }
        (self.steps, self.counts) = (steps.reversed(), counts)
    }
}

/// How many changes of each kind make readings of references.
public struct EditCounts: Sendable, Equatable {
    public var substitutions = 0, insertions = 0, deletions = 0

    /// Symbols of the references.
    public var length: Int

    public init(length: Int = 0) { self.length = length }

    /// The edit distance.
    public var errors: Int { substitutions + insertions + deletions }

    /// Errors by the length of the references, which can be more than 1; references without a symbol count as one symbol.
    public var rate: Double { Double(errors) / Double(max(1, length)) }

    public static func += (sum: inout EditCounts, other: EditCounts) {
        sum.substitutions += other.substitutions
        sum.insertions += other.insertions
        sum.deletions += other.deletions
        sum.length += other.length
    }
}

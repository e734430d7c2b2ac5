import Foundation

/// `value` with `digits` digits behind the point.
func rounded(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

/// `value` in scientific notation with three digits.
func scientific(_ value: Double) -> String { String(format: "%.2e", value) }

/// A table with left-aligned first and right-aligned other columns.
func table(_ rows: [[String]]) -> String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
        rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
        row.enumerated().map { column, text in
            let padding = String(repeating: " ", count: widths[column] - text.count)
            return column == 0 ? text + padding : padding + text
        }.joined(separator: "  ")
    }.joined(separator: "\n")
}

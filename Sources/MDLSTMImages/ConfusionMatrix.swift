/// What a classifier has answered for the samples of each class.
public struct ConfusionMatrix: Sendable, Equatable {
    public var title: String
    public let classes: [String]

    /// `counts[t][a]`: samples of class t that were taken for class a.
    public let counts: [[Int]]

    /// - Precondition: there is at least one class, and a row and a column of counts, none negative, for each.
    public init(title: String = "", classes: [String], counts: [[Int]]) {
        precondition(!classes.isEmpty, "no classes")
        precondition(
            ([counts.count] + counts.map(\.count)).allSatisfy { $0 == classes.count },
            "counts are no matrix of \(classes.count) classes")
        precondition(counts.joined().allSatisfy { $0 >= 0 }, "a count is negative")
        self.title = title
        self.classes = classes
        self.counts = counts
    }

    /// The share of samples that were taken for what they are; nil without samples.
    public var accuracy: Double? {
        let total = counts.reduce(0) { $0 + $1.reduce(0, +) }
        return total == 0 ? nil : Double(classes.indices.reduce(0) { $0 + counts[$1][$1] }) / Double(total)
    }

    /// The share of the samples of class `expected` that were taken for `answered`; 0 without samples.
    func share(_ expected: Int, _ answered: Int) -> Double {
        let total = counts[expected].reduce(0, +)
        return total == 0 ? 0 : Double(counts[expected][answered]) / Double(total)
    }

    /// The drawing: a row for each class, a column for each answer, the darker the larger their share of the row.
    ///
    /// Of more than 40 classes the numbers are left out, and names for which there is no room; up to 100 classes browsers
    /// show them where the pointer is, of more the cells are one image. Names longer than 20 letters or so are cut.
    public func svg() -> SVG {
        let layout = MatrixLayout(self)
        var svg = SVG(width: layout.width, height: layout.height, heading: title)
        layout.drawCells(on: &svg)
        layout.drawNames(on: &svg)
        layout.drawScale(on: &svg)
        return svg
    }
}

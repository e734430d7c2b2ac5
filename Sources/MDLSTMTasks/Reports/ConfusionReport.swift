public import MDLSTM
public import MDLSTMImages

extension ClassCounts {
    /// The counts as a drawing: confusion.svg.
    ///
    /// - Parameters:
    ///   - title: of the drawing
    ///   - classes: their names, by number
    public func matrix(title: String, classes: [String]) -> ConfusionMatrix {
        ConfusionMatrix(title: title, classes: classes, counts: counts)
    }

    /// The counts as an object, `classes` and `confusion` [true][predicted]: confusion.json.
    ///
    /// - Parameter classes: their names, by number
    public func confusion(classes: [String]) -> JSONValue {
        [
            "classes": .array(classes.map { .string($0) }),
            "confusion": .array(counts.map { .array($0.map { .integer($0) }) }),
        ]
    }
}

import MDLSTM

/// How often each class was taken for each: counts by true and predicted class.
public struct ClassCounts: Sendable, Equatable {
    public let classes: Int

    /// `[true][predicted]`
    public private(set) var counts: [[Int]]

    public init(classes: Int) {
        self.classes = classes
        counts = Array(repeating: Array(repeating: 0, count: classes), count: classes)
    }

    public mutating func add(_ label: Int, predicted: Int, times: Int = 1) { counts[label][predicted] += times }

    public var total: Int { counts.reduce(0) { $0 + $1.reduce(0, +) } }
    public var right: Int { (0..<classes).reduce(0) { $0 + counts[$1][$1] } }

    /// The share of right answers; nil where there is none to judge.
    public var accuracy: Double? { ratio(right, total) }

    /// What is said of one class; a figure is nil where it does not exist.
    public struct Figures: Sendable, Equatable {
        /// How often the class is the true one.
        public let count: Int
        public let precision: Double?, recall: Double?, f1: Double?

        /// What is both predicted and true over what is either.
        public let iou: Double?
    }

    public func figures(of index: Int) -> Figures {
        let (count, right) = (counts[index].reduce(0, +), counts[index][index])
        let predicted = counts.reduce(0) { $0 + $1[index] }
        return Figures(
            count: count, precision: ratio(right, predicted), recall: ratio(right, count),
            f1: ratio(2 * right, predicted + count), iou: ratio(right, predicted + count - right))
    }

    /// The mean IoU over the classes that occur in target or prediction; nil where none does.
    public var meanIoU: Double? {
        let found = (0..<classes).compactMap { figures(of: $0).iou }
        return found.isEmpty ? nil : found.reduce(0, +) / Double(found.count)
    }

    /// - Parameter withIoU: whether the classes are those of sites
    func json(names: [String], withIoU: Bool) -> (classes: JSONValue, confusion: JSONValue) {
        let list = (0..<classes).map { index -> JSONValue in
            let figures = figures(of: index)
            var members: JSONObject = [
                "name": .string(names[index]), "count": .integer(figures.count),
                "precision": number(figures.precision), "recall": number(figures.recall), "f1": number(figures.f1),
            ]
            if withIoU { members["iou"] = number(figures.iou) }
            return .object(members)
        }
        return (.array(list), .array(counts.map { .array($0.map { .integer($0) }) }))
    }

    private func ratio(_ part: Int, _ whole: Int) -> Double? { whole == 0 ? nil : Double(part) / Double(whole) }
}

/// A figure in JSON: null where it does not exist.
func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }

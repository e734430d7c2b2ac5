extension ClassCounts {
    /// What is had without looking: the class that occurs most often, of equal ones the first, as the answer everywhere.
    ///
    /// Its IoU is its share, that of every other class that occurs is 0. The figures are nil where there is nothing to judge.
    public var mostFrequent: (label: Int, accuracy: Double?, meanIoU: Double?) {
        let sums = counts.map { $0.reduce(0, +) }
        let label = largest(sums[...])
        guard total > 0 else { return (label, nil, nil) }
        let share = Double(sums[label]) / Double(total)
        return (label, share, share / Double(sums.count { $0 > 0 }))
    }
}

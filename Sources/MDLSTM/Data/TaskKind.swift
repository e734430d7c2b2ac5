/// What is learnt from a data set.
public enum TaskKind: String, CaseIterable, Sendable {
    /// Numbers for every site, or for every sample.
    case regress
    /// A class for every site.
    case labelSites
    /// A class for every sample.
    case classify
    /// The next symbol of a text.
    case nextSymbol
    /// A string for every sample.
    case transcribe
    /// Pictures themselves: the density of each pixel given those before it.
    case density

    /// The kinds that arrays can be for.
    package static let ofArrays: [TaskKind] = [.regress, .labelSites, .classify]
}

/// What there is to learn in a data set, in numbers.
public struct DataShape: Hashable, Sendable {
    public var kind: TaskKind

    /// Axes of the grids, and features of a site.
    public var axes: Int, features: Int

    /// Numbers of an answer, or classes.
    public var outputs: Int

    /// Whether a sample has one answer, not one for each site.
    public var isAnswerPerSample: Bool

    public init(kind: TaskKind, axes: Int, features: Int, outputs: Int, isAnswerPerSample: Bool) {
        (self.kind, self.axes, self.features, self.outputs) = (kind, axes, features, outputs)
        self.isAnswerPerSample = isAnswerPerSample
    }
}

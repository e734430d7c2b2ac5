/// The input of a layer, read in bands: parts of the grid along its first axis. A tensor, or a file (``NumpyInput``).
public protocol BandInput<Element> {
    associatedtype Element: Scalar

    /// `[B, E1, .., EN, I]`, of at least one axis.
    var shape: [Int] { get }

    /// Its name in messages.
    var name: String { get }

    /// Calls `body` with the elements of some sites of axis 1 of one sample, `[sites, E2, .., EN, I]`.
    func withBand(
        _ sites: Range<Int>, sample: Int, _ body: (UnsafeBufferPointer<Element>) throws -> Void
    ) throws
}

extension BandInput {
    /// The elements of some sites of axis 1 of one sample, none of them NaN or infinite.
    ///
    /// - Throws: ``MDLSTMError`` with the place of the first that is.
    package func withFiniteBand(
        _ sites: Range<Int>, sample: Int, _ body: (UnsafeBufferPointer<Element>) throws -> Void
    ) throws {
        try withBand(sites, sample: sample) { values in
            if let bad = values.firstNonFinite {
                let first = BandElements(shape).range(sites, sample: sample).lowerBound
                throw notFinite(name, values[bad], at: place(of: first + bad, in: shape))
            }
            try body(values)
        }
    }
}

/// Where the output of a layer goes in bands: a file (``NumpyOutput``), or memory.
public protocol BandOutput<Element> {
    associatedtype Element: Scalar

    /// Calls `body` with memory for the elements of some sites of axis 1 of one sample, `[sites, E2, .., EN, D*H]`, and
    /// keeps what is there afterwards.
    ///
    /// Sites that no sample of a ragged batch has are never asked for; they are zero.
    ///
    /// - Parameters:
    ///   - sites: the sites of axis 1
    ///   - sample: the sample
    ///   - isNew: whether it is asked for the first time; otherwise the memory has what was kept, since `body` writes some
    ///     of the elements only
    ///   - body: writes the elements
    func withBand(
        _ sites: Range<Int>, sample: Int, isNew: Bool, _ body: (UnsafeMutableBufferPointer<Element>) throws -> Void
    ) throws
}

extension Tensor: BandInput where Element: Scalar {
    public var name: String { "the input" }

    public func withBand(
        _ sites: Range<Int>, sample: Int, _ body: (UnsafeBufferPointer<Element>) throws -> Void
    ) throws {
        let range = BandElements(shape).range(sites, sample: sample)
        try values.withUnsafeBufferPointer { try body(UnsafeBufferPointer(rebasing: $0[range])) }
    }
}

/// A tensor `[B, E1, .., EN, D*H]` in memory that is there already.
package struct MemoryOutput<Element: Scalar>: BandOutput {
    private let elements: BandElements
    private let memory: UnsafeMutableBufferPointer<Element>

    /// - Precondition: the memory has the elements of `shape`, zero where no sample has a site.
    package init(shape: [Int], memory: UnsafeMutableBufferPointer<Element>) {
        elements = BandElements(shape)
        self.memory = memory
    }

    package func withBand(
        _ sites: Range<Int>, sample: Int, isNew: Bool, _ body: (UnsafeMutableBufferPointer<Element>) throws -> Void
    ) throws {
        try body(UnsafeMutableBufferPointer(rebasing: memory[elements.range(sites, sample: sample)]))
    }
}

/// Where the bands of a row-major tensor lie.
struct BandElements {
    /// Elements of one site of axis 1, and sites of axis 1 of one sample.
    let perSite: Int, sitesPerSample: Int

    /// - Parameter shape: `[B, E1, ..]`
    init(_ shape: [Int]) {
        sitesPerSample = shape[1]
        perSite = shape[2...].reduce(1, *)
    }

    /// The elements of some sites of axis 1 of one sample.
    func range(_ sites: Range<Int>, sample: Int) -> Range<Int> {
        let first = sample * sitesPerSample
        return ((first + sites.lowerBound) * perSite)..<((first + sites.upperBound) * perSite)
    }
}

extension Range<Int> {
    /// The range in pieces of at most `count`, which is positive.
    package func pieces(ofAtMost count: Int) -> [Range<Int>] {
        stride(from: lowerBound, to: upperBound, by: count).map { $0..<Swift.min($0 + count, upperBound) }
    }
}

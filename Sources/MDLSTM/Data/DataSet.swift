/// Samples by number, each an input over a grid of its own extents and a target, read when they are asked for.
public protocol DataSet<Element>: Sendable {
    associatedtype Element: Scalar

    /// Number of samples.
    var count: Int { get }

    /// The name of a sample in reports, that of its file: no two of a set are alike.
    func name(of index: Int) -> String

    /// Extents `[N]` of a sample's input, told without reading it whole.
    func extents(of index: Int) throws -> [Int]

    /// Reads a sample; may be called on several threads at once.
    ///
    /// - Throws: ``MDLSTMError`` naming the file, what was expected and what was found.
    func sample(at index: Int) throws -> Sample<Element>

    /// Reads a sample's target, without its input where the set can; may be called on several threads at once.
    func target(at index: Int) throws -> TrainingTarget<Element>
}

extension DataSet {
    public func target(at index: Int) throws -> TrainingTarget<Element> { try sample(at: index).target }
}

/// One sample of a data set.
public struct Sample<Element: Scalar>: Sendable, Equatable {
    /// `[E1, .., EN, I]`
    public var input: Tensor<Element>

    /// As in a ``TrainingBatch``, without its first axis: labels `[E1, .., EN]`, values `[E1, .., EN, O]`, or where a sample
    /// has one answer, a label `[]` or values `[O]`.
    public var target: TrainingTarget<Element>

    public init(input: Tensor<Element>, target: TrainingTarget<Element>) {
        (self.input, self.target) = (input, target)
    }

    /// Extents of the input.
    public var extents: [Int] { Array(input.shape.dropLast()) }
}

/// Samples in memory.
public struct MemoryDataSet<Element: Scalar>: DataSet {
    public let samples: [Sample<Element>]

    public init(_ samples: [Sample<Element>]) { self.samples = samples }

    public var count: Int { samples.count }
    public func name(of index: Int) -> String { "sample \(index)" }
    public func extents(of index: Int) -> [Int] { samples[index].extents }
    public func sample(at index: Int) -> Sample<Element> { samples[index] }
}

/// Some samples of another set, in an order of their own.
public struct DataSubset<Element: Scalar>: DataSet {
    public let whole: any DataSet<Element>

    /// The numbers of its samples in the whole set.
    public let indices: [Int]

    /// - Precondition: the whole set has these samples.
    public init(of whole: any DataSet<Element>, _ indices: [Int]) {
        precondition(indices.allSatisfy { (0..<whole.count).contains($0) }, "a subset has samples of its set")
        (self.whole, self.indices) = (whole, indices)
    }

    public var count: Int { indices.count }
    public func name(of index: Int) -> String { whole.name(of: indices[index]) }
    public func extents(of index: Int) throws -> [Int] { try whole.extents(of: indices[index]) }
    public func sample(at index: Int) throws -> Sample<Element> { try whole.sample(at: indices[index]) }
    public func target(at index: Int) throws -> TrainingTarget<Element> { try whole.target(at: indices[index]) }
}

extension DataSet {
    /// The numbers of samples to train with and to validate with, each in order.
    ///
    /// Whether a sample is held back depends on the seed and its own name alone, so that more files move none of the
    /// others. At least one sample is left for each if there are two.
    ///
    /// - Parameters:
    ///   - fraction: the share to validate with, from 0 below 1
    ///   - seed: of the training
    public func split(validation fraction: Double, seed: UInt64) -> (training: [Int], validation: [Int]) {
        guard fraction > 0, count > 1 else { return (Array(0..<count), []) }
        let places = (0..<count).map { place(of: name(of: $0), seed: seed) }
        var isHeldBack = places.map { $0 < fraction }
        if !isHeldBack.contains(true) { isHeldBack[places.indices.min { places[$0] < places[$1] }!] = true }
        if !isHeldBack.contains(false) { isHeldBack[places.indices.max { places[$0] < places[$1] }!] = false }
        return (
            isHeldBack.indices.filter { !isHeldBack[$0] }, isHeldBack.indices.filter { isHeldBack[$0] }
        )
    }

    /// A number in [0, 1) that belongs to a name: FNV-1a of its bytes, mixed by Philox.
    private func place(of name: String, seed: UInt64) -> Double {
        let hash = name.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        let stream = RandomStream(
            seed: seed, tensor: UInt32(truncatingIfNeeded: hash >> 32), step: 1, stream: RandomStreams.data)
        return stream.uniform(Int(UInt32(truncatingIfNeeded: hash)))
    }
}

public import MDLSTM

/// What a path holds to learn from, recognised by looking and checked whole; samples are read when they are asked for.
public struct OpenedData: Sendable {
    /// What there is to learn, in numbers.
    public let shape: DataShape

    /// The names of the classes, by number; none for `regress`.
    public let classes: [String]

    /// The characters of lines, class 0 beside them the blank; nil for other data.
    public let alphabet: Alphabet?

    /// Labels of sites that count nowhere.
    public let ignoredLabels: Set<Int>

    /// Channels of pictures; nil for arrays.
    public let channels: Int?

    /// One line: how many samples, of what, of which sizes.
    public let summary: String

    /// The least and the most extent along each axis, of all samples.
    public let extents: (least: [Int], most: [Int])

    /// How often each class occurs, in samples or sites; none for `regress` and for distributions.
    public let classCounts: [Int]

    /// Sites whose label is ignored.
    public let ignoredSites: Int

    /// Everything that is wrong, by part and file; samples with a fault are in no part.
    public let faults: [DataFault]

    /// Samples that are left out for a fault.
    public let leftOut: Int

    /// Whether the request was to leave them out.
    public let skipsBad: Bool
    private let parts: [DataPart: (source: any SampleSource, indices: [Int])]
    private let texts: [DataPart: [String]]

    /// Looks at a path and at every sample in it.
    ///
    /// - Parameters:
    ///   - path: a file or a folder; nil where the request has a list
    ///   - request: what is asked of the data
    /// - Throws: `MDLSTMError` of kind `data` where nothing is recognised, or more than one thing; what is wrong with single
    ///   samples is among ``faults``.
    public init(_ path: String?, _ request: DataRequest = DataRequest()) throws {
        skipsBad = request.skipsBad
        let found: FoundData
        if let list = request.list {
            found = try ListFile.found(list, kind: request.kind)
        } else if let path {
            // Slashes at the end say nothing.
            let bare = path.prefix(1) + path.dropFirst().reversed().drop { $0 == "/" }.reversed()
            found = try Recognition(path: String(bare), kind: request.kind)()
        } else {
            throw MDLSTMError(.option, "expected the path of data or a list of samples, found neither; give one")
        }
        let opening = try Opening(found, request, name: request.list ?? path ?? "")
        (shape, classes, ignoredLabels, channels) = (
            opening.shape, opening.classes, opening.ignoredLabels, opening.channels
        )
        (classCounts, ignoredSites) = (opening.classCounts, opening.ignoredSites)
        (faults, leftOut, parts) = (opening.faults, opening.leftOut, opening.parts)
        (alphabet, texts, extents) = (opening.alphabet, opening.texts, opening.extents)
        summary = opening.summary
    }

    /// Samples of a part.
    public func count(_ part: DataPart) -> Int { parts[part]?.indices.count ?? 0 }

    /// Samples of all parts.
    public var count: Int { DataPart.allCases.reduce(0) { $0 + count($1) } }

    /// The parts that have samples of their own.
    public var partsWithSamples: [DataPart] { DataPart.allCases.filter { count($0) > 0 } }

    /// The samples of a part; none where the data have no such part.
    public func samples<T: Scalar>(_ part: DataPart, as _: T.Type = T.self) -> any DataSet<T> {
        guard let part = parts[part] else { return MemoryDataSet<T>([]) }
        return SourceDataSet<T>(source: part.source, indices: part.indices)
    }

    /// What is written in each line of a part, as ``samples(_:as:)`` has them; none for other data.
    public func texts(_ part: DataPart) -> [String] {
        guard let texts = texts[part], let (_, indices) = parts[part] else { return [] }
        return indices.map { texts[$0] }
    }

    public func training<T: Scalar>(as _: T.Type = T.self) -> any DataSet<T> { samples(.training) }

    /// The samples to train and to validate with: those of the data's own part, else a share of those to train with.
    ///
    /// `fraction` is the share to validate with, from 0 below 1, 0 for none; `seed` decides which samples that are.
    public func split<T: Scalar>(
        validation fraction: Double, seed: UInt64, as _: T.Type = T.self
    ) -> (training: any DataSet<T>, validation: any DataSet<T>) {
        let whole: any DataSet<T> = samples(.training)
        if count(.validation) > 0 { return (whole, samples(.validation)) }
        let (training, validation) = whole.split(validation: fraction, seed: seed)
        return (DataSubset(of: whole, training), DataSubset(of: whole, validation))
    }
}

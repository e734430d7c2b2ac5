import MDLSTM

/// MNIST's pairs of files: images and, beside them, labels.
struct IDXPair: Sendable {
    let images: DataFile, labels: DataFile

    /// The pairs of a folder by what stands before `images`; an uncompressed file is taken before a compressed one.
    ///
    /// - Parameter only: the name of a file that the pair must have, where there is one
    static func pairs(in files: [DataFile], with only: String? = nil) -> [String: IDXPair] {
        var pairs: [String: IDXPair] = [:]
        for file in files.sorted(by: { ($0.ending == "gz" ? 1 : 0) < ($1.ending == "gz" ? 1 : 0) }) {
            guard
                let match = file.lastComponent.lowercased().wholeMatch(
                    of: /(.*)images([-.])idx3-ubyte(\.gz)?/)
            else { continue }
            let wanted = "\(match.1)labels\(match.2)idx1-ubyte"
            let labels = files.filter { [wanted, wanted + ".gz"].contains($0.lastComponent.lowercased()) }
            let isNamed = only == nil || file.lastComponent == only
            guard
                let first = labels.first(where: { $0.lastComponent == only }) ?? labels.first(where: {
                    $0.ending != "gz"
                })
                    ?? labels.first, isNamed || first.lastComponent == only
            else { continue }
            let prefix = String(match.1).trimmed("-_.")
            if pairs[prefix] == nil || isNamed && only != nil { pairs[prefix] = IDXPair(images: file, labels: first) }
        }
        return pairs
    }

    /// The parts among pairs: MNIST's `t10k` is for tests.
    static func parts(_ pairs: [String: IDXPair], in place: String) throws(MDLSTMError) -> [DataPart: IDXPair] {
        var parts: [DataPart: IDXPair] = [:]
        for (prefix, pair) in pairs.sorted(by: { $0.key < $1.key }) {
            let part = prefix == "t10k" ? .test : DataPart(wordsOf: prefix) ?? .training
            guard parts.updateValue(pair, forKey: part) == nil else {
                throw MDLSTMError(
                    .data,
                    "\(place): expected one file of images, or those of train, valid and t10k, found several; give the path of one, "
                        + "such as \(pair.images.path)")
            }
        }
        return parts
    }

    /// Whether a file's name is that of images or labels.
    static func isName(_ name: String) -> Bool {
        name.lowercased().wholeMatch(of: /.*(images[-.]idx3|labels[-.]idx1)-ubyte(\.gz)?/) != nil
    }
}

/// The samples of a pair.
struct IDXSamples: SampleSource {
    let pair: IDXPair
    private let images: IDXFile, labels: IDXFile
    let channels: Int

    /// Every label that the samples have.
    let checks: [SampleCheck]

    /// What is wrong with files that cannot be read or are none of the kind.
    struct Damage: Error {
        var faults: [DataFault] = []
    }

    /// Opens both files.
    static func open(_ pair: IDXPair, channels: Int) -> Result<IDXSamples, Damage> {
        var damage = Damage()
        func read<Value>(_ file: DataFile, _ body: () throws(MDLSTMError) -> Value) -> Value? {
            do { return try body() } catch {
                damage.faults.append(DataFault(error, path: file.path, name: file.name, canBeLeftOut: false))
                return nil
            }
        }
        let images = read(pair.images) { () throws(MDLSTMError) in try IDXFile(contentsOf: pair.images.path, .images) }
        let labels = read(pair.labels) { () throws(MDLSTMError) in
            let file = try IDXFile(contentsOf: pair.labels.path, .labels)
            return (file: file, values: try file.bytes(0..<file.shape[0]))
        }
        guard let images, let labels else { return .failure(damage) }
        let checks = labels.values.prefix(images.shape[0]).map { label in
            SampleCheck(labels: [LabelCount(label: Int(label), count: 1, first: 0)])
        }
        return .success(IDXSamples(pair: pair, images: images, labels: labels.file, channels: channels, checks: checks))
    }

    private init(pair: IDXPair, images: IDXFile, labels: IDXFile, channels: Int, checks: [SampleCheck]) {
        (self.pair, self.images, self.labels) = (pair, images, labels)
        (self.channels, self.checks) = (channels, checks)
    }

    var count: Int { min(images.shape[0], labels.shape[0]) }
    func name(of index: Int) -> String { "sample \(index)" }
    func extents(of index: Int) -> [Int] { Array(images.shape.dropFirst()) }

    /// That one file has more entries than the other; nil where it has not.
    var countFault: DataFault? {
        let (found, expected) = (labels.shape[0], images.shape[0])
        guard found != expected else { return nil }
        return DataFault(
            pair.labels.name, found: counted(found, "label"), expected: "\(expected)",
            but: "\(pair.images.name) has \(counted(expected, "image"))", advice: "get the files that belong together",
            canBeLeftOut: false)
    }

    func sample<T: Scalar>(at index: Int, as type: T.Type) throws -> Sample<T> {
        let values = Self.units(try images.bytes(index..<(index + 1)), channels: channels, as: T.self)
        let label = Int32(try labels.bytes(index..<(index + 1))[0])
        return Sample(
            input: Tensor(shape: extents(of: index) + [channels], values: values),
            target: .labels(Tensor(shape: [], values: [label])))
    }

    func place(ofLabel site: Int, sample: Int) -> (file: String, place: String) {
        (pair.labels.name, "sample \(sample)")
    }

    /// Bytes as numbers from 0 to 1; an alpha of 1 where one is asked for.
    @_specialize(where T == Float)
    @_specialize(where T == Double)
    private static func units<T: Scalar>(_ bytes: [UInt8], channels: Int, as _: T.Type) -> [T] {
        let levels = (0...255).map { T($0) / 255 }
        if channels == 1 { return bytes.map { levels[Int($0)] } }
        return bytes.flatMap { byte in
            (0..<channels).map { channels % 2 == 0 && $0 == channels - 1 ? 1 : levels[Int(byte)] }
        }
    }
}

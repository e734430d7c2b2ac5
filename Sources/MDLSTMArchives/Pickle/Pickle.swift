import MDLSTM

/// The tables that a pickle's values stand in, counted, so that a small file cannot make large ones.
struct Pickle {
    let bytes: [UInt8]
    let name: String

    /// What the whole pickle is.
    var root = PickleValue.none

    private(set) var storages: [PickleStorage] = []
    private(set) var tensors: [PickleTensor] = []
    private var tuples: [Range<Int>] = []
    private var elements: [PickleValue] = []

    /// Members of each dictionary, those whose keys are no strings counted too.
    private var sizes: [Int32] = []

    /// The pairs of all dictionaries whose keys are strings, in the order of the file.
    private var pairs: [(dictionary: Int, key: PickleText, value: PickleValue)] = []

    /// What the tables hold together.
    private var entryCount = 0

    /// Most bytes of a pickle, and most entries of its tables: those of some 100,000 tensors.
    static let mostBytes = 1 << 25
    static let mostEntries = 1 << 22

    init(_ bytes: [UInt8], name: String) {
        self.bytes = bytes
        self.name = name
    }

    /// Throws `.data` where the tables would get larger than those of any state dict.
    mutating func count(_ entries: Int) throws(MDLSTMError) {
        entryCount += entries
        guard entryCount <= Self.mostEntries else {
            throw failure("at most \(Self.mostEntries) values", found: "more", advice: "save the state dict alone")
        }
    }

    mutating func add(_ storage: PickleStorage) throws(MDLSTMError) -> PickleValue {
        try count(2)
        storages.append(storage)
        return .storage(storages.count - 1)
    }

    mutating func add(_ tensor: PickleTensor) throws(MDLSTMError) -> PickleValue {
        try count(4)
        tensors.append(tensor)
        return .tensor(tensors.count - 1)
    }

    mutating func addTuple(_ values: ArraySlice<PickleValue>) throws(MDLSTMError) -> PickleValue {
        try count(1 + values.count)
        tuples.append(elements.count..<elements.count + values.count)
        elements += values
        return .tuple(tuples.count - 1)
    }

    mutating func addDictionary() throws(MDLSTMError) -> PickleValue {
        try count(1)
        sizes.append(0)
        return .dictionary(sizes.count - 1)
    }

    /// Sets a member; nothing is kept of one whose key is no string.
    mutating func set(_ key: PickleValue, to value: PickleValue, in dictionary: Int) throws(MDLSTMError) {
        sizes[dictionary] += 1
        guard case .text(let key) = key else { return }
        try count(3)
        pairs.append((dictionary, key, value))
    }

    func isEmpty(dictionary: Int) -> Bool { sizes[dictionary] == 0 }

    func elements(of tuple: Int) -> ArraySlice<PickleValue> { elements[tuples[tuple]] }

    /// The elements of a tuple of integers, or nil.
    func integers(of tuple: Int) -> [Int]? {
        let values = elements(of: tuple)
        let integers = values.compactMap(\.integer)
        return integers.count == values.count ? integers : nil
    }

    /// The members of every dictionary, in the order of the file.
    func dictionaries() -> [[(key: PickleText, value: PickleValue)]] {
        var dictionaries: [[(key: PickleText, value: PickleValue)]] = Array(repeating: [], count: sizes.count)
        for pair in pairs { dictionaries[pair.dictionary].append((pair.key, pair.value)) }
        return dictionaries
    }

    /// The bytes of a string.
    func bytes(of text: PickleText) -> ArraySlice<UInt8> { bytes[text.range] }

    /// A string.
    ///
    /// Throws `.data` when it is no UTF-8, or takes long to compare by its combining marks.
    func string(_ text: PickleText) throws(MDLSTMError) -> String {
        guard let string = String(validating: bytes(of: text), as: UTF8.self), string.isStreamSafe else {
            throw failure("names in UTF-8", found: "other bytes at \(text.start)")
        }
        return string
    }

    func failure(
        _ expected: String, found: String, advice: String = "the file is damaged, or no state dict"
    ) -> MDLSTMError {
        MDLSTMError(.data, "\(name): expected \(expected) in its pickle, found \(found); \(advice)")
    }
}

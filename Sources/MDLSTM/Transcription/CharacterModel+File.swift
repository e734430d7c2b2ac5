// In files: the counts' two tensors, and a JSON object in the metadata `characterModel`: version, order, alphabet.
extension CharacterModel {
    private static let key = "characterModel", version = 1

    /// The model's file, safetensors.
    var file: TensorFile {
        var file = TensorFile(name: "language model")
        let json: JSONValue = [
            "version": .integer(Self.version), "order": .integer(order), "alphabet": alphabet.json,
        ]
        file.metadata[Self.key] = json.serialized()
        for (name, entry) in counts.entries { file.append(name, entry) }
        return file
    }

    /// Writes the model to a file, safetensors; see `TensorFile.write(to:)` for what can fail.
    public func write(to path: String) throws(MDLSTMError) {
        try writeFile(file.serialized(), to: path)
    }

    /// Reads the file of a model.
    ///
    /// - Throws: ``MDLSTMError`` of kind `missingInput` when it cannot be read, of kind `data` when it is none or damaged.
    public init(contentsOf path: String) throws(MDLSTMError) {
        try self.init(TensorFile(contentsOf: path))
    }

    package init(_ file: TensorFile) throws(MDLSTMError) {
        guard let text = file.metadata[Self.key] else {
            throw MDLSTMError(
                .data,
                "\(file.name): expected a language model, found other tensors; make one with 'mdlstm language-model'")
        }
        let json = try JSONValue(parsing: text, name: file.name)
        guard json["version"]?.intValue == Self.version, let order = json["order"]?.intValue,
            Self.orders.contains(order), let symbols = json["alphabet"]
        else {
            throw MDLSTMError(
                .data,
                "\(file.name): expected version \(Self.version) of a language model of order \(Self.orders.lowerBound) to "
                    + "\(Self.orders.upperBound) with its alphabet; make it again with 'mdlstm language-model'")
        }
        let alphabet = try Alphabet(.characters, json: symbols, name: file.name)
        guard let counts = try ContextCounts(file, classes: alphabet.count, longest: order - 1) else {
            throw MDLSTMError(
                .data,
                "\(file.name): the counts of the language model are missing; make it again with 'mdlstm language-model'"
            )
        }
        self.init(order: order, alphabet: alphabet, counts: counts)
    }
}

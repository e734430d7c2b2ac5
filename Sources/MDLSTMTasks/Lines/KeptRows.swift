public import MDLSTM

extension TransferredWeights {
    /// Gives each symbol of another model's alphabet its row of the last layer, and the blank its own.
    ///
    /// - Parameters:
    ///   - source: the other model
    ///   - earlier: its alphabet
    ///   - alphabet: of the model that the weights are for
    ///   - model: that one
    ///   - seed: of the rows of symbols that are new
    /// - Returns: symbols kept; 0 where the last layers are not dense and of the same inputs
    public mutating func keepRows(
        of source: ModelFile<Element>, _ earlier: Alphabet, for alphabet: Alphabet, in model: ModelConfiguration,
        seed: UInt64
    ) -> Int {
        guard case .dense(let inputs, alphabet.count)? = model.layers.last,
            case .dense(inputs, earlier.count)? = source.model.layers.last
        else { return 0 }
        let (own, others) = (model.layers.count - 1, source.model.layers.count - 1)
        let classes = Dictionary(uniqueKeysWithValues: alphabet.symbols.enumerated().map { ($1, $0 + 1) })
        // The blank is class 0 of both.
        let pairs =
            [(from: 0, to: 0)]
            + earlier.symbols.enumerated().compactMap { index, symbol in
                classes[symbol].map { (from: index + 1, to: $0) }
            }
        let drawn: ParameterTensors<Element> = model.initialParameters(seed: seed)
        for (name, width) in [("weight", inputs), ("bias", 1)] {
            guard let rows = source.parameters["\(others).\(name)"], var kept = drawn["\(own).\(name)"] else {
                return 0
            }
            for (from, to) in pairs {
                for element in 0..<width { kept.values[to * width + element] = rows.values[from * width + element] }
            }
            parameters["\(own).\(name)"] = kept
        }
        self.drawn.removeAll { $0 == own }
        return pairs.count - 1
    }
}

public import MDLSTM

/// A configuration for text with everything that the text decides filled in.
public struct FilledText: Sendable {
    /// As it is written: numbers in the place of "auto", the alphabet among them.
    public let configuration: RunConfiguration
    public let model: ModelConfiguration
    public let alphabet: Alphabet

    /// Symbols of a piece between two updates, and streams that are read side by side.
    public let sequence: Int, batch: Int

    /// - Parameters:
    ///   - given: where nothing need be filled in
    ///   - alphabet: of the text, or of the model that is trained on
    ///   - name: of the configuration, for messages
    /// - Throws: `MDLSTMError` of kind `data` where the configuration is none for text.
    public init(_ given: RunConfiguration, alphabet: Alphabet, name: String) throws(MDLSTMError) {
        var run = given
        guard run.task.kind == .nextSymbol else {
            throw MDLSTMError(
                .data,
                "\(name): the task is \(run.task.kind.rawValue), the data are for \(TaskKind.nextSymbol.rawValue)")
        }
        guard case .samples(let batch) = run.training.batch else {
            throw MDLSTMError(
                .data, "\(name): 'batchSites' is for samples of many sizes; text needs 'batch', streams side by side")
        }
        guard run.data.augmentation == Augmentation() else {
            throw MDLSTMError(.data, "\(name): 'augment' is for pictures; text takes none: leave it out")
        }
        (run.task.unit, run.task.alphabet) = (alphabet.unit, alphabet)
        let model = try run.model.filled(
            inputSize: 1, axes: 1, outputSize: alphabet.count, symbols: alphabet.count, name: name)
        guard let symbols = model.layers.first?.symbols, symbols == alphabet.count else {
            throw MDLSTMError(
                .data,
                "\(name): the first layer must take the \(alphabet.count) classes of symbols; put an embedding or oneHot of "
                    + "\"symbols\": \"auto\" there")
        }
        do { try model.requireCarryingStates() } catch { throw MDLSTMError(.data, "\(name): \(error.message)") }
        run.model = ModelTemplate(model, frozen: run.model.frozen)
        run.data.normalization = .unit
        run.training.monitor = try run.task.kind.monitor(named: run.training.monitor).name
        (configuration, self.model, self.alphabet) = (run, model, alphabet)
        (sequence, self.batch) = (run.task.sequence, batch)
    }
}

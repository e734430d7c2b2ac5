/// An unfinished training in one file: everything a resumed run needs to end with the same bits.
///
/// A safetensors file of the parameters under their own names, `moments.NAME`, `squares.NAME`, `carried.NAME` and `history.NAME`; its
/// metadata have the model's configuration and, under `checkpoint`, version, step, data position and what fixes the run.
public struct Checkpoint<Element: Scalar>: Sendable {
    public var model: ModelConfiguration
    public var state: TrainerState<Element>

    /// The number of batches taken from the data; the next step takes the batch after them.
    public var dataPosition: Int

    /// The identity of the run apart from its model: task, seed, learning rates.
    public var run: JSONValue

    /// The figures recorded by the task so far, by name.
    public var history: ParameterTensors<Double>

    public init(
        model: ModelConfiguration, state: TrainerState<Element>, dataPosition: Int, run: JSONValue,
        history: ParameterTensors<Double> = ParameterTensors()
    ) {
        self.model = model
        self.state = state
        self.dataPosition = dataPosition
        self.run = run
        self.history = history
    }

    /// Reads a checkpoint.
    ///
    /// - Throws: ``MDLSTMError`` when the file is damaged, no checkpoint or of another precision, or a tensor is missing,
    ///   misshapen or not finite.
    public init(contentsOf path: String) throws(MDLSTMError) {
        try self.init(try TensorFile(contentsOf: path), path: path)
    }

    package init(_ file: TensorFile, path: String) throws(MDLSTMError) {
        guard let text = file.metadata[checkpointKey], let configuration = try file.configuration() else {
            throw MDLSTMError(
                .data, "\(path): no '\(checkpointKey)' in the metadata; expected a file of 'train --checkpoint-every'")
        }
        let name = "\(path), metadata '\(checkpointKey)'"
        var reader = try ConfigurationReader(try JSONValue(parsing: text, name: name), name: name)
        try reader.checkVersion()
        let precision = try reader.required("precision", "float32 or float64") {
            $0.stringValue.flatMap(Precision.init(rawValue:))
        }
        guard precision == Element.precision else {
            throw MDLSTMError(
                .option,
                "\(path): a training in \(precision.rawValue), found --precision \(Element.precision.rawValue); resume it "
                    + "with the precision it has")
        }
        // The random streams count steps in 32 bits, and the next step must be one of them.
        let steps = try reader.required("step", "a whole number from 0 and below 2^32 - 1") {
            $0.intValue.flatMap { (0..<Int(UInt32.max)).contains($0) ? $0 : nil }
        }
        dataPosition = try reader.required("dataPosition", "a whole number from 0 and below 2^53") {
            $0.intValue.flatMap { (0..<1 << 53).contains($0) ? $0 : nil }
        }
        run = try reader.required("run", "an object") { $0.objectValue.map { .object($0) } }
        try reader.finish()
        model = try ModelConfiguration(json: configuration, name: path)

        var parts: [Part: TensorFile] = [:]
        var history = ParameterTensors<Double>()
        for tensor in file.names {
            let (part, own) = Part.split(tensor)
            // No tensor of a safetensors file is called so.
            guard own != "__metadata__" else {
                throw MDLSTMError(
                    .data,
                    "\(path): unexpected tensor '\(tensor)'; expected those of a file of 'train --checkpoint-every'")
            }
            if part == .history {
                history[own] = try file.tensor(tensor)
            } else {
                parts[part, default: TensorFile(name: path)].append(own, file[tensor]!)
            }
        }
        let shapes = model.parameterShapes
        func tensors(_ part: Part) throws(MDLSTMError) -> ParameterTensors<Element> {
            try (parts[part] ?? TensorFile(name: path)).parameters(of: shapes)
        }
        self.history = history
        state = TrainerState(
            parameters: try tensors(.parameters), moments: try tensors(.moments), squares: try tensors(.squares),
            stepsTaken: steps, carried: try parts[.carried]?.tensors() ?? ParameterTensors())
        try state.carried.requireFinite()
    }

    /// Writes the checkpoint whole or not at all; see `TensorFile.write(to:)` for what can fail.
    public func write(to path: String) throws(MDLSTMError) {
        var file = TensorFile(name: path)
        file.metadata[configurationKey] = model.json.serialized()
        let members: JSONValue = [
            "version": 1, "precision": .string(Element.precision.rawValue), "step": .integer(state.stepsTaken),
            "dataPosition": .integer(dataPosition), "run": run,
        ]
        file.metadata[checkpointKey] = members.serialized()
        for (part, tensors) in [
            (Part.parameters, state.parameters), (.moments, state.moments), (.squares, state.squares),
            (.carried, state.carried),
        ] {
            for (name, tensor) in tensors.entries { file.append(part.prefix + name, tensor) }
        }
        for (name, tensor) in history.entries { file.append(Part.history.prefix + name, tensor) }
        try file.write(to: path)
    }
}

/// The key of `__metadata__` that tells a checkpoint from a model.
package let checkpointKey = "checkpoint"

/// What a tensor of a checkpoint belongs to.
private enum Part: String, CaseIterable {
    case parameters, moments, squares, carried, history

    /// What its tensors' names begin with.
    var prefix: String { self == .parameters ? "" : rawValue + "." }

    /// The part a tensor belongs to, and its name there.
    static func split(_ name: String) -> (part: Part, name: String) {
        for part in [Part.moments, .squares, .carried, .history] where name.hasPrefix(part.prefix) {
            return (part, String(name.dropFirst(part.prefix.count)))
        }
        return (.parameters, name)
    }
}

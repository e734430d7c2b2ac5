/// A model as a configuration describes it, where sizes that the data decide may be left open.
///
/// `"auto"`, or nothing, stands for the features of the data or of the layer before (`inputSize`), the axes of the grid at
/// hand (`axes`), as the `outputSize` of a layer for the outputs that the task needs, and as the `symbols` of an embedding or of
/// one-hot vectors for those of a text. `directions` may be `"all"` or `"forward"`, which they are where nothing is said. A
/// `grid` that names no `gridOutput` has that of a new layer. A layer with `"frozen": true` keeps its weights.
public struct ModelTemplate: Sendable, Equatable {
    private let inputSize: Int?, axes: Int?
    private let layers: [JSONObject]

    /// Layers that keep their weights, by number from 0.
    public private(set) var frozen: Set<Int>

    /// - Throws: ``MDLSTMError`` of kind `data` naming the key, what was expected and what was found.
    public init(json: JSONValue, name: String) throws(MDLSTMError) {
        var reader = try ConfigurationReader(json, name: name)
        inputSize = try reader.size("inputSize")
        axes = try reader.size("axes", from: 0)
        let list = try reader.required("layers", "a list of layers") { $0.arrayValue }
        try reader.finish()
        var layers: [JSONObject] = []
        var frozen: Set<Int> = []
        for (index, layer) in list.enumerated() {
            guard var members = layer.objectValue else {
                throw MDLSTMError(.data, "\(name), layer \(index): expected an object, found \(layer.serialized())")
            }
            if let isFrozen = members["frozen"] {
                guard let isFrozen = isFrozen.boolValue else {
                    throw MDLSTMError(
                        .data, "\(name), layer \(index): 'frozen' must be true or false, found \(isFrozen.serialized())"
                    )
                }
                if isFrozen { frozen.insert(index) }
                members["frozen"] = nil
            }
            layers.append(members)
        }
        (self.layers, self.frozen) = (layers, frozen)
    }

    /// The same with other layers frozen.
    ///
    /// - Throws: ``MDLSTMError`` of kind `option` for a layer that it does not have.
    public func freezing(_ frozen: Set<Int>) throws(MDLSTMError) -> ModelTemplate {
        if let index = frozen.sorted().first(where: { !layers.indices.contains($0) }) {
            throw MDLSTMError(
                .option, "layer \(index) is to be frozen; the model has layers 0 to \(layers.count - 1)")
        }
        var template = self
        template.frozen = frozen
        return template
    }

    /// A model of which nothing is left open.
    public init(_ model: ModelConfiguration, frozen: Set<Int> = []) {
        (inputSize, axes, self.frozen) = (model.inputSize, model.axes, frozen)
        layers = model.layers.map { $0.json.objectValue ?? [:] }
    }

    /// Recurrent layers, which may be none, of which nothing is left open but, if asked for, how many features the first reads.
    init(
        inputSize: Int, axes: Int, layers: [LayerConfiguration], frozen: Set<Int> = [], leavesInputOpen: Bool
    ) {
        (self.inputSize, self.axes, self.frozen) = (inputSize, axes, frozen)
        var members = layers.map { LayerDescription.recurrent($0).json.objectValue ?? [:] }
        if leavesInputOpen, !members.isEmpty { members[0]["inputSize"] = "auto" }
        self.layers = members
    }

    /// The layers, each over the hidden units of the one before, where all are recurrent.
    ///
    /// - Throws: ``MDLSTMError`` of kind `data` naming the layer that is none.
    public func recurrentLayers(inputSize: Int, axes: Int, name: String) throws(MDLSTMError) -> [LayerConfiguration] {
        var size = inputSize
        var found: [LayerConfiguration] = []
        for (index, layer) in layers.enumerated() {
            let own = "\(name), layer \(index)"
            let members = try Self.filled(layer, size: size, axes: axes, outputSize: 1, name: own)
            guard case .recurrent(let configuration, _) = try LayerDescription(json: .object(members), name: own) else {
                throw MDLSTMError(
                    .data, "\(own): found '\(layer["type"]?.stringValue ?? "")', expected recurrent layers alone")
            }
            found.append(configuration)
            size = configuration.hiddenSize
        }
        return found
    }

    /// The model for inputs of `inputSize` features over `axes` axes and `outputSize` outputs; of symbols, where there are
    /// some, the first layer takes as many.
    ///
    /// - Throws: ``MDLSTMError`` of kind `data` naming what does not fit the data or the layer before it.
    public func filled(
        inputSize features: Int, axes dataAxes: Int, outputSize: Int, symbols: Int? = nil, name: String
    ) throws(MDLSTMError) -> ModelConfiguration {
        guard inputSize ?? features == features, axes ?? dataAxes == dataAxes else {
            throw MDLSTMError(
                .data,
                "\(name): the model takes \(counted(inputSize ?? features, "feature")) over "
                    + "\(counted(axes ?? dataAxes, "axis", plural: "axes")), the data have "
                    + "\(counted(features, "feature")) over \(counted(dataAxes, "axis", plural: "axes"))")
        }
        var (size, current) = (features, dataAxes)
        var descriptions: [LayerDescription] = []
        for (index, layer) in layers.enumerated() {
            let own = "\(name), layer \(index)"
            var members = try Self.filled(layer, size: size, axes: current, outputSize: outputSize, name: own)
            let takesSymbols = ["embedding", "oneHot"].contains(layer["type"]?.stringValue)
            if takesSymbols, let symbols, members["symbols"] == nil || members["symbols"] == "auto" {
                members["symbols"] = .integer(symbols)
            }
            let description = try LayerDescription(json: .object(members), name: own)
            descriptions.append(description)
            size = description.kind.outputSize(for: size) ?? size
            current = description.kind.outputAxes(for: current)
        }
        let model: ModelConfiguration
        do { model = try ModelConfiguration(inputSize: features, axes: dataAxes, layers: descriptions) } catch {
            throw MDLSTMError(.data, "\(name): \(error.message)")
        }
        guard model.outputSize == outputSize else {
            throw MDLSTMError(
                .data,
                "\(name): the model has \(counted(model.outputSize, "output")), the task needs \(outputSize); write \"auto\" "
                    + "as the outputSize of its last layer")
        }
        return model
    }

    /// A layer's members with numbers in the place of what is open.
    private static func filled(
        _ layer: JSONObject, size: Int, axes: Int, outputSize: Int, name: String
    ) throws(MDLSTMError) -> JSONObject {
        var filled = layer
        let type = layer["type"]?.stringValue ?? ""
        func isOpen(_ key: String) -> Bool { layer[key] == nil || layer[key] == "auto" }
        if ["recurrent", "dense", "convolution", "batchNorm"].contains(type), isOpen("inputSize") {
            filled["inputSize"] = .integer(size)
        }
        if layer["outputSize"] == "auto" { filled["outputSize"] = .integer(outputSize) }
        guard type == "recurrent" else { return filled }
        let cell = layer["cell"]?.stringValue.flatMap(Cell.init)
        let scanned = axes + (cell?.traits.hasDepth == true ? 1 : 0)
        guard scanned > 0 else {
            throw MDLSTMError(
                .data,
                "\(name): a recurrent layer scans an axis, but its samples are single sites; put it before the pool")
        }
        if isOpen("axes") { filled["axes"] = .integer(scanned) }
        // Where files say nothing they are older than the option; a configuration is for a new layer.
        if cell?.traits.hasDepth == true, layer["gridOutput"] == nil {
            filled["gridOutput"] = .string(GridOptions().output.rawValue)
        }
        let directions = cell?.directions(axes: scanned) ?? Direction.all(axes: scanned)
        func listed(_ directions: [Direction]) -> JSONValue { .array(directions.map { .string($0.description) }) }
        switch layer["directions"] {
        case "all": filled["directions"] = listed(directions)
        case nil, "forward", "auto": filled["directions"] = listed([.forward(axes: scanned)])
        default: break
        }
        return filled
    }

    /// As it stands in files, under `model`.
    public var json: JSONValue {
        var list: [JSONValue] = []
        for (index, layer) in layers.enumerated() {
            var members = layer
            if frozen.contains(index) { members["frozen"] = true }
            list.append(.object(members))
        }
        return [
            "inputSize": inputSize.map { .integer($0) } ?? "auto", "axes": axes.map { .integer($0) } ?? "auto",
            "layers": .array(list),
        ]
    }
}

extension ConfigurationReader {
    /// A whole number, nil for "auto" and where it is absent.
    fileprivate mutating func size(_ key: String, from least: Int = 1) throws(MDLSTMError) -> Int? {
        try optional(key, "a whole number or \"auto\"") { value -> Int?? in
            if value == "auto" { return .some(nil) }
            return value.intValue.flatMap { $0 >= least ? $0 : nil }.map { .some($0) }
        } ?? nil
    }
}

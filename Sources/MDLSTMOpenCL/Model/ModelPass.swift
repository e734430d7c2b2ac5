package import MDLSTM
package import OpenCLRuntime

/// A model over one grid on the device: every layer's buffers, and its forward and backward pass.
package final class ModelPass<Element: Scalar> {
    /// One layer at work: what it keeps on the device between the forward and the backward pass.
    private enum Stage {
        case recurrent(any RecurrentPass<Element>)
        case dense(Dense<Element>)
        case activation(Activation, output: Buffer<Element>)
        case embedding(symbols: Int, weight: Int, output: Buffer<Element>)
        /// The output, and where the gradient by it goes.
        case dropout(Double, output: Buffer<Element>)
        case patch(sites: Buffer<Int32>, places: Buffer<Int32>, placeCount: Int, output: Buffer<Element>)
    }

    package let model: ModelConfiguration
    private let staged: StagedBuffer<Element>
    package let inputGrid: Grid
    package let outputGrid: Grid

    private let library: KernelLibrary
    private var stages: [Stage] = []

    /// The masks of the last forward pass.
    private var noise: NoiseKey?

    /// The input, then the output of every layer; the gradients by each input, nil where nobody wants one.
    private var values: [Buffer<Element>]
    private var inputGradients: [Buffer<Element>?] = []

    package init(
        model: ModelConfiguration, grid: Grid, layout: ParameterLayout, library: KernelLibrary, path: ComputePath,
        training: Bool, recompute: Bool = false
    ) throws {
        self.model = model
        self.library = library
        inputGrid = grid
        let context = library.context
        staged = try context.makeStagedBuffer(of: Element.self, count: grid.siteCount * model.inputSize)
        let input = staged.buffer
        values = [input]
        var grid = grid
        var features = model.inputSize
        let workSpace = WorkSpace<Element>(context: context)
        for (index, layer) in model.layers.enumerated() {
            let wanted = training && !layout.shapes.isEmpty && index > Self.firstTrainedLayer(of: model)
            let count = grid.siteCount * features
            inputGradients.append(wanted ? try context.makeBuffer(of: Element.self, count: count) : nil)
            features = model.featureSizes[index]
            let prefix = "\(index)."
            switch layer {
            case .recurrent(let configuration, let merge):
                let recurrent = try library.makeRecurrentPass(
                    configuration, grid: grid, path: path, training: training,
                    slots: RecurrentSlots(layout, prefix: prefix), merge: merge, inputGradient: wanted,
                    recomputing: recompute ? workSpace : nil)
                stages.append(.recurrent(recurrent))
                values.append(input)  // replaced in every forward pass by the layer's own buffer
            case .dense(let inputSize, let outputSize):
                let dense = try Dense<Element>(
                    inputSize: inputSize, outputSize: outputSize, sites: grid.siteCount,
                    weight: layout.offset(prefix + "weight"), bias: layout.offset(prefix + "bias"), library: library)
                stages.append(.dense(dense))
                values.append(dense.output)
            case .activation(let activation):
                let output = try context.makeBuffer(of: Element.self, count: grid.siteCount * features)
                stages.append(.activation(activation, output: output))
                values.append(output)
            case .patch(let window):
                let table = try PatchTable(grid: grid, window: window)
                grid = table.outputGrid
                let output = try context.makeBuffer(of: Element.self, count: grid.siteCount * features)
                stages.append(
                    .patch(
                        sites: try context.makeBuffer(copying: table.sites),
                        places: try context.makeBuffer(copying: table.places), placeCount: table.placeCount,
                        output: output))
                values.append(output)
            case .embedding(let symbols, _):
                let output = try context.makeBuffer(of: Element.self, count: grid.siteCount * features)
                stages.append(
                    .embedding(symbols: symbols, weight: layout.offset(prefix + "weight"), output: output))
                values.append(output)
            case .dropout(let rate):
                let output = try context.makeBuffer(of: Element.self, count: count)
                stages.append(.dropout(rate, output: output))
                values.append(output)
            }
        }
        outputGrid = grid
    }

    /// The first layer with parameters: gradients need to reach no further back.
    private static func firstTrainedLayer(of model: ModelConfiguration) -> Int {
        model.layers.firstIndex {
            switch $0 {
            case .recurrent, .dense, .embedding: true
            case .activation, .patch, .dropout: false
            }
        } ?? model.layers.count
    }

    /// The model's output after ``forward(parameters:training:)``, `[sites, O]`.
    package var output: Buffer<Element> { values.last! }

    /// Input and layer outputs by name, in order.
    package func named() throws -> [(name: String, values: [Element])] {
        try values.enumerated().map { index, buffer in
            (index == 0 ? "the input" : "the output of layer \(index - 1)", try buffer.read())
        }
    }

    /// Copies the model's input to the device, `[sites, I]`.
    package func write(input: [Element]) throws { try staged.write(input) }

    /// - Parameter noise: of dropout and zoneout in training; nil in inference
    package func forward(parameters: Buffer<Element>, training: Bool, noise: NoiseKey? = nil) throws {
        self.noise = noise
        var grid = inputGrid
        for (index, stage) in stages.enumerated() {
            let x = values[index]
            switch stage {
            case .recurrent(let recurrent):
                values[index + 1] = try recurrent.output(
                    x: x, parameters: parameters, training: training, noise: noise?.of(layer: index))
            case .dense(let dense):
                try dense.forward(x: x, parameters: parameters)
            case .activation(let activation, let output):
                try library.activate(
                    activation, x: x, sites: grid.siteCount, width: model.featureSizes[index], into: output)
            case .patch(let sites, _, let placeCount, let output):
                let features = model.featureSizes[index] / placeCount
                try library.gatherRows(
                    x, stride: features, index: sites, rows: sites.count, terms: 1, width: features, into: output)
                if case .patch(let window) = model.layers[index] {
                    grid = try PatchTable.outputGrid(of: grid, window: window)
                }
            case .embedding(_, let weight, let output):
                try library.embed(
                    x, size: model.featureSizes[index], weight: weight, parameters: parameters, into: output)
            case .dropout(let rate, let output):
                if let noise {
                    try library.dropout(x, rate: rate, key: noise.of(layer: index), into: output)
                    values[index + 1] = output
                } else {
                    values[index + 1] = x
                }
            }
        }
    }

    /// Gradients by all parameters of the model, into `gradients`.
    ///
    /// - Parameter dy: dL/dy, `[sites, O]`
    package func backward(dy: Buffer<Element>, parameters: Buffer<Element>, into gradients: Buffer<Element>) throws {
        var dy = dy
        for index in stages.indices.reversed() {
            let x = values[index]
            let dx = inputGradients[index]
            let features = model.featureSizes[index]
            switch stages[index] {
            case .recurrent(let recurrent):
                try recurrent.gradients(x: x, dy: dy, parameters: parameters, into: gradients, inputGradient: dx)
            case .dense(let dense):
                try dense.weightGradients(x: x, dy: dy, into: gradients)
                if let dx { try dense.inputGradient(dy: dy, parameters: parameters, into: dx) }
            case .activation(let activation, let output):
                if let dx {
                    try library.activationGradient(
                        activation, y: output, dy: dy, sites: output.count / features, width: features, into: dx)
                }
            case .patch(_, let places, let placeCount, _):
                if let dx {
                    let width = features / placeCount
                    try library.gatherRows(
                        dy, stride: width, index: places, rows: places.count, terms: 1, width: width, into: dx)
                }
            case .embedding(let symbols, let weight, _):
                try library.embeddingGradient(
                    x, symbols: symbols, size: features, weight: weight, dy: dy, into: gradients)
            case .dropout(let rate, _):
                if let dx, let noise { try library.dropout(dy, rate: rate, key: noise.of(layer: index), into: dx) }
            }
            guard let dx else { return }
            dy = dx
        }
    }
}

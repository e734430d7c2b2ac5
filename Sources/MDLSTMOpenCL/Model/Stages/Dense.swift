import MDLSTM
import OpenCLRuntime

/// A dense layer at every site of a grid on the device.
final class Dense<Element: Scalar> {
    let inputSize: Int, outputSize: Int, sites: Int
    let library: KernelLibrary

    /// `[sites, O]`
    let output: Buffer<Element>

    /// Offset of `weight` among all parameters.
    private let weight: Int

    /// The vector width V over outputs, and O padded to a multiple of it; on a GPU V divides O.
    private let width: Int, padded: Int

    /// dL/dy with rows of so many, where O is not one of them; made when it is first needed.
    private var wideGradient: Buffer<Element>?

    /// The weights, then the bias, `[OP/V, I + 1, V]`, on a GPU `[I + 1, O]`.
    private let packed: Buffer<Element>
    private let places: PlaceTable
    private let identity: Buffer<Int32>
    private let one: Buffer<Element>
    private let size: ChunkSize

    /// Groups of a chunk of the weight gradient on a GPU.
    private let weightGroups: Int
    private let partial: Buffer<Element>

    init(
        inputSize: Int, outputSize: Int, sites: Int, weight: Int, bias: Int, library: KernelLibrary
    ) throws {
        self.inputSize = inputSize
        self.outputSize = outputSize
        self.sites = sites
        self.library = library
        self.weight = weight
        let traits = library.traits
        width =
            traits.isProcessor
            ? traits.vectorWidth(padding: outputSize, Element.precision)
            : traits.vectorWidth(dividing: outputSize, Element.precision)
        padded = (outputSize + width - 1) / width * width
        weightGroups = WeightTile.groups(depths: [inputSize + 1], columns: outputSize, lanes: width)
        let sums = padded * (inputSize + 1)
        size =
            traits.isProcessor
            ? ChunkSize(rows: sites, sums: sums, wanted: traits.chunks(ofItems: padded / width))
            : ChunkSize(rows: sites, sums: sums, wanted: traits.tiledChunks(groups: weightGroups), atLeast: 128)
        let context = library.context
        output = try context.makeBuffer(of: Element.self, count: sites * outputSize)
        packed = try context.makeBuffer(of: Element.self, count: sums)
        let together = traits.isProcessor ? width : outputSize
        var columns: [Int32] = []
        for block in 0..<(padded / together) {
            for m in 0...inputSize {
                for column in (block * together)..<((block + 1) * together) {
                    let place = m < inputSize ? weight + column * inputSize + m : bias + column
                    columns.append(column < outputSize ? Int32(place) : -1)
                }
            }
        }
        places = try PlaceTable(columns, context: context)
        identity = try context.makeBuffer(copying: (0..<sites).map { Int32($0) })
        one = try context.makeBuffer(copying: [1])
        partial = try context.makeBuffer(of: Element.self, count: size.chunks * sums)
    }

    /// Sites that a work-item of dense_forward computes at a time.
    private static var rows: Int { 8 }

    func forward(x: Buffer<Element>, parameters: Buffer<Element>) throws {
        try library.pack(parameters, by: places, into: packed)
        guard library.traits.isProcessor else { return try forwardInTiles(x: x) }
        try library.tileKernel(
            "dense_forward", Element.self, lanes: width, ["ROWS": Self.rows, "TAIL": padded == outputSize ? 0 : 1]
        ).launch(
            items: padded / width * ((sites + Self.rows - 1) / Self.rows),
            [.int(sites), .int(inputSize), .int(outputSize), .buffer(x), .buffer(packed), .buffer(output)])
    }

    /// - Parameter whole: the constant that says whether four features can be loaded at once
    private func sharedConstants(_ whole: String) -> KernelConstants {
        (["AXES": 0, "GATES": 1] as KernelConstants).adding(whole, inputSize % 4 == 0 ? 1 : 0)
    }

    /// As the input's part of a recurrent layer: `tiles_input.cl`.
    private func forwardInTiles(x: Buffer<Element>) throws {
        let traits = library.traits
        let vectors = min(4, (outputSize + SharedTile.units - 1) / SharedTile.units)
        let choices = try SharedTile.all(vectors: vectors, lanes: width, traits: traits, Element.precision)
        func groups(_ tile: SharedTile) -> Int { tile.count(rows: sites, width: outputSize) }
        let tile = choices.first { groups($0) >= traits.fillingGroups } ?? choices.last!
        try library.sharedTileKernel(
            "tiles_input", Element.self, helpers: ["tile_product"], lanes: width,
            sharedConstants("WHOLE_PLACES").adding(tile.constants).adding("VECTOR_UNITS", tile.units)
        ).launch(
            items: groups(tile) * traits.sharedGroup,
            [
                .int(sites), .int(inputSize), .int(outputSize), .int(1), .buffer(identity), .buffer(identity),
                .buffer(x), .buffer(packed), .buffer(output),
            ])
    }

    /// Computes the gradients of weight and bias; with `adding`, adds them to the present values.
    func weightGradients(
        x: Buffer<Element>, dy: Buffer<Element>, into gradients: Buffer<Element>, adding: Bool = false
    ) throws {
        if library.traits.isProcessor {
            try sumRows(x: x, dy: dy)
        } else {
            try library.sharedTileKernel("tiles_weights", Element.self, lanes: width, sharedConstants("WHOLE_INPUT"))
                .launch(
                    items: weightGroups * size.chunks * library.traits.sharedGroup,
                    [
                        .int(sites), .int(size.rowsPerChunk), .int(size.chunks), .int(inputSize), .int(outputSize),
                        .buffer(identity), .buffer(identity), .buffer(identity), .buffer(x), .buffer(x), .buffer(dy),
                        .buffer(partial),
                    ])
        }
        try library.sumPartials(partial, chunks: size.chunks, by: places, into: gradients, adding: adding)
    }

    /// dL/dy in rows of vectors.
    private func widened(_ dy: Buffer<Element>) throws -> Buffer<Element> {
        guard padded > outputSize else { return dy }
        let wide = try wideGradient ?? library.context.makeBuffer(of: Element.self, count: sites * padded)
        wideGradient = wide
        try library.padRows(dy, rows: sites, count: outputSize, padded: padded, into: wide)
        return wide
    }

    /// The sums over the rows of each chunk, into `partial`.
    private func sumRows(x: Buffer<Element>, dy: Buffer<Element>) throws {
        let dy = try widened(dy)
        let tile = library.traits.rows(sums: 1)
        try library.tileKernel(
            "weight_gradient", Element.self,
            helpers: ["layout"] + KernelVariant.products("weight_products", rows: tile), lanes: width,
            ["AXES": 0, "GATES": 1, "ROWS": tile]
        ).launch(
            items: padded / width * size.chunks,
            [
                .int(sites), .int(size.rowsPerChunk), .int(size.chunks), .int(inputSize), .int(padded),
                .buffer(identity), .buffer(identity), .buffer(identity), .buffer(x), .buffer(x),
                .buffer(one), .buffer(dy), .buffer(partial),
            ])
    }

    /// Computes dL/dx, `[sites, I]`.
    func inputGradient(dy: Buffer<Element>, parameters: Buffer<Element>, into dx: Buffer<Element>) throws {
        try library.inputGradient(
            InputGradientSizes(
                rows: sites, sets: 1, inputSize: inputSize, hiddenSize: outputSize, padded: padded, gates: 1,
                stride: 1, lanes: width, sharesTiles: !library.traits.isProcessor),
            order: identity, sites: identity, weightOffset: weight, parameters: parameters,
            packed: PackedInputWeights(
                buffer: packed, setStride: 0, inputStride: width, gateStride: 0, blockStride: (inputSize + 1) * width),
            da: widened(dy), into: dx)
    }
}

extension Dense: ModelStage {
    func forward(
        _ x: Buffer<Element>, parameters: Buffer<Element>, training: Bool, noise: NoiseKey?
    ) throws -> Buffer<Element> {
        try forward(x: x, parameters: parameters)
        return output
    }

    func backward(_ pass: StageBackward<Element>) throws {
        if let gradients = pass.gradients {
            try weightGradients(x: pass.x, dy: pass.dy, into: gradients, adding: pass.adding)
        }
        if let dx = pass.dx { try inputGradient(dy: pass.dy, parameters: pass.parameters, into: dx) }
    }
}

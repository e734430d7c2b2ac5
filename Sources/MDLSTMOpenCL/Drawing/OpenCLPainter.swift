public import MDLSTM
import OpenCLRuntime

/// Paints pictures on a device, front by front; pixels, states and random numbers stay there.
final class OpenCLPainter<Element: Scalar>: PicturePainter {
    private let pictures: PaintedPictures<Element>
    private let library: KernelLibrary
    private let schedule: Schedule
    private let store: ParameterStore<Element>

    /// The pictures; where each row's pixel lies on them, and from a pixel to its neighbours.
    private let canvas: Buffer<Element>
    private let elements: Buffer<Int32>, offsets: Buffer<Int32>

    /// Of one front: neighbourhoods, whitened by a dense layer; what the head sees.
    private let windows: Buffer<Element>, seen: Buffer<Element>
    private let whitening: Dense<Element>

    /// From whitened numbers to pixels and back, as `mcgsm_draw.cl` has it.
    private let scaling: Buffer<Element>
    private let layers: [FrontLayer<Element>]
    private let head: MCGSMStage<Element>

    /// Where some pixels are given: which rows are drawn, what is said of them; pixels to be set.
    private lazy var given = Result {
        try GivenRows<Element>(schedule.rowCount, outputs: outputs, context: library.context)
    }

    private var model: DensityModel { pictures.density.model }
    private var outputs: Int { model.neighbourhood.outputSize }

    init(_ pictures: PaintedPictures<Element>, library: KernelLibrary) throws {
        (self.pictures, self.library) = (pictures, library)
        let (density, context) = (pictures.density, library.context)
        let (model, outputs) = (density.model, density.model.neighbourhood.outputSize)
        store = try ParameterStore(density.parameters.ordered(as: model.network.parameterShapes), context: context)
        let schedule = try pictures.schedule()
        self.schedule = schedule
        let front = schedule.largestWavefront
        canvas = try context.makeBuffer(copying: pictures.pixels)
        elements = try context.makeBuffer(of: Int32.self, count: schedule.rowCount)
        offsets = try context.makeBuffer(
            copying: (model.neighbourhood.inputs.map { pictures.offset($0.row, $0.column, $0.channel) }
                + model.neighbourhood.inputSites.map { pictures.offset($0.row, $0.column) }).map { Int32($0) })
        let conditions = model.network.inputSize - outputs
        windows = try context.makeBuffer(of: Element.self, count: front * conditions)
        let weights: ParameterTensors<Element> = model.windowWeights(density.whitening)
        whitening = try Dense(
            inputSize: conditions, outputSize: conditions, sites: front, weight: 0,
            bias: conditions * conditions, library: library)
        try whitening.pack(try context.makeBuffer(copying: weights.flat))
        scaling = try context.makeBuffer(copying: Self.scaling(of: pictures))
        guard case .mcgsm(let mixture)? = model.network.layers.last else {
            preconditionFailure("a density ends with its head")
        }
        var maker = StageMaker<Element>(
            library: library, layout: store.layout, path: .fused, workSpace: nil, grid: schedule.grid,
            features: conditions)
        layers = try model.layers.map { [store] layer in
            let made = try FrontLayer(
                layer, over: schedule, slots: RecurrentSlots(store.layout, prefix: maker.prefix),
                parameters: store.values, library: library)
            maker.advance(to: schedule.grid, features: layer.hiddenSize)
            return made
        }
        seen = try context.makeBuffer(of: Element.self, count: front * (mixture.inputs + outputs))
        head = try MCGSMStage(mixture, maker)
        try head.prepare(store.values)
    }

    /// Of each output its rows of W_y^-1 and W_y, its limits, and its row of P.
    private static func scaling(of pictures: PaintedPictures<Element>) -> [Element] {
        let (whitening, D) = (pictures.density.whitening, pictures.density.model.neighbourhood.inputSize)
        let O = whitening.outputSize
        return pictures.limits.enumerated().flatMap { o, limit -> [Element] in
            let own = (o * O)..<((o + 1) * O)
            let numbers =
                whitening.outputUnwhitening.values[own] + whitening.outputWhitening.values[own]
                + [limit.lowerBound, limit.upperBound] + whitening.predictor.values[(o * D)..<((o + 1) * D)]
            return numbers.map { Element($0) }
        }
    }

    func pixels() throws -> [Element] { try canvas.read() }

    func set(_ pixels: [Element], at elements: [Int]) throws {
        let given = try given.get()
        for part in pixels.indices.pieces(ofAtMost: schedule.rowCount) {
            try given.places.write(
                elements[part].map { Int32($0) } + Array(repeating: -1, count: schedule.rowCount - part.count))
            try given.pixels.write(Array(pixels[part]))
            try library.scatterRows(
                given.pixels, width: 1, to: given.places, of: canvas, stride: 1, adding: false)
        }
    }

    func paint(_ pass: PaintPass) throws -> PaintedSites<Element>? {
        try elements.write(pictures.elements(of: schedule, corners: pass.corners))
        let given = try pass.drawn.map { _ in try self.given.get() }
        if let drawn = pass.drawn, let given {
            var rows = Array(repeating: Int32(0), count: schedule.rowCount)
            for (site, row) in schedule.rowsOfSites.enumerated() where drawn[site] { rows[Int(row)] = 1 }
            try given.drawn.write(rows)
        }
        for front in 0..<schedule.wavefrontCount {
            try paint(front, step: pass.step, given)
            // Progress waits for what has been done so far, so that drivers do not gather launches without end.
            if front % 64 == 63 {
                try library.context.finish()
                pass.progress(Double(front + 1) / Double(schedule.wavefrontCount))
            }
        }
        guard let given else { return nil }
        let (nats, pixels) = (try given.nats.read(), try given.values.read())
        return PaintedSites(
            nats: schedule.rowsOfSites.map { nats[Int($0)] },
            pixels: schedule.rowsOfSites.flatMap { pixels[(Int($0) * outputs)..<((Int($0) + 1) * outputs)] })
    }

    private func paint(_ front: Int, step: UInt32, _ given: GivenRows<Element>?) throws {
        let (first, rows) = (schedule.wavefronts[front], schedule.rowsPerSet(wavefront: front))
        let (inputs, conditions) = (model.neighbourhood.inputSize, model.network.inputSize - outputs)
        let (above, beside, below) = pictures.padding
        try library.elementKernel(
            "picture_windows", Element.self,
            ["PADDED": conditions > inputs ? 1 : 0, "CHANNELS": pictures.channels]
        ).launch(
            items: rows,
            [
                .int(first), .int(rows), .int(inputs), .int(conditions - inputs), .int(pictures.height),
                .int(pictures.width), .int(above), .int(beside), .int(below), .buffer(elements), .buffer(offsets),
                .buffer(canvas), .buffer(windows),
            ])
        try whitening.multiply(x: windows, sites: rows)
        let u = whitening.output
        var x = (buffer: u, size: conditions)
        for layer in layers { x = (try layer.forward(front, x: x.buffer), layer.size) }
        let isSkipped = model.options.skip && !layers.isEmpty
        let width = x.size + (isSkipped ? conditions : 0) + outputs
        try library.elementKernel("join_columns", Element.self).launch(
            items: rows * width,
            [
                .int(rows), .int(width), .int(x.size), .int(0), .int(0), .int(x.size), .int(conditions), .int(0),
                .int(x.size), .int(isSkipped ? conditions : 0), .buffer(x.buffer), .buffer(u), .buffer(seen),
            ])
        let seed = pictures.seed
        try head.draw(
            seen, rows: rows,
            [
                "GIVEN": given == nil ? 0 : 1, "CHANNELS": pictures.channels, "FIRST": pictures.firstOutput,
            ],
            [
                .int(first), .int(rows), .int(pictures.size), .int(inputs), .int(conditions),
                .int32(Int32(bitPattern: step)), .int32(Int32(truncatingIfNeeded: seed)),
                .int32(Int32(truncatingIfNeeded: seed >> 32)), .buffer(elements),
            ],
            [.buffer(u), .buffer(scaling), .buffer(canvas)]
                + (given.map { [.buffer($0.drawn), .buffer($0.nats), .buffer($0.values)] } ?? []))
    }
}

/// Buffers of all rows of a pass of which some are given.
private struct GivenRows<Element: Scalar> {
    let drawn: Buffer<Int32>, nats: Buffer<Element>, values: Buffer<Element>

    /// Pixels to be set, and where.
    let pixels: Buffer<Element>, places: Buffer<Int32>

    init(_ rows: Int, outputs: Int, context: Context) throws {
        drawn = try context.makeBuffer(of: Int32.self, count: rows)
        nats = try context.makeBuffer(of: Element.self, count: rows)
        values = try context.makeBuffer(of: Element.self, count: rows * outputs)
        pixels = try context.makeBuffer(of: Element.self, count: rows)
        places = try context.makeBuffer(of: Int32.self, count: rows)
    }
}

extension OpenCLBackend {
    public func makePainter(_ pictures: PaintedPictures<Element>) throws -> any PicturePainter<Element> {
        try OpenCLPainter(pictures, library: library)
    }
}

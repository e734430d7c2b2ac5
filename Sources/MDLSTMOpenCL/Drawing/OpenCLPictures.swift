public import MDLSTM
import OpenCLRuntime

/// Draws pictures on a device, front by front; pixels, states and random numbers stay there.
final class OpenCLPictures<Element: Scalar> {
    private let request: PictureRequest<Element>
    private let library: KernelLibrary
    private let canvas: PictureCanvas
    private let schedule: Schedule
    private let store: ParameterStore<Element>

    /// The canvases; where each row's pixel lies on them, and from a pixel to its neighbours.
    private let pixels: Buffer<Element>
    private let elements: Buffer<Int32>, offsets: Buffer<Int32>

    /// Of one front: neighbourhoods, whitened by a dense layer; what the head sees.
    private let windows: Buffer<Element>, seen: Buffer<Element>
    private let whitening: Dense<Element>
    private let predictor: Buffer<Element>
    private let layers: [FrontLayer<Element>]
    private let head: MCGSMStage<Element>

    init(_ request: PictureRequest<Element>, library: KernelLibrary) throws {
        (self.request, self.library) = (request, library)
        let (model, context) = (request.model, library.context)
        store = try ParameterStore(request.parameters.ordered(as: model.network.parameterShapes), context: context)
        let canvas = PictureCanvas(model, height: request.height, width: request.width)
        self.canvas = canvas
        let schedule = try Schedule(
            fronts: request.count, height: canvas.rows.count, width: canvas.columns.count,
            reach: model.neighbourhood.rowsAbove, inRasterOrder: request.isInRasterOrder)
        self.schedule = schedule
        let front = schedule.largestWavefront
        pixels = try context.makeBuffer(copying: canvas.blank(for: request))
        elements = try context.makeBuffer(copying: canvas.elements(of: schedule, count: request.count))
        offsets = try context.makeBuffer(
            copying: model.neighbourhood.inputs.map { Int32($0.row * canvas.width + $0.column) })
        let conditions = model.network.inputSize - 1
        windows = try context.makeBuffer(of: Element.self, count: front * conditions)
        let weights: ParameterTensors<Element> = model.windowWeights(request.whitening)
        whitening = try Dense(
            inputSize: conditions, outputSize: conditions, sites: front, weight: 0,
            bias: conditions * conditions, library: library)
        try whitening.pack(try context.makeBuffer(copying: weights.flat))
        predictor = try context.makeBuffer(copying: request.whitening.predictor.values.map { Element($0) })
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
        seen = try context.makeBuffer(of: Element.self, count: front * (mixture.inputs + 1))
        head = try MCGSMStage(mixture, maker)
        try head.prepare(store.values)
    }

    /// The pictures, `[B, H, W, 1]`.
    func draw() throws -> Tensor<Element> {
        for front in 0..<schedule.wavefrontCount {
            try draw(front)
            // Progress waits for what has been done so far, so that drivers do not gather launches without end.
            if front % 64 == 63 {
                try library.context.finish()
                request.progress(Double(front + 1) / Double(schedule.wavefrontCount))
            }
        }
        return try canvas.shown(try pixels.read(), of: request)
    }

    private func draw(_ front: Int) throws {
        let (first, rows) = (schedule.wavefronts[front], schedule.rowsPerSet(wavefront: front))
        let (inputs, conditions) = (request.model.neighbourhood.inputSize, request.model.network.inputSize - 1)
        try library.elementKernel("picture_windows", Element.self, ["PADDED": conditions > inputs ? 1 : 0]).launch(
            items: rows,
            [
                .int(first), .int(rows), .int(inputs), .int(canvas.height), .int(canvas.width), .int(canvas.padding),
                .buffer(elements), .buffer(offsets), .buffer(pixels), .buffer(windows),
            ])
        try whitening.multiply(x: windows, sites: rows)
        let u = whitening.output
        var x = (buffer: u, size: conditions)
        for layer in layers { x = (try layer.forward(front, x: x.buffer), layer.size) }
        let isSkipped = request.model.options.skip && !layers.isEmpty
        let width = x.size + (isSkipped ? conditions : 0) + 1
        try library.elementKernel("join_columns", Element.self).launch(
            items: rows * width,
            [
                .int(rows), .int(width), .int(x.size), .int(0), .int(0), .int(x.size), .int(conditions), .int(0),
                .int(x.size), .int(isSkipped ? conditions : 0), .buffer(x.buffer), .buffer(u), .buffer(seen),
            ])
        let limits = canvas.limits(of: request)
        try head.draw(
            seen, rows: rows,
            [
                .int(first), .int(rows), .int(canvas.height * canvas.width), .int(inputs), .int(conditions),
                .int32(Int32(truncatingIfNeeded: request.seed)), .int32(Int32(truncatingIfNeeded: request.seed >> 32)),
                .real(1 / request.whitening.outputWhitening.values[0], as: Element.self),
                .real(limits.lowerBound, as: Element.self), .real(limits.upperBound, as: Element.self),
                .buffer(elements),
            ], [.buffer(u), .buffer(predictor), .buffer(pixels)])
    }
}

/// A recurrent layer that is computed front by front.
final class FrontLayer<Element: Scalar> {
    private let layer: Recurrent<Element>

    /// Launches the front of that number over its inputs.
    private var launch: ((Int, Buffer<Element>) throws -> Void)?

    var size: Int { layer.configuration.hiddenSize }

    init(
        _ configuration: LayerConfiguration, over schedule: Schedule, slots: RecurrentSlots,
        parameters: Buffer<Element>, library: KernelLibrary
    ) throws {
        let shape = LayerShape(
            configuration, traits: library.traits, precision: Element.precision, training: false)
        let host = HostSchedule(fronts: schedule, of: shape, traits: library.traits)
        layer = try Recurrent(
            shape,
            schedule: DeviceSchedule(host, of: configuration, over: schedule.grid, library: library),
            library: library, slots: slots, workSpace: nil)
        try layer.weights.pack(parameters, isTraining: false)
        try layer.setNoise(nil)
    }

    /// The hidden units of a front, `[rows, H]`, after those of all fronts before it.
    func forward(_ front: Int, x: Buffer<Element>) throws -> Buffer<Element> {
        let launch = try launch ?? FusedWay().forwardLaunch(layer)
        self.launch = launch
        try launch(front, x)
        return layer.outputBuffer
    }
}

extension OpenCLBackend {
    public func draw(_ request: PictureRequest<Element>) throws -> Tensor<Element> {
        try OpenCLPictures(request, library: library).draw()
    }
}

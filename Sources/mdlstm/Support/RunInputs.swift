import ArgumentParser
import MDLSTM
import MDLSTMImages

/// The files that `run` reads besides the layer; whatever is wrong is reported under the name of its file.
struct RunInputs<Element: Scalar> {
    /// For messages.
    let layer: String
    let input: String
    let lengths: String?
    let initialState: String?
    let outputGradient: String?
    let finalStateGradient: String?

    /// The call of a layer and its grid, every shape checked as soon as its file is read.
    ///
    /// The values of the input and of the output gradient are left to the backend: see ``namingFiles(of:_:)``.
    func call(of configuration: LayerConfiguration) throws -> (call: LayerCall<Element>, grid: Grid) {
        var call = LayerCall<Element>(input: try grid(InputFile(input), channels: configuration.inputSize))
        func check(_ path: String) throws -> Grid {
            try named(path) { () throws(MDLSTMError) in try call.validatedShapes(for: configuration) }
        }
        var grid = try check(input)
        if let path = lengths {
            call.samples = try extents(path, batch: grid.batch, axes: configuration.inputAxes)
            grid = try check(path)
        }
        if let path = initialState {
            call.initialState = try state(path, of: configuration)
            _ = try check(path)
        }
        if let path = outputGradient {
            call.outputGradient = try array(path)
            _ = try check(path)
        }
        if let path = finalStateGradient {
            call.finalStateGradient = try BoundaryState(contentsOf: path, axes: configuration.axes)
            _ = try check(path)
        }
        return (call, grid)
    }

    /// What runs a call: if it refuses a value of the input or of the output gradient, that file is named.
    func namingFiles<Result>(of call: LayerCall<Element>, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let error as MDLSTMError where error.kind == .data {
            try named(input) { () throws(MDLSTMError) in try call.input.requireFinite("the input") }
            if let path = outputGradient {
                try named(path) { () throws(MDLSTMError) in
                    try call.outputGradient?.requireFinite("the output gradient")
                }
            }
            throw error
        }
    }

    /// The source of a layer that runs in bands, and the call with its shapes checked.
    func stream(
        of configuration: LayerConfiguration
    ) throws -> (source: any BandInput<Element>, call: StreamCall<Element>) {
        let file = try InputFile(input)
        let source: any BandInput<Element> =
            try NumpyInput<Element>(file) ?? grid(file, channels: configuration.inputSize)
        var call = StreamCall<Element>()
        func check(_ path: String) throws -> Grid {
            try named(path) { () throws(MDLSTMError) in
                try call.validatedGrid(ofInput: source.shape, for: configuration)
            }
        }
        let grid = try check(input)
        if let path = lengths {
            call.samples = try extents(path, batch: grid.batch, axes: grid.axes)
            _ = try check(path)
        }
        if let path = initialState {
            call.initialState = try state(path, of: configuration)
            _ = try check(path)
        }
        return (source, call)
    }

    /// The input of a model, the extents of its samples, and the grid of its output.
    func input(of model: ModelConfiguration) throws -> (input: Tensor<Element>, samples: [[Int]]?, output: Grid) {
        let input = try grid(InputFile(input), channels: model.inputSize)
        let whole = try named(self.input) { () throws(MDLSTMError) in
            let grid = try model.validatedGrid(input: input, samples: nil)
            // A model looks at no values but symbols.
            try input.requireFinite("the input")
            return grid
        }
        let samples = try lengths.map { try extents($0, batch: whole.batch, axes: whole.axes) }
        let output = try named(lengths ?? self.input) { () throws(MDLSTMError) in
            let grid = try model.validatedGrid(input: input, samples: samples)
            return try model.grids(from: grid).last ?? grid
        }
        return (input, samples, output)
    }

    /// The input file, a picture or an array by its first bytes; a picture has `channels` or, with alpha, one more.
    private func grid(_ file: InputFile, channels: Int) throws -> Tensor<Element> {
        if let array = try NumpyInput<Element>(file) { return try array.tensor() }
        let bytes = try file.bytes()
        if PictureFormat(bytes) != nil { return try picture(ImageFile(decoding: bytes, name: input), channels) }
        guard bytes.starts(with: [0x93] + Array("NUMPY".utf8)) else {
            throw MDLSTMError(
                .data, "\(input): expected a .npy array or a picture, PNG or JPEG, found other bytes at the start")
        }
        return try NumpyArray(parsing: bytes, name: input).tensor()
    }

    /// The numbers of a picture; alpha is left out, and stderr says so, where there is no room for it.
    private func picture(_ file: ImageFile, _ channels: Int) throws(MDLSTMError) -> Tensor<Element> {
        let leavesOutAlpha = file.hasAlpha && file.channels == channels + 1
        guard leavesOutAlpha || file.channels == channels else {
            let kinds = ["grey", "grey and alpha", "RGB", "RGBA"]
            throw MDLSTMError(
                .data,
                "\(input): expected a picture of \(counted(channels, "channel")), which \(layer) takes, found "
                    + "\(counted(file.channels, "channel")) (\(kinds[file.channels - 1])); convert the picture or use "
                    + "another layer")
        }
        if leavesOutAlpha {
            printError("alpha: left out of \(input), since \(layer) takes \(counted(channels, "channel"))")
        }
        return try file.tensor(leavesOutAlpha: leavesOutAlpha)
    }

    /// An array that no picture can be.
    private func array(_ path: String) throws -> Tensor<Element> {
        let file = try InputFile(path)
        if let array = try NumpyInput<Element>(file) { return try array.tensor() }
        return try NumpyArray(parsing: file.bytes(), name: path).tensor()
    }

    /// The states that enter a layer.
    private func state(_ path: String, of configuration: LayerConfiguration) throws -> BoundaryState<Element> {
        guard configuration.inputAxes > 0 else {
            throw ValidationError("a grid whose only axis is its depth has no --initial-state: the input enters there")
        }
        return try BoundaryState(
            contentsOf: path, axes: configuration.inputAxes,
            passingOver: configuration.axes - configuration.inputAxes)
    }

    /// The extents of each sample, `[B][N]`, for an input over `axes` axes.
    private func extents(_ path: String, batch: Int, axes: Int) throws(MDLSTMError) -> [[Int]] {
        let array = try NumpyArray(contentsOf: path).tensor(as: Double.self)
        guard array.shape == [batch, axes] else {
            throw MDLSTMError(
                .data, "\(path): has shape \(array.shape); expected [\(batch), \(axes)], the extents of each sample")
        }
        guard let lengths = array.values.map({ Int(exactly: $0) }) as? [Int] else {
            let bad = array.values.first { Int(exactly: $0) == nil }!
            throw MDLSTMError(.data, "\(path): has the value \(bad); extents are whole numbers")
        }
        return (0..<batch).map { b in Array(lengths[(b * axes)..<((b + 1) * axes)]) }
    }
}

/// What `body` finds wrong, reported under the name of a file.
func named<Result>(_ name: String, _ body: () throws(MDLSTMError) -> Result) throws(MDLSTMError) -> Result {
    do { return try body() } catch { throw MDLSTMError(error.kind, "\(name): \(error.message)") }
}

/// A dense layer of the sites in a window around every site: `weight [O, P*I]`, `bias [O]`, P the window's sites.
///
/// See ``LayerDescription/convolution(window:stride:padding:inputSize:outputSize:)``.
struct ConvolutionLayer: LayerKind {
    static let typeName = "convolution"

    let window: ConvolutionWindow
    let dense: DenseLayer

    init(window: ConvolutionWindow, inputs: Int, outputs: Int) {
        self.window = window
        let (size, overflow) = window.extents.reduce((inputs, false)) { product, extent in
            let next = product.0.multipliedReportingOverflow(by: extent)
            return (next.partialValue, product.1 || next.overflow)
        }
        features = inputs
        dense = DenseLayer(inputs: overflow ? .max : size, outputs: outputs)
    }

    /// Features of a site.
    private let features: Int

    var description: LayerDescription {
        .convolution(
            window: window.extents, stride: window.stride, padding: window.padding, inputSize: features,
            outputSize: dense.outputs)
    }
    var inputSize: Int? { features }
    var axes: Int? { window.extents.count }
    func outputSize(for size: Int) -> Int? { dense.outputs }
    func outputGrid(of grid: Grid) throws(MDLSTMError) -> Grid {
        try ConvolutionTable.outputGrid(of: grid, window: window)
    }

    var parameterShapes: [ParameterShape] { dense.parameterShapes }

    func initialParameters<T: Scalar>(seed: UInt64, firstTensor: Int) -> ParameterTensors<T> {
        dense.initialParameters(seed: seed, firstTensor: firstTensor)
    }

    func validate(at index: Int, axes: Int) throws(MDLSTMError) {
        try validateWindow(window.extents, at: index)
        guard window.stride.count == window.extents.count, window.stride.allSatisfy({ $0 >= 1 }) else {
            throw MDLSTMError(
                .option,
                "layer \(index) has the stride \(window.stride) and the window \(window.extents); expected a step of at "
                    + "least 1 for each extent")
        }
        guard dense.inputs <= 1 << 24 else {
            throw MDLSTMError(
                .option, "layer \(index) has windows of more than the \(1 << 24) numbers supported; use smaller ones")
        }
        try dense.validate(at: index, axes: axes)
    }

    func validateSize(of grid: Grid) throws(MDLSTMError) {
        let output = try outputGrid(of: grid)
        let (count, overflow) = output.siteCount.multipliedReportingOverflow(by: dense.inputs)
        guard !overflow, count < Int(Int32.max) / 2 else {
            throw MDLSTMError(
                .data,
                "the convolution has \(output.siteCount) windows of \(dense.inputs) numbers, more than "
                    + "\(Int32.max / 2); use a smaller batch")
        }
    }

    var members: JSONObject {
        [
            "window": .array(window.extents.map { .integer($0) }),
            "stride": .array(window.stride.map { .integer($0) }), "padding": .string(window.padding.rawValue),
            "inputSize": .integer(features), "outputSize": .integer(dense.outputs),
        ]
    }
}

extension ConvolutionLayer {
    init(reading reader: inout ConfigurationReader, name: String) throws(MDLSTMError) {
        let extents = try reader.wholeNumbers("window")
        let stride = try reader.optional("stride", "a list of whole numbers", ConfigurationReader.wholeNumbers)
        let names = ConvolutionPadding.allCases.map(\.rawValue).joined(separator: " or ")
        let padding = try reader.optional("padding", names) { $0.stringValue.flatMap(ConvolutionPadding.init) }
        let window = ConvolutionWindow(
            extents: extents, stride: stride ?? extents.map { _ in 1 }, padding: padding ?? .same)
        self.init(
            window: window, inputs: try reader.required("inputSize", "a whole number") { $0.intValue },
            outputs: try reader.required("outputSize", "a whole number") { $0.intValue })
    }

    func makeReference<T: Scalar>(
        grid: Grid, inputSize: Int, parameters: ParameterTensors<T>, noise: NoiseKey?
    ) throws(MDLSTMError) -> any ReferenceStage<T> {
        ConvolutionStage(
            table: try ConvolutionTable(grid: grid, window: window), features: features,
            dense: try dense.makeReference(grid: grid, inputSize: dense.inputs, parameters: parameters, noise: noise))
    }
}

/// The reference of a convolution: windows gathered, then a dense layer.
private struct ConvolutionStage<T: Scalar>: ReferenceStage {
    let table: ConvolutionTable
    let features: Int
    var dense: any ReferenceStage<T>

    mutating func forward(_ x: [T]) -> [T] { dense.forward(windows(x)) }

    func backward(x: [T], y: [T], dy: [T]) -> StageGradients<T> {
        var gradients = dense.backward(x: windows(x), y: y, dy: dy)
        guard let dz = gradients.x else { return gradients }
        var dx = Array(repeating: T(0), count: x.count)
        for (entry, site) in table.sites.enumerated() where site >= 0 {
            for j in 0..<features { dx[Int(site) * features + j] += dz[entry * features + j] }
        }
        gradients.x = dx
        return gradients
    }

    private func windows(_ x: [T]) -> [T] {
        var z = Array(repeating: T(0), count: table.sites.count * features)
        for (entry, site) in table.sites.enumerated() where site >= 0 {
            for j in 0..<features { z[entry * features + j] = x[Int(site) * features + j] }
        }
        return z
    }
}

/// A layer over the first features of a site; those from number `first` on follow its output.
///
/// See ``LayerDescription/skip(_:from:)``.
struct SkipLayer: LayerKind {
    static let typeName = "skip"

    let layer: LayerDescription
    let first: Int

    var description: LayerDescription { .skip(layer, from: first) }
    var axes: Int? { layer.kind.axes }

    /// Features that the layer itself takes.
    var taken: Int { layer.kind.inputSize ?? 0 }

    func outputSize(for size: Int) -> Int? {
        guard let own = layer.kind.outputSize(for: taken), size > first, size >= taken else { return nil }
        let (sum, overflow) = own.addingReportingOverflow(size - first)
        return overflow ? nil : sum
    }

    var parameterShapes: [ParameterShape] { layer.kind.parameterShapes }

    func initialParameters<T: Scalar>(seed: UInt64, firstTensor: Int) -> ParameterTensors<T> {
        layer.kind.initialParameters(seed: seed, firstTensor: firstTensor)
    }

    func validate(at index: Int, axes: Int) throws(MDLSTMError) {
        switch layer {
        case .recurrent, .dense: break
        default:
            throw MDLSTMError(
                .option, "layer \(index) is a skip around '\(layer.typeName)'; expected a recurrent or dense layer")
        }
        guard first >= 0 else {
            throw MDLSTMError(.option, "layer \(index) skips from feature \(first); expected 0 or more")
        }
        try layer.kind.validate(at: index, axes: axes)
    }

    func validateSize(of grid: Grid) throws(MDLSTMError) { try layer.kind.validateSize(of: grid) }

    var members: JSONObject { ["from": .integer(first), "layer": layer.json] }
}

extension SkipLayer {
    init(reading reader: inout ConfigurationReader, name: String) throws(MDLSTMError) {
        first = try reader.required("from", "a whole number") { $0.intValue }
        let json = try reader.required("layer", "a layer") { $0.objectValue }
        layer = try LayerDescription(json: .object(json), name: "\(name), layer skipped")
    }

    func makeReference<T: Scalar>(
        grid: Grid, inputSize: Int, parameters: ParameterTensors<T>, noise: NoiseKey?
    ) throws(MDLSTMError) -> any ReferenceStage<T> {
        SkipStage(
            inner: try layer.kind.makeReference(grid: grid, inputSize: taken, parameters: parameters, noise: noise),
            size: inputSize, taken: taken, own: layer.kind.outputSize(for: taken)!, first: first)
    }
}

/// The reference of a skip.
private struct SkipStage<T: Scalar>: ReferenceStage {
    var inner: any ReferenceStage<T>
    let size: Int, taken: Int, own: Int, first: Int

    mutating func forward(_ x: [T]) -> [T] {
        let h = inner.forward(columns(0..<taken, of: x, width: size))
        var y: [T] = []
        for site in 0..<(x.count / size) {
            y += h[(site * own)..<((site + 1) * own)]
            y += x[(site * size + first)..<((site + 1) * size)]
        }
        return y
    }

    var cellRange: CellRange<T>? { inner.cellRange }

    func backward(x: [T], y: [T], dy: [T]) -> StageGradients<T> {
        let width = own + size - first
        var gradients = inner.backward(
            x: columns(0..<taken, of: x, width: size), y: columns(0..<own, of: y, width: width),
            dy: columns(0..<own, of: dy, width: width))
        guard let d = gradients.x else { return gradients }
        var dx = Array(repeating: T(0), count: x.count)
        for site in 0..<(x.count / size) {
            for j in 0..<taken { dx[site * size + j] = d[site * taken + j] }
            for j in first..<size { dx[site * size + j] += dy[site * width + own + j - first] }
        }
        gradients.x = dx
        return gradients
    }

    private func columns(_ range: Range<Int>, of x: [T], width: Int) -> [T] {
        (0..<(x.count / width)).flatMap { x[($0 * width + range.lowerBound)..<($0 * width + range.upperBound)] }
    }
}

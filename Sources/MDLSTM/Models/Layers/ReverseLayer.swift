/// Turns the sites of every sample round: see ``LayerDescription/reverse(_:)``.
struct ReverseLayer: LayerKind {
    static let typeName = "reverse"

    let direction: Direction

    var description: LayerDescription { .reverse(direction) }
    var axes: Int? { direction.axes }

    func validate(at index: Int, axes: Int) throws(MDLSTMError) {
        guard direction.reversed.contains(true) else {
            throw MDLSTMError(
                .option,
                "layer \(index) reverses no axis of '\(direction)'; expected a '-' for each axis that it turns round")
        }
    }

    var members: JSONObject { ["direction": .string(direction.description)] }
}

extension ReverseLayer {
    init(reading reader: inout ConfigurationReader, name: String) throws(MDLSTMError) {
        direction = try reader.required("direction", "a direction such as \"+-\"") { value in
            value.stringValue.flatMap { Direction($0) }
        }
    }

    func makeReference<T: Scalar>(
        grid: Grid, inputSize: Int, parameters: ParameterTensors<T>, noise: NoiseKey?
    ) throws(MDLSTMError) -> any ReferenceStage<T> {
        ReverseStage(sites: grid.reversedSites(direction), features: inputSize)
    }
}

extension Grid {
    /// For every site the one whose place it takes when samples are turned round, -1 for a site of no sample.
    ///
    /// Turned round twice, every site is where it was: the table is its own inverse.
    package func reversedSites(_ direction: Direction) -> [Int32] {
        var sites = Array(repeating: Int32(-1), count: siteCount)
        for b in 0..<batch {
            forEachCoordinate(in: samples[b]) { coordinate in
                let other = coordinate.indices.map { axis in
                    direction.reversed[axis] ? samples[b][axis] - 1 - coordinate[axis] : coordinate[axis]
                }
                sites[site(sample: b, coordinate: coordinate)] = Int32(site(sample: b, coordinate: other))
            }
        }
        return sites
    }
}

/// The reference of a reverse layer.
private struct ReverseStage<T: Scalar>: ReferenceStage {
    let sites: [Int32]
    let features: Int

    func forward(_ x: [T]) -> [T] {
        var y = Array(repeating: T(0), count: x.count)
        for (site, other) in sites.enumerated() where other >= 0 {
            for j in 0..<features { y[site * features + j] = x[Int(other) * features + j] }
        }
        return y
    }

    func backward(x: [T], y: [T], dy: [T]) -> StageGradients<T> { StageGradients(x: forward(dy)) }
}

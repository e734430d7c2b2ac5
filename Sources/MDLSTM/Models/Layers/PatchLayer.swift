/// Joins the sites of each window into one site of a coarser grid: see ``LayerDescription/patch(window:)``.
struct PatchLayer: LayerKind {
    static let typeName = "patch"

    let window: [Int]

    var description: LayerDescription { .patch(window: window) }
    var axes: Int? { window.count }

    func outputSize(for size: Int) -> Int? {
        window.reduce(Optional(size)) { product, extent in
            let next = product?.multipliedReportingOverflow(by: extent)
            return next?.overflow == false ? next?.partialValue : nil
        }
    }

    func outputGrid(of grid: Grid) throws(MDLSTMError) -> Grid { try PatchTable.outputGrid(of: grid, window: window) }

    func validate(at index: Int, axes: Int) throws(MDLSTMError) {
        try validateWindow(window, at: index)
    }

    var members: JSONObject { ["window": .array(window.map { .integer($0) })] }
}

extension PatchLayer {
    init(reading reader: inout ConfigurationReader, name: String) throws(MDLSTMError) {
        window = try reader.wholeNumbers("window")
    }

    func makeReference<T: Scalar>(
        grid: Grid, inputSize: Int, parameters: ParameterTensors<T>, noise: NoiseKey?
    ) throws(MDLSTMError) -> any ReferenceStage<T> {
        PatchStage(table: try PatchTable(grid: grid, window: window), features: inputSize)
    }
}

/// The reference of patches.
private struct PatchStage<T: Scalar>: ReferenceStage {
    let table: PatchTable
    let features: Int

    func forward(_ x: [T]) -> [T] {
        var y = Array(repeating: T(0), count: table.sites.count * features)
        for (place, site) in table.sites.enumerated() where site >= 0 {
            for j in 0..<features { y[place * features + j] = x[Int(site) * features + j] }
        }
        return y
    }

    func backward(x: [T], y: [T], dy: [T]) -> StageGradients<T> {
        var dx = Array(repeating: T(0), count: x.count)
        for (site, place) in table.places.enumerated() where place >= 0 {
            for j in 0..<features { dx[site * features + j] = dy[Int(place) * features + j] }
        }
        return StageGradients(x: dx)
    }
}

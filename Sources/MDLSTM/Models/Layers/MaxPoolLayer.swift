/// The largest value of each feature in every window: see ``LayerDescription/maxPool(window:)``.
struct MaxPoolLayer: LayerKind {
    static let typeName = "maxPool"

    let window: [Int]

    var description: LayerDescription { .maxPool(window: window) }
    var axes: Int? { window.count }
    func outputGrid(of grid: Grid) throws(MDLSTMError) -> Grid { try PatchTable.outputGrid(of: grid, window: window) }
    func validate(at index: Int, axes: Int) throws(MDLSTMError) { try validateWindow(window, at: index) }
    var members: JSONObject { ["window": .array(window.map { .integer($0) })] }
}

extension MaxPoolLayer {
    init(reading reader: inout ConfigurationReader, name: String) throws(MDLSTMError) {
        window = try reader.wholeNumbers("window")
    }

    func makeReference<T: Scalar>(
        grid: Grid, inputSize: Int, parameters: ParameterTensors<T>, noise: NoiseKey?
    ) throws(MDLSTMError) -> any ReferenceStage<T> {
        PoolReference(table: try PoolTable(grid: grid, window: window), function: .max, features: inputSize)
    }
}

/// Refuses windows without sites.
func validateWindow(_ window: [Int], at index: Int) throws(MDLSTMError) {
    guard window.allSatisfy({ $0 >= 1 }) else {
        throw MDLSTMError(.option, "layer \(index) has the window \(window); every extent must be at least 1")
    }
}

extension ConfigurationReader {
    /// A list of whole numbers.
    mutating func wholeNumbers(_ key: String) throws(MDLSTMError) -> [Int] {
        try required(key, "a list of whole numbers", Self.wholeNumbers)
    }

    static func wholeNumbers(_ value: JSONValue) -> [Int]? {
        let numbers = value.arrayValue?.map(\.intValue)
        return numbers.flatMap { $0.contains(nil) ? nil : $0.compactMap { $0 } }
    }
}

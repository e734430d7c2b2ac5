/// One site out of all sites of a sample along some axes: see ``LayerDescription/pool(axes:by:)``.
struct PoolLayer: LayerKind {
    static let typeName = "pool"

    /// The axes, from 0; nil for all.
    let pooledAxes: Set<Int>?
    let function: PoolFunction

    var description: LayerDescription { .pool(axes: pooledAxes, by: function) }
    func outputAxes(for axes: Int) -> Int { pooledAxes.map { axes - $0.count } ?? 0 }
    func outputGrid(of grid: Grid) throws(MDLSTMError) -> Grid {
        try PoolTable.outputGrid(of: grid, axes: pooled(grid))
    }

    func validate(at index: Int, axes: Int) throws(MDLSTMError) {
        guard axes > 0 else {
            throw MDLSTMError(
                .option, "layer \(index) is a pool, but its samples are single sites already; leave it out")
        }
        guard let pooledAxes else { return }
        guard !pooledAxes.isEmpty, pooledAxes.allSatisfy({ (0..<axes).contains($0) }) else {
            throw MDLSTMError(
                .option,
                "layer \(index) pools the axes \(pooledAxes.sorted()); expected some from 0 to \(axes - 1), or none named for all"
            )
        }
    }

    func pooled(_ grid: Grid) -> Set<Int> { pooledAxes ?? Set(0..<grid.axes) }

    var members: JSONObject {
        var members: JSONObject = [:]
        if let pooledAxes { members["axes"] = .array(pooledAxes.sorted().map { .integer($0) }) }
        members["by"] = .string(function.rawValue)
        return members
    }
}

extension PoolLayer {
    init(reading reader: inout ConfigurationReader, name: String) throws(MDLSTMError) {
        pooledAxes = try reader.optional("axes", "a list of axes from 0, each once") { value -> Set<Int>? in
            let axes = value.arrayValue?.map { $0.intValue ?? -1 }
            return axes.flatMap { $0.contains { $0 < 0 } || Set($0).count < $0.count ? nil : Set($0) }
        }
        let names = PoolFunction.allCases.map(\.rawValue).joined(separator: ", ")
        function = try reader.required("by", "one of \(names)") { $0.stringValue.flatMap(PoolFunction.init) }
    }

    func makeReference<T: Scalar>(
        grid: Grid, inputSize: Int, parameters: ParameterTensors<T>, noise: NoiseKey?
    ) throws(MDLSTMError) -> any ReferenceStage<T> {
        PoolReference(table: try PoolTable(grid: grid, axes: pooled(grid)), function: function, features: inputSize)
    }
}

import MDLSTM
import OpenCLRuntime

/// A model for prediction on an OpenCL device, which keeps its parameters.
final class OpenCLModel<Element: Scalar>: Model {
    let model: ModelConfiguration
    let store: ParameterStore<Element>

    private let library: KernelLibrary
    private let path: ComputePath

    /// Whether the parameters never change.
    private let isConstant: Bool
    private var passes = RecentGrids<ModelPass<Element>>()

    /// That of the last prediction, as long as its buffers are kept.
    private weak var last: ModelPass<Element>?

    init(
        _ model: ModelConfiguration, parameters: ParameterTensors<Element>, isConstant: Bool = true,
        library: KernelLibrary, path: ComputePath
    ) throws {
        self.model = model
        self.isConstant = isConstant
        self.library = library
        self.path = path
        store = try ParameterStore(parameters.ordered(as: model.parameterShapes), context: library.context)
    }

    func parameters() throws -> ParameterTensors<Element> { try store.read() }

    func makeSequence(batch: Int) throws -> any SequenceModel<Element> {
        try OpenCLSequence(
            model, batch: batch, store: store, isConstant: isConstant, library: library, path: path)
    }

    func predict(_ input: Tensor<Element>, samples: [[Int]]?) throws -> Tensor<Element> {
        let grid = try model.validatedGrid(input: input, samples: samples)
        let pass = try passes.value(for: grid) {
            try ModelPass(
                model: model, grid: grid, layout: store.layout, library: library, path: path, training: nil,
                keepsPacked: isConstant)
        }
        try pass.write(input: input.values)
        try pass.forward(parameters: store.values, training: false)
        last = pass
        return try pass.readOutput()
    }

    func largestCell() throws -> Element? {
        try last?.recurrentLayers.compactMap { try $0.cellRange()?.largestMagnitude }.largestOrNaN
    }
}

/// A cache of values for the grids used last: batches of one shape reuse their value, and the cache does not grow with
/// new shapes.
///
/// The value of a grid that has come once makes room for that of the next new grid, so that where every grid is a new one
/// each takes the memory of the one before.
struct RecentGrids<Value> {
    private struct Entry {
        let grid: Grid
        let value: Value
        var hasReturned: Bool
    }

    private static var limit: Int { 4 }
    private var entries: [Entry] = []

    /// Grids that made room, the oldest first.
    private var earlier: [Grid] = []

    var grids: [Grid] { entries.map { $0.grid } }

    mutating func value(for grid: Grid, make: () throws -> Value) throws -> Value {
        if let index = entries.firstIndex(where: { $0.grid == grid }) {
            var entry = entries.remove(at: index)
            entry.hasReturned = true
            entries.append(entry)
            return entry.value
        }
        let hadValues = !entries.isEmpty
        makeRoom()
        let value: Value
        do { value = try make() } catch let error as OpenCLError where error.isOutOfMemory && hadValues {
            entries = []
            value = try make()
        }
        entries.append(Entry(grid: grid, value: value, hasReturned: earlier.contains(grid)))
        return value
    }

    private mutating func makeRoom() {
        earlier += entries.filter { !$0.hasReturned }.map { $0.grid }
        entries.removeAll { !$0.hasReturned }
        if entries.count == Self.limit { earlier.append(entries.removeFirst().grid) }
        earlier = earlier.suffix(2 * Self.limit)
    }
}

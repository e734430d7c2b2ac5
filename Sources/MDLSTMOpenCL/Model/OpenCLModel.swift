import MDLSTM
import OpenCLRuntime

/// A model for prediction on an OpenCL device, which keeps its parameters.
final class OpenCLModel<Element: Scalar>: Model {
    let model: ModelConfiguration
    let store: ParameterStore<Element>

    private let library: KernelLibrary
    private let path: ComputePath
    private var passes = RecentGrids<ModelPass<Element>>()

    init(
        _ model: ModelConfiguration, parameters: ParameterTensors<Element>, library: KernelLibrary, path: ComputePath
    ) throws {
        self.model = model
        self.library = library
        self.path = path
        store = try ParameterStore(parameters.ordered(as: model.parameterShapes), context: library.context)
    }

    func parameters() throws -> ParameterTensors<Element> { try store.read() }

    func predict(_ input: Tensor<Element>, samples: [[Int]]?) throws -> Tensor<Element> {
        let grid = try model.validatedGrid(input: input, samples: samples)
        let pass = try passes.value(for: grid) {
            try ModelPass(
                model: model, grid: grid, layout: store.layout, library: library, path: path, training: nil)
        }
        try pass.write(input: input.values)
        try pass.forward(parameters: store.values, training: false)
        return try pass.readOutput()
    }
}

/// A cache of values for the grids used last: batches of one shape reuse their value, and the cache does not grow with
/// new shapes.
struct RecentGrids<Value> {
    private static var limit: Int { 4 }
    private var entries: [(grid: Grid, value: Value)] = []

    var grids: [Grid] { entries.map(\.grid) }

    mutating func value(for grid: Grid, make: () throws -> Value) throws -> Value {
        if let index = entries.firstIndex(where: { $0.grid == grid }) {
            let entry = entries.remove(at: index)
            entries.append(entry)
            return entry.value
        }
        if entries.count == Self.limit { entries.removeFirst() }
        let value: Value
        do { value = try make() } catch let error as OpenCLError where error.isOutOfMemory && !entries.isEmpty {
            entries = []
            value = try make()
        }
        entries.append((grid, value))
        return value
    }
}

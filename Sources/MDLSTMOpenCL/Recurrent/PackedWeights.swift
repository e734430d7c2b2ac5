import MDLSTM
import OpenCLRuntime

/// The weights of a layer as its kernels read them: see ``WeightLayout``.
final class PackedWeights<Element: Scalar> {
    private let shape: LayerShape
    private let slots: RecurrentSlots
    private let library: KernelLibrary

    /// Columns of a block of packed weights: one vector where a work-item reads a block alone, else all of HP.
    let packWidth: Int

    /// The weights of the forward and of the backward product.
    let forward: Buffer<Element>, backward: Buffer<Element>

    /// Peepholes, or gains and shifts of a layer norm, `[S, vectors, HP]`.
    let vectors: Buffer<Element>

    private var madePlaces: WeightPlaces?

    /// Whether the parameters never change, so that they are laid out once, and whether they have been.
    var keepsPacked = false
    private var isPacked = false

    /// - Parameters:
    ///   - packWidth: columns of a block
    ///   - make: makes a buffer with a name and a number of elements
    init(
        _ shape: LayerShape, packWidth: Int, slots: RecurrentSlots, library: KernelLibrary,
        make: (String, Int) throws -> Buffer<Element>
    ) throws {
        self.shape = shape
        self.packWidth = packWidth
        self.slots = slots
        self.library = library
        forward = try make("packedForward \(slots.key)", shape.forwardWeights)
        backward = try make("packedBackward \(slots.key)", max(1, shape.backwardWeights))
        vectors = try make("vectors \(slots.key)", max(1, shape.vectorWeights))
    }

    /// Lays out the weights for the products; needed after every change of the parameters.
    ///
    /// - Parameters:
    ///   - parameters: all parameters of the layer or model
    ///   - isTraining: whether a backward pass follows
    func pack(_ parameters: Buffer<Element>, isTraining: Bool) throws {
        guard !(keepsPacked && isPacked) else { return }
        let places = try places()
        try library.pack(parameters, by: places.forward, into: forward)
        if isTraining, let table = places.backward { try library.pack(parameters, by: table, into: backward) }
        if let table = places.vectors { try library.pack(parameters, by: table, into: vectors) }
        isPacked = true
    }

    /// The tables by which weights are packed, made on first use.
    func places() throws -> WeightPlaces {
        if let madePlaces { return madePlaces }
        let layout = WeightLayout(cell: shape.cell, slots: slots, padded: shape.padded)
        let context = library.context
        let hasVectors = shape.cell.vectors > 0
        let forward = layout.forwardPlaces(width: packWidth)
        let table = try PlaceTable(forward, context: context)
        func sums(_ places: [Int32]) throws -> [WeightPlaces.Sum] {
            try layout.sums(places).map {
                WeightPlaces.Sum(places: try PlaceTable($0.places, context: context), parts: $0.parts)
            }
        }
        var weightSums = [WeightPlaces.Sum(places: table, parts: 1)]
        if shape.training, shape.configuration.sharesDepthAxis { weightSums = try sums(forward) }
        let made = WeightPlaces(
            forward: table,
            backward: shape.training ? try PlaceTable(layout.backwardPlaces(width: packWidth), context: context) : nil,
            vectors: hasVectors ? try PlaceTable(layout.vectorPlaces(), context: context) : nil,
            sums: weightSums, vectorSums: hasVectors && shape.training ? try sums(layout.vectorSumPlaces()) : [])
        madePlaces = made
        return made
    }

    /// Uses the tables of another layer with the same weights and the same way.
    func share(_ places: WeightPlaces) { madePlaces = places }
}

/// The tables of ``WeightLayout``; nil for tables that are never read.
struct WeightPlaces {
    let forward: PlaceTable
    let backward: PlaceTable?, vectors: PlaceTable?

    /// Of the gradients by weights, and by vectors if there are any.
    let sums: [Sum], vectorSums: [Sum]

    /// The parameters of a table, each of whose sums lies in `parts` parts of the size of the table, one after the other.
    struct Sum {
        let places: PlaceTable
        let parts: Int
    }
}

extension ComputePath {
    /// Whether neighbours read neighbouring weights: rows of all units are packed, not blocks of them.
    func packsRows(_ traits: DeviceTraits) -> Bool { self == .gemm || sharesTiles || !traits.isProcessor }
}

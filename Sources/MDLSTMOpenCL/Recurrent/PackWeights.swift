import MDLSTM
package import OpenCLRuntime

extension Recurrent {
    /// Lays out the weights for the products: after every change of the parameters.
    ///
    /// - Parameters:
    ///   - parameters: all parameters of the layer or model
    ///   - backward: whether a backward pass follows
    package func pack(_ parameters: Buffer<Element>, backward: Bool) throws {
        let places = try makeWeightPlaces()
        try library.pack(parameters, by: places.forward, into: packedForward)
        if backward, let table = places.backward { try library.pack(parameters, by: table, into: packedBackward) }
        if let table = places.vectors { try library.pack(parameters, by: table, into: vectors) }
    }

    func makeWeightPlaces() throws -> WeightPlaces {
        if let weightPlaces { return weightPlaces }
        let layout = WeightLayout(cell: cell, slots: slots, padded: padded)
        let context = library.context
        let made = WeightPlaces(
            forward: try PlaceTable(layout.forwardPlaces(width: packWidth), context: context),
            backward: training ? try PlaceTable(layout.backwardPlaces(width: packWidth), context: context) : nil,
            vectors: cell.vectors > 0 ? try PlaceTable(layout.vectorPlaces(), context: context) : nil,
            vectorSums: cell.vectors > 0 && training
                ? try PlaceTable(layout.vectorSumPlaces(), context: context) : nil)
        weightPlaces = made
        return made
    }
}

/// The tables of ``WeightLayout``, nil where nobody reads them.
struct WeightPlaces {
    let forward: PlaceTable
    let backward: PlaceTable?, vectors: PlaceTable?, vectorSums: PlaceTable?
}

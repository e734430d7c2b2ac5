/// A model at work on sequences that come piece by piece: the states that leave with one piece enter with the next.
///
/// Made by ``Model/makeSequence(batch:)``. Its states stay where the model computes.
public protocol SequenceModel<Element>: AnyObject {
    associatedtype Element: Scalar

    /// Sequences B that are read side by side.
    var batch: Int { get }

    /// The output for the next sites of every sequence, `[B, T, O]`.
    ///
    /// - Parameter input: `[B, T, I]`, of any length T from 1
    /// - Throws: ``MDLSTMError`` when the input does not fit the model or is not of B sequences; the backend's own error
    ///   when its device fails.
    func next(_ input: Tensor<Element>) throws -> Tensor<Element>

    /// Begins anew: the next piece finds states of zero.
    func reset() throws
}

extension ModelConfiguration {
    /// Refuses a model whose states cannot be carried from one piece of a sequence to the next.
    ///
    /// That needs one axis, layers that read it forwards, and an output for every site of the input.
    package func requireCarryingStates() throws(MDLSTMError) {
        func refuse(_ what: String) -> MDLSTMError {
            MDLSTMError(
                .option,
                "states are carried along a sequence from piece to piece, but \(what); expected a model over one axis whose "
                    + "layers read it forwards and keep its sites")
        }
        guard axes == 1 else { throw refuse("the model has \(counted(axes, "axis", plural: "axes"))") }
        for (index, layer) in layers.enumerated() {
            switch layer {
            case .recurrent(let configuration, _):
                if configuration.directions.contains(where: { $0.reversed[0] }) {
                    throw refuse("layer \(index) reads it backwards")
                }
            case .dense, .activation, .embedding, .oneHot, .dropout, .batchNorm: break
            case .patch, .pool, .maxPool, .convolution, .reverse, .mcgsm, .skip:
                throw refuse("layer \(index), \(layer.typeName), joins or moves sites")
            }
        }
    }

    /// The grid of a piece of `batch` sequences, `[B, T, I]`.
    package func validatedGrid<T: Scalar>(input: Tensor<T>, ofSequences batch: Int) throws(MDLSTMError) -> Grid {
        let grid = try validatedGrid(input: input, samples: nil)
        guard grid.batch == batch, grid.siteCount > 0 else {
            throw MDLSTMError(
                .data,
                "the input has shape \(input.shape); expected pieces of \(counted(batch, "sequence")), each of at least 1 site"
            )
        }
        return grid
    }

    /// Names and shapes of what the recurrent layers carry: `INDEX.h` and `INDEX.c`, `[D * B * F, V, H]`.
    ///
    /// F sites of the face along the axis, the depth of a `grid` or 1; V vectors of a row: h of every axis, then what is fed
    /// back besides, the cell state in an extended cell, the gates i, f and o in full gate recurrence.
    package func carriedShapes(batch: Int) -> [ParameterShape] {
        layers.enumerated().flatMap { index, layer -> [ParameterShape] in
            guard case .recurrent(let configuration, _) = layer else { return [] }
            let rows = configuration.directions.count * batch * configuration.depth
            return [("h", configuration.carriedVectors), ("c", configuration.cellsPerSite)].map { name, vectors in
                ParameterShape(name: "\(index).\(name)", shape: [rows, vectors, configuration.hiddenSize])
            }
        }
    }
}

extension LayerConfiguration {
    /// Vectors of a row that its successors read, cell states aside.
    package var carriedVectors: Int {
        if hasStatesByAxis { return axes }
        if options.variant == .fullGateRecurrence { return 4 }
        return options.extended ? 2 : 1
    }
}

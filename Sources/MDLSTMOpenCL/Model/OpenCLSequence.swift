import MDLSTM
import OpenCLRuntime

/// A model over sequences that come piece by piece, its states kept on the device.
final class OpenCLSequence<Element: Scalar>: SequenceModel {
    let batch: Int
    private let model: ModelConfiguration
    private let store: ParameterStore<Element>
    private let library: KernelLibrary
    private let path: ComputePath
    private let isConstant: Bool
    private let carried: CarriedModel<Element>
    private var passes = RecentGrids<ModelPass<Element>>()

    /// - Parameter isConstant: whether the parameters never change, so that they are laid out once
    init(
        _ model: ModelConfiguration, batch: Int, store: ParameterStore<Element>, isConstant: Bool,
        library: KernelLibrary, path: ComputePath
    ) throws(MDLSTMError) {
        try model.requireCarryingStates()
        (self.model, self.batch, self.store, self.isConstant) = (model, batch, store, isConstant)
        (self.library, self.path) = (library, path)
        carried = CarriedModel(model, batch: batch)
    }

    func next(_ input: Tensor<Element>) throws -> Tensor<Element> {
        let grid = try model.validatedGrid(input: input, ofSequences: batch)
        let pass = try passes.value(for: grid) {
            try ModelPass(
                model: model, grid: grid, layout: store.layout, library: library, path: path, training: nil,
                carriesStates: true, keepsPacked: isConstant)
        }
        try pass.write(input: input.values)
        try carried.enter(pass)
        try pass.forward(parameters: store.values, training: false)
        try carried.leave(pass)
        return try pass.readOutput()
    }

    func reset() throws { try carried.reset() }
}

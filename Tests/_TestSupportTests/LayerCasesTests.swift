import MDLSTM
import Testing
import _TestSupport

struct LayerCasesTests {
    @Test func namesAreUnique() {
        #expect(Set(LayerCase.all.map(\.name)).count == LayerCase.all.count)
    }

    @Test(arguments: LayerCase.chosen) func dataFitTheLayer(_ layer: LayerCase) throws {
        let grid = try layer.call(as: Float.self).validatedGrid(for: layer.configuration)
        #expect(try grid == layer.grid)
        try layer.parameters(as: Float.self).validate(against: layer.configuration.parameterShapes)
        #expect(layer.parameters(as: Double.self) == layer.parameters(as: Double.self))
        #expect(layer.input(as: Float.self) == layer.input(as: Double.self).converted(to: Float.self))
    }

    /// What the list promises to reach.
    @Test func listReachesWhatItPromises() {
        let all = LayerCase.all
        let configurations = all.map(\.configuration)
        #expect(Set(configurations.map(\.cell)) == Set(Cell.allCases))
        for axes in 1...3 {
            let sets = Set(configurations.filter { $0.axes == axes }.map(\.directions))
            let directions = Direction.all(axes: axes)
            #expect(sets.contains(directions))
            for direction in directions { #expect(sets.contains([direction])) }
            for peepholes in [false, true] {
                #expect(configurations.contains { $0.axes == axes && $0.options.peepholes == peepholes })
            }
            #expect(LayerCase.small.contains { $0.configuration.axes == axes && $0.hasStates })
            #expect(LayerCase.small.contains { $0.configuration.axes == axes && $0.samples != nil })
        }
        #expect(configurations.contains { $0.axes == 4 })
        let sizes = Set(configurations.map(\.hiddenSize))
        #expect(sizes.isSuperset(of: [1, 2, 5, 7, 8, 9, 15, 16, 17, 31, 33]))
        #expect(all.contains { $0.batch == 1 } && all.contains { $0.batch > 2 })
    }

    /// Every option of a cell, and every value where it has names, has a case; what the card refuses has none.
    @Test(arguments: Cell.allCases) func everyOptionOfACellHasACase(_ cell: Cell) {
        let options = LayerCase.all.map(\.configuration).filter { $0.cell == cell }.map(\.options)
        let axes = cell.traits.supportedAxes.lowerBound
        for kind in CellOptions.Kind.allCases {
            #expect(options.contains { $0.isSet(kind) } == cell.traits.takes(kind, axes: axes), "\(cell) \(kind)")
        }
        func expectAll<Value: CaseIterable & Hashable>(_ kind: CellOptions.Kind, _ value: (CellOptions) -> Value) {
            guard cell.traits.takes(kind, axes: axes) else { return }
            #expect(Set(options.map(value)) == Set(Value.allCases), "\(cell) \(kind)")
        }
        expectAll(.variant, \.variant)
        #expect(Set(options.map(\.forgetSum)) == cell.traits.forgetSums)
        expectAll(.gateActivation, \.gateActivation)
        expectAll(.candidateActivation, \.candidateActivation)
        expectAll(.outputActivation, \.outputActivation)
        expectAll(.layerNorm, \.layerNorm)
        expectAll(.grid, \.grid.output)
        expectAll(.grid, \.grid.sharing)
    }

    /// Options without tensors of their own change what a cell computes: one that has them in its card has code for them.
    @Test(arguments: LayerCase.chosen.filter(\.small)) func optionsHaveAnEffect(_ layer: LayerCase) throws {
        let parameters = layer.parameters(as: Double.self), call = try layer.call(as: Double.self)
        func output(_ change: (inout CellOptions) -> Void = { _ in }) throws -> Tensor<Double> {
            var configuration = layer.configuration
            change(&configuration.options)
            return try ReferenceBackend().run(configuration, parameters: parameters, call: call).output
        }
        let options = layer.configuration.options
        // Over one axis every forget sum is the same.
        if options.isSet(.forgetSum), layer.configuration.axes > 1 {
            #expect(try output() != output { $0.forgetSum = .sum })
        }
        if options.isSet(.outputActivation) { #expect(try output() != output { $0.outputActivation = .tanh }) }
        if options.isSet(.gateActivation) {
            #expect(try output() != output { ($0.gateActivation, $0.gateSlope) = (.sigmoid, CellOptions().gateSlope) })
        }
        if options.isSet(.candidateActivation) { #expect(try output() != output { $0.candidateActivation = .tanh }) }
        if options.isSet(.preactivationClip) { #expect(try output() != output { $0.preactivationClip = nil }) }
        if options.isSet(.cellClip) { #expect(try output() != output { $0.cellClip = nil }) }
        if options.grid.output == .productOfTanh { #expect(try output() != output { $0.grid.output = .tanhOfProduct }) }
        if options.isSet(.zoneout) { #expect(try output() != output { $0.zoneout = Zoneout() }) }
    }

    /// `MDLSTM_CASES` chooses as `parity --only` does, and nothing is no choice.
    @Test func chosenNames() {
        #expect(isChosen("", among: ["leaky +"]))
        #expect(isChosen("aky", among: ["graves", "leaky +"]))
        #expect(!isChosen("leaky -", among: ["graves", "leaky +"]))
    }

    /// The short list has every cell and form of row, each once.
    @Test func shortListReachesEveryForm() {
        let short = LayerCase.oneOfEachForm
        let options = short.map(\.configuration.options)
        #expect(Set(short.map(\.configuration.cell)) == Set(Cell.allCases))
        #expect(Set(options.map(\.layerNorm)) == Set(LayerNorm.allCases))
        #expect(options.contains { $0.extended } && options.contains { $0.variant == .fullGateRecurrence })
        #expect(short.contains { !$0.configuration.options.zoneout.isNone && $0.hasNoise })
        #expect(Set(short.filter { $0.configuration.cell == .grid }.map(\.configuration.axes)) == [1, 2, 3])
        #expect(Set(short.map(\.name)).count == short.count && short.count < 30)
    }

    @Test func differentCasesHaveDifferentNumbers() {
        let first = LayerCase.all.map { $0.input(as: Double.self).values[0] }
        #expect(Set(first).count == first.count)
    }
}

import MDLSTM
import Testing
import _TestSupport

/// What must be equal, bit for bit, whatever the numbers: flips, batches, ragged samples, axes of one site, tiles.
struct GravesSymmetryTests {
    private let backend = ReferenceBackend<Double>()

    private func run(_ layer: LayerCase, _ call: LayerCall<Double>) throws -> LayerResult<Double> {
        try backend.run(layer.configuration, parameters: layer.parameters(), call: call)
    }

    /// The depth of a `grid`, which its faces have beside the axes of the input.
    private func depth(_ layer: LayerCase) -> [Int] {
        layer.configuration.cell == .grid ? [layer.configuration.options.grid.depth] : []
    }

    /// A face `[D, B, face, H]` with the face's own axes apart, as the grid has them but of extent 1 along `k`.
    private func unfolded(_ tensor: Tensor<Double>, _ layer: LayerCase, axis k: Int) -> Tensor<Double> {
        var extents = layer.extents + depth(layer)
        extents[k] = 1
        return tensor.reshaped(Array(tensor.shape[..<2]) + extents + [tensor.shape[3]])
    }

    private func flipped(
        _ state: BoundaryState<Double>, _ layer: LayerCase, axis: Int
    ) -> BoundaryState<Double> {
        func flip(_ k: Int, _ tensor: Tensor<Double>) -> Tensor<Double> {
            unfolded(tensor, layer, axis: k).flipped(axis: axis + 2).reshaped(tensor.shape)
        }
        return BoundaryState(h: state.h.enumerated().map(flip), c: state.c.enumerated().map(flip))
    }

    /// Flipping an axis of everything that goes in, and the sign of that axis, flips everything that comes out.
    @Test(
        arguments: LayerCase.chosen.filter { $0.small && $0.configuration.directions.count == 1 && $0.samples == nil })
    func flippingTheInputIsFlippingTheDirection(_ layer: LayerCase) throws {
        let call: LayerCall<Double> = try layer.call()
        let result = try run(layer, call)
        for axis in layer.extents.indices {
            var reversed = layer.configuration.directions[0].reversed
            reversed[axis].toggle()
            var configuration = layer.configuration
            configuration.directions = [Direction(reversed: reversed)]
            var mirrored = call
            mirrored.input = call.input.flipped(axis: axis + 1)
            mirrored.outputGradient = call.outputGradient?.flipped(axis: axis + 1)
            mirrored.initialState = call.initialState.map { flipped($0, layer, axis: axis) }
            mirrored.finalStateGradient = call.finalStateGradient.map { flipped($0, layer, axis: axis) }
            let other = try backend.run(configuration, parameters: layer.parameters(), call: mirrored)
            expectSame(other.output.flipped(axis: axis + 1), result.output)
            #expect(flipped(other.finalState!, layer, axis: axis) == result.finalState)
            expectSame(other.gradients!.input.flipped(axis: axis + 1), result.gradients!.input)
            for (name, tensor) in result.gradients!.parameters.entries {
                // A grid's input enters site by site, not in scan order: the sum over the sites rounds differently.
                let rounding = ["weight_in", "bias_in"].contains(name) ? 1e-14 * tensor.largestMagnitude : 0
                expectClose(other.gradients!.parameters[name]!, tensor, absolute: rounding, relative: 0, name)
            }
            #expect(
                other.gradients!.initialState.map { flipped($0, layer, axis: axis) }
                    == result.gradients!.initialState)
        }
    }

    /// All directions at once give, side by side, what each gives alone with its own parameters.
    ///
    /// Masks are left out: they differ by direction.
    @Test(arguments: LayerCase.chosen.filter { $0.small && $0.configuration.directions.count > 1 && !$0.hasNoise })
    func directionsDoNotKnowOfOneAnother(_ layer: LayerCase) throws {
        let whole = try run(layer, layer.call())
        let (count, hidden) = (layer.configuration.directions.count, layer.configuration.hiddenSize)
        for (s, direction) in layer.configuration.directions.enumerated() {
            /// Of parameter sets by direction, or by depth and direction, those of the direction.
            func own(_ tensor: Tensor<Double>) -> Tensor<Double> {
                let sets = stride(from: s, to: tensor.shape[0], by: count)
                return .joined(sets.map { tensor.slice($0..<($0 + 1)) }, axis: 0)
            }
            var configuration = layer.configuration
            configuration.directions = [direction]
            var parameters: ParameterTensors<Double> = layer.parameters()
            for (name, tensor) in parameters.entries { parameters[name] = own(tensor) }
            let state = try layer.initialState(as: Double.self)
            let single = try backend.run(
                configuration, parameters: parameters,
                call: LayerCall(
                    input: layer.input(), samples: layer.samples,
                    initialState: state.map { BoundaryState(h: $0.h.map(own), c: $0.c.map(own)) },
                    wantsFinalState: true))
            let all = whole.output.shape.dropLast().map { 0..<$0 }
            expectSame(single.output, whole.output.slice(all + [(s * hidden)..<((s + 1) * hidden)]))
            #expect(whole.finalState.map { BoundaryState(h: $0.h.map(own), c: $0.c.map(own)) } == single.finalState)
        }
    }

    /// Each sample of a batch, ragged or not, gives what it gives alone on a grid of its own extents.
    ///
    /// Masks are left out: they differ by sample.
    @Test(arguments: LayerCase.chosen.filter { $0.batch > 1 && $0.configuration.hiddenSize < 12 && !$0.hasNoise })
    func batchIsItsSamples(_ layer: LayerCase) throws {
        let call: LayerCall<Double> = try layer.call()
        let whole = try run(layer, call)
        var occupied = Tensor<Double>(zeros: call.input.shape)
        var parameters = ParameterTensors<Double>(zeros: layer.configuration.parameterShapes)
        for b in 0..<layer.batch {
            let extents = layer.samples?[b] ?? layer.extents
            // A sample without sites has no grid of its own, and adds to no gradient.
            if extents.contains(0) { continue }
            let box = [b..<(b + 1)] + extents.map { 0..<$0 }
            func crop(_ state: BoundaryState<Double>) -> BoundaryState<Double> {
                func face(_ k: Int, _ tensor: Tensor<Double>) -> Tensor<Double> {
                    var own = (extents + depth(layer)).map { 0..<$0 }
                    own[k] = 0..<1
                    let part = unfolded(tensor, layer, axis: k).slice([0..<tensor.shape[0], b..<(b + 1)] + own)
                    return part.reshaped([part.shape[0], 1, own.reduce(1) { $0 * $1.count }, tensor.shape[3]])
                }
                return BoundaryState(h: state.h.enumerated().map(face), c: state.c.enumerated().map(face))
            }
            let single = try run(
                layer,
                LayerCall(
                    input: call.input.slice(box), initialState: call.initialState.map(crop), wantsFinalState: true,
                    outputGradient: call.outputGradient?.slice(box),
                    finalStateGradient: call.finalStateGradient.map(crop)))
            expectSame(whole.output.slice(box), single.output)
            #expect(whole.finalState.map(crop) == single.finalState)
            #expect(whole.gradients!.initialState.map(crop) == single.gradients!.initialState)
            expectSame(whole.gradients!.input.slice(box), single.gradients!.input)
            for (name, tensor) in single.gradients!.parameters.entries {
                parameters[name]!.values = zip(parameters[name]!.values, tensor.values).map(+)
            }
            forEachSite(of: extents) { site in
                for m in 0..<layer.configuration.inputSize {
                    let place = zip(site, layer.extents).reduce(b) { $0 * $1.1 + $1.0 }
                    occupied.values[place * layer.configuration.inputSize + m] = 1
                }
            }
        }
        // What no sample reaches has no output and no gradient; sums over samples may differ in their rounding.
        for (inside, gradient) in zip(occupied.values, whole.gradients!.input.values) where inside == 0 {
            #expect(gradient == 0)
        }
        for (name, tensor) in whole.gradients!.parameters.entries {
            expectClose(
                tensor, parameters[name]!, absolute: 1e-14 * parameters[name]!.largestMagnitude, relative: 1e-12, name)
        }
    }

    private func forEachSite(of extents: [Int], _ body: ([Int]) -> Void) {
        var sites: [[Int]] = [[]]
        for extent in extents { sites = sites.flatMap { site in (0..<extent).map { site + [$0] } } }
        sites.forEach(body)
    }
}

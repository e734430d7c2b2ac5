/// What a part of a batch adds to a training step over the whole batch.
public struct ShardSums<Element: Scalar>: Sendable, Equatable {
    /// The gradients of all parameters in their order; zeros where none are learnt.
    public var gradients: [Element]

    /// The running numbers of layers that keep them, as an update by this part alone would leave them; zeros of a layer without
    /// sites.
    public var running: [Element]

    /// Of each of these layers 1 if it had sites, else 0; summed, the number of parts that count.
    public var counts: [Element]

    /// The loss, divided by the mass of the whole batch.
    public var loss: Element

    /// Mean squared error at the probes, divided by the number of those of the whole batch.
    public var probeError: Element

    /// Those of a part without samples: zeros.
    public init(zerosOf model: ModelConfiguration, _ training: TrainingConfiguration) {
        let layers = training.runningLayers(of: model)
        gradients = Array(repeating: 0, count: model.parameterShapes.reduce(0) { $0 + $1.count })
        running = Array(repeating: 0, count: layers.reduce(0) { $0 + $1.numbers.count })
        counts = Array(repeating: 0, count: layers.count)
        (loss, probeError) = (0, 0)
    }

    /// - Parameters:
    ///   - gradients: of all parameters
    ///   - running: of the layers that keep some, in order
    ///   - grid: of the part's input
    package init(
        gradients: [Element], running: [Element], loss: Element, probeError: Element, over grid: Grid,
        _ model: ModelConfiguration, _ training: TrainingConfiguration
    ) throws(MDLSTMError) {
        self.init(zerosOf: model, training)
        let grids = try [grid] + model.grids(from: grid)
        (self.gradients, self.loss, self.probeError) = (gradients, loss, probeError)
        var first = 0
        for (number, layer) in training.runningLayers(of: model).enumerated() {
            let range = first..<(first + layer.numbers.count)
            first = range.upperBound
            guard grids[layer.index].occupiedSiteCount > 0 else { continue }
            counts[number] = 1
            self.running.replaceSubrange(range, with: running[range])
        }
    }

    /// Everything in one list.
    var flat: [Element] { gradients + running + counts + [loss, probeError] }

    /// Takes what ``flat`` of one of these sizes gave.
    mutating func take(_ flat: [Element]) {
        let ends = [gradients.count, running.count, counts.count].reduce(into: [0]) { $0.append($0.last! + $1) }
        gradients = Array(flat[ends[0]..<ends[1]])
        running = Array(flat[ends[1]..<ends[2]])
        counts = Array(flat[ends[2]..<ends[3]])
        (loss, probeError) = (flat[ends[3]], flat[ends[3] + 1])
    }

    /// The running numbers after an update, means over the parts that count, and their places among all parameters.
    package func means(
        of model: ModelConfiguration, _ training: TrainingConfiguration
    ) -> [(place: Range<Int>, values: [Element])] {
        var means: [(place: Range<Int>, values: [Element])] = []
        var first = 0
        for (number, layer) in training.runningLayers(of: model).enumerated() {
            let range = first..<(first + layer.numbers.count)
            first = range.upperBound
            guard counts[number] > 0 else { continue }
            means.append((layer.numbers, running[range].map { $0 / counts[number] }))
        }
        return means
    }
}

/// A part of a batch, computed: what it adds to the step, and the states that leave it.
public struct ComputedShard<Element: Scalar>: Sendable {
    public var sums: ShardSums<Element>

    /// What the recurrent layers hand to the next batch, where states are carried; empty otherwise.
    public var leaving: ParameterTensors<Element>

    public init(_ sums: ShardSums<Element>, leaving: ParameterTensors<Element> = ParameterTensors()) {
        (self.sums, self.leaving) = (sums, leaving)
    }
}

extension TrainingConfiguration {
    /// Layers that learn and keep numbers of their batches, and the places of these among all parameters.
    package func runningLayers(of model: ModelConfiguration) -> [(index: Int, numbers: Range<Int>)] {
        var found: [(index: Int, numbers: Range<Int>)] = []
        var first = 0
        for (index, layer) in model.layers.enumerated() {
            first += layer.parameterShapes.reduce(0) { $0 + $1.count }
            if layer.runningCount > 0, trains(index, of: model) {
                found.append((index, (first - layer.runningCount)..<first))
            }
        }
        return found
    }
}

/// The error of a step in shards while gradients of earlier backward passes wait for their update.
package func gradientsAreWaiting() -> MDLSTMError {
    MDLSTMError(
        .option, "gradients of earlier backward passes wait for their update; call apply before a step in shards")
}

import MDLSTM
import OpenCLRuntime

/// Where the input of a `grid` enters: `(h_N, m_N) = W_in x + b_in` at the boundary of its depth, for all directions one
/// dense layer.
final class GridEntrance<Element: Scalar> {
    private let projection: Dense<Element>

    /// Sites of the input, features of h alone, and of h and m together.
    private let sites: Int, hiddenSize: Int, entering: Int
    private let directions: Int
    private let depthAxis: Int
    private let firstBoundaryRow: Int

    /// Gradient by the projection's output, `[sites, directions * entering]`.
    private let gradient: Buffer<Element>

    init(
        _ configuration: LayerConfiguration, schedule: Schedule, library: KernelLibrary, slots: RecurrentSlots
    ) throws {
        depthAxis = configuration.axes - 1
        hiddenSize = configuration.hiddenSize
        entering = configuration.function(ofAxis: depthAxis) == .lstm ? 2 * hiddenSize : hiddenSize
        directions = configuration.directions.count
        sites = schedule.boundaryCount(axis: depthAxis) / directions
        firstBoundaryRow = schedule.firstBoundaryRow(axis: depthAxis)
        projection = try Dense(
            inputSize: configuration.inputSize, outputSize: directions * entering, sites: sites,
            weight: slots.offset("weight_in", perSet: entering * configuration.inputSize),
            bias: slots.offset("bias_in", perSet: entering), library: library)
        gradient = try library.context.makeBuffer(of: Element.self, count: sites * directions * entering)
    }

    /// Writes the boundary rows of the depth.
    func enter(x: Buffer<Element>, parameters: Buffer<Element>, layer: Recurrent<Element>) throws {
        try projection.forward(x: x, parameters: parameters)
        for direction in 0..<directions {
            for (part, target, vectors) in [
                (0, layer.rows.h, layer.cell.feedback), (1, layer.rows.c, layer.cell.cells),
            ] {
                if part * hiddenSize >= entering { continue }
                try layer.library.padRows(
                    projection.output, offset: direction * entering + part * hiddenSize,
                    sourceStride: directions * entering, rows: sites, count: hiddenSize, padded: layer.padded,
                    into: target, first: (firstBoundaryRow + direction * sites) * vectors + depthAxis, vectors: vectors)
            }
        }
    }

    /// Takes over the gradients by what entered, after the layer's backward pass.
    func gatherGradient(of layer: Recurrent<Element>) throws {
        // Columns of a direction: dh, then dm.
        for direction in 0..<directions {
            try layer.boundaryGradient(
                axis: depthAxis, direction: direction, h: gradient, c: gradient, target: direction * entering,
                stride: directions * entering, offsetOfC: entering > hiddenSize ? hiddenSize : nil)
        }
    }

    /// Gradients by the projection, after ``gatherGradient(of:)``.
    func weightGradients(x: Buffer<Element>, into gradients: Buffer<Element>, adding: Bool) throws {
        try projection.weightGradients(x: x, dy: gradient, into: gradients, adding: adding)
    }

    /// dL/dx, after ``gatherGradient(of:)``.
    func inputGradient(parameters: Buffer<Element>, into dx: Buffer<Element>) throws {
        try projection.inputGradient(dy: gradient, parameters: parameters, into: dx)
    }
}

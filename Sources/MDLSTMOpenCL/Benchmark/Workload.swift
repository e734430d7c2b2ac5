public import MDLSTM

/// A layer over a grid that is timed.
public struct Workload: Sendable {
    /// One letter for a named workload, else `layer`.
    public let name: String

    public let layer: LayerConfiguration

    /// What the input lies on; the depth of a `grid` layer is no axis of it.
    public let grid: Grid

    public init(name: String = "layer", layer: LayerConfiguration, grid: Grid) {
        self.name = name
        self.layer = layer
        self.grid = grid
    }
}

/// What of a layer is timed.
public enum BenchmarkPass: String, CaseIterable, Sendable {
    /// Packing of the weights, the forward pass, the output in its own layout.
    case forward
    /// The same, then the gradients by all parameters and by the input, from a given dL/dy.
    case training
}

extension Workload {
    /// Floating-point operations of `pass` as the equations have them: two for each element of a weight matrix and each
    /// row it is multiplied with.
    ///
    /// `training` is three times `forward`: each product of the forward pass has two in the backward pass, by its weights
    /// and by what they multiply. Gates, peepholes, biases and norms are not counted.
    public func floatingPointOperations(_ pass: BenchmarkPass) -> Int {
        let depth = layer.depth
        let sites = grid.occupiedSiteCount
        let multiplyAdds = layer.parameterShapes.reduce(0) { sum, tensor in
            switch tensor.name {
            // The input of a Grid LSTM enters once, where its depth begins.
            case "weight_in": return sum + sites * tensor.count
            case "weight_ih", "weight_hh", "weight_vh", "weight_gh": break
            case "weight_ch" where layer.options.extended: break
            default: return sum
            }
            return sum + sites * depth * layer.directions.count * (tensor.count / tensor.shape[0])
        }
        return 2 * multiplyAdds * (pass == .forward ? 1 : 3)
    }

    /// Bytes that `pass` cannot but move: input, parameters and output once; in training dL/dy and all gradients too.
    public func bytesMoved(_ pass: BenchmarkPass, _ precision: Precision) -> Int {
        let sites = grid.occupiedSiteCount
        let parameters = layer.parameterShapes.reduce(0) { $0 + $1.count }
        let elements = sites * (layer.inputSize + layer.outputSize) + parameters
        return elements * (pass == .forward ? 1 : 2) * (precision == .float32 ? 4 : 8)
    }
}

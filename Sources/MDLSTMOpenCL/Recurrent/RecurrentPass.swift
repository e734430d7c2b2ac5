import MDLSTM
import OpenCLRuntime

/// A recurrent layer over one grid on the device, forward and backward.
protocol RecurrentPass<Element>: AnyObject {
    associatedtype Element: Scalar

    /// The way through the wavefronts, never `auto`.
    var path: ComputePath { get }

    /// The states at the faces of the grid and their gradients: set before ``output(x:parameters:training:noise:)``,
    /// filled by it and by the backward pass.
    var faces: LayerFaces<Element> { get set }

    /// The layer's output by site, `[sites, D * H]`, or `[sites, H]` if the directions are summed. Every call returns
    /// the same buffer.
    ///
    /// - Parameters:
    ///   - x: `[sites, I]`
    ///   - parameters: all parameters of the layer or model
    ///   - training: whether a backward pass follows
    ///   - noise: the key of zoneout's masks in training; nil in inference
    func output(
        x: Buffer<Element>, parameters: Buffer<Element>, training: Bool, noise: NoiseKey?
    ) throws -> Buffer<Element>

    /// Computes the gradients; call it after ``output(x:parameters:training:noise:)`` with the same input.
    ///
    /// - Parameters:
    ///   - dy: dL/dy, in the shape of the output
    ///   - gradients: the gradients of all parameters of the layer or model, in which this layer writes its part; nil
    ///     if they are not wanted
    ///   - adding: whether they are added to the present values
    ///   - dx: the buffer for dL/dx, `[sites, I]`; nil if it is not wanted
    func gradients(
        x: Buffer<Element>, dy: Buffer<Element>, parameters: Buffer<Element>, into gradients: Buffer<Element>?,
        adding: Bool, inputGradient dx: Buffer<Element>?
    ) throws
}

extension Recurrent {
    func output(
        x: Buffer<Element>, parameters: Buffer<Element>, training: Bool, noise: NoiseKey?
    ) throws -> Buffer<Element> {
        try weights.pack(parameters, isTraining: training)
        if let state = faces.initialState { try setInitialState(state) }
        try setNoise(noise)
        try forward(x: x, parameters: parameters)
        if faces.finalState != nil { faces.finalState = try finalState() }
        if faces.wantsCellRange { faces.cellRange = try cellRange() }
        return try output()
    }

    func gradients(
        x: Buffer<Element>, dy: Buffer<Element>, parameters: Buffer<Element>, into gradients: Buffer<Element>?,
        adding: Bool, inputGradient dx: Buffer<Element>?
    ) throws {
        if let gradient = faces.finalStateGradient { try setFinalStateGradient(gradient) }
        try gridGradients(x: x, dy: dy, parameters: parameters, into: gradients, adding: adding, inputGradient: dx)
        if faces.initialStateGradient != nil { faces.initialStateGradient = try initialStateGradient() }
    }

    /// The gradients apart from those by the states at the faces; the parameters as in
    /// ``RecurrentPass/gradients(x:dy:parameters:into:adding:inputGradient:)``.
    func gridGradients(
        x: Buffer<Element>, dy: Buffer<Element>, parameters: Buffer<Element>, into gradients: Buffer<Element>?,
        adding: Bool, inputGradient dx: Buffer<Element>?
    ) throws {
        try backward(dy: dy)
        try entrance?.gatherGradient(of: self)
        if let gradients { try weightGradients(x: x, into: gradients, adding: adding) }
        if let dx { try inputGradient(parameters: parameters, into: dx) }
    }
}

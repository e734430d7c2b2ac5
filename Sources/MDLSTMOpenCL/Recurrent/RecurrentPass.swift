package import MDLSTM
package import OpenCLRuntime

/// A recurrent layer over one grid on the device, forward and backward.
package protocol RecurrentPass<Element>: AnyObject {
    associatedtype Element: Scalar

    /// The way that is taken, never `auto`.
    var path: ComputePath { get }

    /// The layer's output by site, `[sites, directions * H]` or, the directions summed, `[sites, H]`; in a buffer of the
    /// layer's own, the same in every call.
    ///
    /// - Parameters:
    ///   - x: `[sites, I]`
    ///   - parameters: all parameters of the layer or model
    ///   - training: whether a backward pass follows
    ///   - noise: the masks of zoneout in training; nil in inference
    func output(
        x: Buffer<Element>, parameters: Buffer<Element>, training: Bool, noise: NoiseKey?
    ) throws -> Buffer<Element>

    /// The gradients, after ``output(x:parameters:training:noise:)`` of the same input.
    ///
    /// - Parameters:
    ///   - dy: dL/dy, shaped as the output
    ///   - gradients: gradients of all parameters of the layer or model; the layer's own are written
    ///   - dx: where dL/dx goes, `[sites, I]`; nil if nobody wants it
    func gradients(
        x: Buffer<Element>, dy: Buffer<Element>, parameters: Buffer<Element>, into gradients: Buffer<Element>,
        inputGradient dx: Buffer<Element>?
    ) throws
}

extension Recurrent: RecurrentPass {
    package func output(
        x: Buffer<Element>, parameters: Buffer<Element>, training: Bool, noise: NoiseKey?
    ) throws -> Buffer<Element> {
        try pack(parameters, backward: training)
        try setNoise(noise)
        try forward(x: x, parameters: parameters)
        return try output()
    }

    package func gradients(
        x: Buffer<Element>, dy: Buffer<Element>, parameters: Buffer<Element>, into gradients: Buffer<Element>,
        inputGradient dx: Buffer<Element>?
    ) throws {
        try backward(dy: dy)
        try weightGradients(x: x, into: gradients)
        if let dx { try inputGradient(parameters: parameters, into: dx) }
    }
}

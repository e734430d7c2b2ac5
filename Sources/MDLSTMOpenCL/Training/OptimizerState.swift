package import MDLSTM
package import OpenCLRuntime

/// The moments of an optimizer on the device, and its step.
package struct OptimizerState<Element: Scalar> {
    package let optimizer: Optimizer
    package let clipping: Clipping

    /// First and second moments, one for each parameter.
    package let moments: Buffer<Element>, squares: Buffer<Element>

    package init(_ optimizer: Optimizer, clipping: Clipping, count: Int, context: Context) throws {
        self.optimizer = optimizer
        self.clipping = clipping
        moments = try context.makeBuffer(of: Element.self, count: count)
        squares = try context.makeBuffer(of: Element.self, count: count)
        try moments.fill(with: 0)
        try squares.fill(with: 0)
    }

    /// Moves `parameters` against `gradients`, unless `scalars` (of `finishStep`) are not finite.
    package func apply(
        to parameters: Buffer<Element>, gradients: Buffer<Element>, scalars: Buffer<Element>, rate: Double, step: Int,
        library: KernelLibrary
    ) throws {
        func real(_ value: Double) -> KernelArgument { .real(value, as: Element.self) }
        let name: String
        var numbers = [real(clipping.limits.norm), real(clipping.limits.value), real(rate)]
        var buffers = [gradients, scalars, parameters, moments, squares]
        switch optimizer {
        case .sgd(let momentum):
            name = "sgd"
            numbers.append(real(momentum))
            buffers.removeLast()
        case .rmsProp(let decay, let momentum, let epsilon):
            name = "rmsprop"
            numbers += [real(momentum), real(decay), real(epsilon)]
        case .adam(let beta1, let beta2, let epsilon):
            name = "adam"
            numbers += [
                real(beta1), real(beta2), real(epsilon), real(1 - power(beta1, step)), real(1 - power(beta2, step)),
            ]
        }
        try library.elementKernel(name, Element.self, helpers: ["clipping"]).launch(
            items: parameters.count, [.int(parameters.count)] + numbers + buffers.map { .buffer($0) })
    }
}

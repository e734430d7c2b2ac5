import MDLSTM
import OpenCLRuntime

/// An optimizer on the device: its moments and its step.
struct OptimizerState<Element: Scalar> {
    let optimizer: Optimizer
    let clipping: Clipping

    /// First and second moments, one for each parameter.
    let moments: Buffer<Element>, squares: Buffer<Element>

    init(_ optimizer: Optimizer, clipping: Clipping, count: Int, context: Context) throws {
        self.optimizer = optimizer
        self.clipping = clipping
        moments = try context.makeBuffer(of: Element.self, count: count)
        squares = try context.makeBuffer(of: Element.self, count: count)
        try moments.fill(with: 0)
        try squares.fill(with: 0)
    }

    /// Updates the parameters in `ranges` from `gradients`, unless `scalars` (of `finishStep`) are not finite.
    func apply(
        to parameters: Buffer<Element>, gradients: Buffer<Element>, scalars: Buffer<Element>, rate: Double, step: Int,
        in ranges: [Range<Int>], library: KernelLibrary
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
        let kernel = try library.elementKernel(name, Element.self, helpers: ["clipping"])
        for range in ranges {
            try kernel.launch(
                items: range.count, [.int(range.lowerBound), .int(range.count)] + numbers + buffers.map { .buffer($0) })
        }
    }
}

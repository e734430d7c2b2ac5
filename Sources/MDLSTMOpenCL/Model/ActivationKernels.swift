package import MDLSTM
package import OpenCLRuntime

extension KernelLibrary {
    /// `y = phi(x)` over `sites` rows of `width` features.
    package func activate<Element: Scalar>(
        _ activation: Activation, x: Buffer<Element>, sites: Int, width: Int, into y: Buffer<Element>
    ) throws {
        guard activation != .softmax else {
            try elementKernel("softmax_forward", Element.self).launch(
                items: sites, [.int(sites), .int(width), .buffer(x), .buffer(y)])
            return
        }
        let (kernel, lanes) = try activationKernel("activation_forward", activation, Element.self)
        let count = sites * width
        try kernel.launch(items: (count + lanes - 1) / lanes, [.int(count), .buffer(x), .buffer(y)])
    }

    /// dL/dx from the output y and dL/dy.
    package func activationGradient<Element: Scalar>(
        _ activation: Activation, y: Buffer<Element>, dy: Buffer<Element>, sites: Int, width: Int,
        into dx: Buffer<Element>
    ) throws {
        guard activation != .softmax else {
            try elementKernel("softmax_backward", Element.self).launch(
                items: sites, [.int(sites), .int(width), .buffer(y), .buffer(dy), .buffer(dx)])
            return
        }
        let (kernel, lanes) = try activationKernel("activation_backward", activation, Element.self)
        let count = sites * width
        try kernel.launch(items: (count + lanes - 1) / lanes, [.int(count), .buffer(y), .buffer(dy), .buffer(dx)])
    }

    private func activationKernel<Element: Scalar>(
        _ name: String, _ activation: Activation, _ type: Element.Type
    ) throws -> (CompiledKernel, lanes: Int) {
        let lanes = traits.widestVector(Element.precision)
        let kernel = try kernel(
            KernelVariant(
                name: name,
                constants: [
                    "DOUBLE": Element.precision == .float64 ? 1 : 0, "V": lanes,
                    "ACTIVATION": activation == .tanh ? 1 : 0,
                ], workGroupSize: traits.tileGroup))
        return (kernel, lanes)
    }
}

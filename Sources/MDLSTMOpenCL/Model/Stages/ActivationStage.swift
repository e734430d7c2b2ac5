import MDLSTM
import OpenCLRuntime

/// A function of every site's features.
final class ActivationStage<Element: Scalar>: ModelStage {
    private let library: KernelLibrary
    private let activation: Activation
    private let sites: Int, width: Int
    private let output: Buffer<Element>

    init(_ activation: Activation, _ maker: StageMaker<Element>) throws {
        library = maker.library
        self.activation = activation
        (sites, width) = (maker.grid.siteCount, maker.features)
        output = try maker.makeBuffer(maker.grid, features: width)
    }

    func forward(
        _ x: Buffer<Element>, parameters: Buffer<Element>, training: Bool, noise: NoiseKey?
    ) throws -> Buffer<Element> {
        try launch("forward", [.buffer(x), .buffer(output)])
        return output
    }

    /// Computes dL/dx from the output y and dL/dy.
    func backward(_ pass: StageBackward<Element>) throws {
        guard let dx = pass.dx else { return }
        try launch("backward", [.buffer(pass.y), .buffer(pass.dy), .buffer(dx)])
    }

    private func launch(_ direction: String, _ buffers: [KernelArgument]) throws {
        guard activation != .softmax else {
            try library.elementKernel("softmax_\(direction)", Element.self).launch(
                items: sites, [.int(sites), .int(width)] + buffers)
            return
        }
        let lanes = library.traits.widestVector(Element.precision)
        let kernel = try library.elementKernel(
            "activation_\(direction)", Element.self, lanes: lanes, ["ACTIVATION": activation.kernelNumber])
        let count = sites * width
        try kernel.launch(items: (count + lanes - 1) / lanes, [.int(count)] + buffers)
    }
}

extension Activation {
    /// Its number in `activation_forward.cl`; softmax has kernels of its own.
    fileprivate var kernelNumber: Int {
        switch self {
        case .sigmoid, .softmax: 0
        case .tanh: 1
        case .relu: 2
        }
    }
}

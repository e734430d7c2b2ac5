import MDLSTM
import OpenCLRuntime

/// A layer over the first features of a site, whose output the others follow.
final class SkipStage<Element: Scalar>: ModelStage {
    let inner: any ModelStage<Element>

    private let library: KernelLibrary

    /// Features of the input, of the inner layer's input and output, and the first that goes past it.
    private let size: Int, taken: Int, own: Int, first: Int
    private let sites: Int

    /// The inner layer's input; its gradients by output and input, nil where they are not wanted.
    private let narrow: Buffer<Element>
    private let output: Buffer<Element>
    private let innerGradient: Buffer<Element>?, narrowGradient: Buffer<Element>?

    /// The inner layer's output, after the forward pass.
    private var h: Buffer<Element>?

    init(_ layer: LayerDescription, from first: Int, taken: Int, own: Int, _ maker: StageMaker<Element>) throws {
        library = maker.library
        (size, sites) = (maker.features, maker.grid.siteCount)
        (self.taken, self.own, self.first) = (taken, own, first)
        narrow = try maker.makeBuffer(maker.grid, features: taken)
        output = try maker.makeBuffer(maker.grid, features: own + size - first)
        innerGradient = maker.training ? try maker.makeBuffer(maker.grid, features: own) : nil
        narrowGradient = maker.wantsInputGradient ? try maker.makeBuffer(maker.grid, features: taken) : nil
        inner = try maker.inner(features: taken).make(layer)
    }

    func forward(
        _ x: Buffer<Element>, parameters: Buffer<Element>, training: Bool, noise: NoiseKey?
    ) throws -> Buffer<Element> {
        try join(Columns(x, size, 0, at: 0, taken), nil, into: narrow, width: taken)
        let h = try inner.forward(narrow, parameters: parameters, training: training, noise: noise)
        self.h = h
        try join(
            Columns(h, own, 0, at: 0, own), Columns(x, size, first, at: own, size - first), into: output,
            width: own + size - first)
        return output
    }

    func backward(_ pass: StageBackward<Element>) throws {
        guard let innerGradient, let h else { preconditionFailure("no forward pass in training") }
        let width = own + size - first
        try join(Columns(pass.dy, width, 0, at: 0, own), nil, into: innerGradient, width: own)
        try inner.backward(
            StageBackward(
                x: narrow, y: h, dy: innerGradient, parameters: pass.parameters, gradients: pass.gradients,
                adding: pass.adding, dx: pass.dx == nil ? nil : narrowGradient, noise: pass.noise))
        guard let dx = pass.dx, let narrowGradient else { return }
        try join(
            Columns(narrowGradient, taken, 0, at: 0, taken), Columns(pass.dy, width, own, at: first, size - first),
            into: dx, width: size)
    }

    /// A part of the rows of a buffer, and where it goes.
    private struct Columns {
        let buffer: Buffer<Element>
        let width: Int, first: Int, place: Int, count: Int

        init(_ buffer: Buffer<Element>, _ width: Int, _ first: Int, at place: Int, _ count: Int) {
            (self.buffer, self.width, self.first, self.place, self.count) = (buffer, width, first, place, count)
        }
    }

    private func join(_ a: Columns, _ b: Columns?, into y: Buffer<Element>, width: Int) throws {
        try library.elementKernel("join_columns", Element.self).launch(
            items: sites * width,
            [
                .int(sites), .int(width), .int(a.width), .int(a.first), .int(a.place), .int(a.count),
                .int(b?.width ?? a.width), .int(b?.first ?? 0), .int(b?.place ?? 0), .int(b?.count ?? 0),
                .buffer(a.buffer), .buffer(b?.buffer ?? a.buffer), .buffer(y),
            ])
    }
}

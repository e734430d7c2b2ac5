import MDLSTM
import OpenCLRuntime

/// A density at every site: one dense layer for all products of h, then a kernel of the energies.
final class MCGSMStage<Element: Scalar>: ModelStage {
    private let library: KernelLibrary
    private let head: MCGSM
    private let layout: MCGSMLayout
    private let sites: Int

    /// Offsets of the tensors that stand in no product.
    private let priors: Int, scales: Int, betas: Int, cholesky: Int

    /// b_f . h, then A_k h + mu_k - y of every site; its weights, then its bias.
    private let products: Dense<Element>
    private let weightPlaces: PlaceTable
    private let weights: Buffer<Element>
    private let packed: Buffer<Element>
    private let output: Buffer<Element>

    // In training alone.
    private let gradients: MCGSMGradients<Element>?

    init(_ head: MCGSM, _ maker: StageMaker<Element>) throws {
        (library, self.head, sites) = (maker.library, head, maker.grid.siteCount)
        layout = MCGSMLayout(head, traits: library.traits, precision: Element.precision)
        (priors, scales) = (maker.offset("priors"), maker.offset("scales"))
        (betas, cholesky) = (maker.offset("weights"), maker.offset("cholesky"))
        let inputs = head.inputs + head.outputs
        products = try Dense(
            inputSize: inputs, outputSize: layout.width, sites: sites, weight: 0, bias: layout.width * inputs,
            library: library)
        let context = library.context
        let places = layout.weightPlaces(
            features: maker.offset("features"), predictors: maker.offset("predictors"),
            means: head.means ? maker.offset("means") : nil)
        weightPlaces = try PlaceTable(places, context: context)
        weights = try context.makeBuffer(of: Element.self, count: places.count)
        packed = try context.makeBuffer(of: Element.self, count: layout.headCount)
        output = try maker.makeBuffer(maker.grid, features: 1)
        gradients =
            maker.training
            ? try MCGSMGradients(
                layout, sites: sites, weightCount: places.count,
                sums: layout.sumPlaces(priors: priors, scales: scales, betas: betas, cholesky: cholesky),
                library: library) : nil
    }

    func forward(
        _ x: Buffer<Element>, parameters: Buffer<Element>, training: Bool, noise: NoiseKey?
    ) throws -> Buffer<Element> {
        try prepare(parameters)
        try products.multiply(x: x, sites: sites)
        try kernel("mcgsm_forward").launch(
            items: sites, [.int(sites), .buffer(products.output), .buffer(packed), .buffer(output)])
        return output
    }

    /// Lays out the tensors; needed after every change of the parameters.
    func prepare(_ parameters: Buffer<Element>) throws {
        try library.elementKernel("mcgsm_weights", Element.self).launch(
            items: weights.count,
            [.int(weights.count), .buffer(weightPlaces.places), .buffer(parameters), .buffer(weights)])
        try kernel("mcgsm_head").launch(
            items: head.components,
            [.int(priors), .int(scales), .int(betas), .int(cholesky), .buffer(parameters), .buffer(packed)])
        try products.pack(weights)
    }

    /// Draws y given h of the first `rows` sites, whose y is 0: `mcgsm_draw.cl`, whose arguments before `z` and after
    /// `head` are the caller's.
    func draw(
        _ x: Buffer<Element>, rows: Int, _ constants: KernelConstants, _ first: [KernelArgument],
        _ last: [KernelArgument]
    ) throws {
        try products.multiply(x: x, sites: rows)
        try library.tileKernel(
            "mcgsm_draw", Element.self, helpers: ["mcgsm", "philox"], lanes: layout.lanes,
            layout.constants.adding("STREAM", Int(RandomStreams.sampling)).adding(constants)
        ).launch(items: rows, first + [.buffer(products.output), .buffer(packed)] + last)
    }

    func backward(_ pass: StageBackward<Element>) throws {
        guard let gradients else { preconditionFailure("no forward pass in training") }
        try kernel("mcgsm_backward").launch(
            items: gradients.size.chunks,
            [
                .int(sites), .int(gradients.size.rowsPerChunk), .buffer(products.output), .buffer(packed),
                .buffer(pass.dy), .buffer(gradients.products), .buffer(gradients.partial),
            ])
        if let sums = pass.gradients {
            try library.sumPartials(
                gradients.partial, chunks: gradients.size.chunks, by: gradients.sums, into: sums, adding: pass.adding)
            try products.weightGradients(x: pass.x, dy: gradients.products, into: gradients.weights)
            try library.sumPartials(
                gradients.weights, chunks: 1, by: weightPlaces, into: sums, adding: pass.adding)
        }
        if let dx = pass.dx { try products.inputGradient(dy: gradients.products, parameters: weights, into: dx) }
    }

    private func kernel(_ name: String) throws -> CompiledKernel {
        try library.tileKernel(name, Element.self, helpers: ["mcgsm"], lanes: layout.lanes, layout.constants)
    }
}

/// What the backward pass of a density needs.
private struct MCGSMGradients<Element: Scalar> {
    let size: ChunkSize

    /// By the products, and by their weights.
    let products: Buffer<Element>, weights: Buffer<Element>

    /// By the other tensors, the sums of each chunk of sites; and where they go.
    let partial: Buffer<Element>
    let sums: PlaceTable

    init(_ layout: MCGSMLayout, sites: Int, weightCount: Int, sums: [Int32], library: KernelLibrary) throws {
        let (context, traits) = (library.context, library.traits)
        size = ChunkSize(
            rows: sites, sums: sums.count, wanted: traits.isProcessor ? 64 : 32 * traits.computeUnits,
            atLeast: traits.isProcessor ? 64 : 4)
        products = try context.makeBuffer(of: Element.self, count: sites * layout.width)
        weights = try context.makeBuffer(of: Element.self, count: weightCount)
        partial = try context.makeBuffer(of: Element.self, count: size.chunks * sums.count)
        self.sums = try PlaceTable(sums, context: context)
    }
}

import MDLSTM
import OpenCLRuntime

/// Every feature normalised over the sites of the batch in training, else by the layer's running numbers.
final class BatchNormStage<Element: Scalar>: ModelStage {
    private let library: KernelLibrary
    private let momentum: Double, epsilon: Double
    private let sites: Int, width: Int, lanes: Int

    /// Whether the layer learns; one that does not goes by its running numbers.
    private let trains: Bool

    /// Offsets of gain and bias, and of running mean and variance, among all parameters.
    private let weights: Int, running: Int

    /// 1 for each site that belongs to a sample, else 0.
    private let marks: Buffer<Int32>

    /// Sites of a chunk, and the chunks.
    private let perChunk: Int, chunks: Int
    private let partial: Buffer<Element>, statistics: Buffer<Element>, means: Buffer<Element>
    private let output: Buffer<Element>

    init(momentum: Double, epsilon: Double, _ maker: StageMaker<Element>) throws {
        library = maker.library
        (self.momentum, self.epsilon, trains) = (momentum, epsilon, maker.trains)
        (sites, width) = (maker.grid.siteCount, maker.features)
        lanes = library.traits.vectorWidth(dividing: width, Element.precision)
        (weights, running) = (maker.offset("weight"), maker.offset("runningMean"))
        let context = library.context
        marks = try context.makeBuffer(copying: maker.grid.marked(Int32(1), others: 0))
        perChunk = max(1, (sites + Self.mostChunks - 1) / Self.mostChunks)
        chunks = max(1, (sites + perChunk - 1) / perChunk)
        partial = try context.makeBuffer(of: Element.self, count: 3 * chunks * width)
        statistics = try context.makeBuffer(of: Element.self, count: 4 * width)
        means = try context.makeBuffer(of: Element.self, count: 2 * width)
        output = try maker.makeBuffer(maker.grid, features: width)
    }

    /// The same on every device, so that sums are the same.
    private static var mostChunks: Int { 512 }

    func forward(
        _ x: Buffer<Element>, parameters: Buffer<Element>, training: Bool, noise: NoiseKey?
    ) throws -> Buffer<Element> {
        let takesBatch = noise != nil && trains
        if takesBatch {
            try launch(
                "moments", items: width / lanes * chunks,
                [.int(sites), .int(perChunk), .int(chunks), .int(width), .buffer(marks), .buffer(x), .buffer(partial)])
        }
        try launch(
            "statistics", items: width / lanes, constants: ["RUNNING": takesBatch ? 0 : 1],
            [
                .int(chunks), .int(width), .int(running), .real(epsilon, as: Element.self), .buffer(partial),
                .buffer(parameters), .buffer(statistics),
            ])
        let count = sites * width / lanes
        try launch(
            "forward", items: count,
            [
                .int(count), .int(width), .int(weights), .buffer(x), .buffer(statistics), .buffer(parameters),
                .buffer(output),
            ])
        return output
    }

    func backward(_ pass: StageBackward<Element>) throws {
        try launch(
            "products", items: width / lanes * chunks,
            [
                .int(sites), .int(perChunk), .int(chunks), .int(width), .buffer(marks), .buffer(pass.x),
                .buffer(pass.dy), .buffer(statistics), .buffer(partial),
            ])
        try launch(
            "gradients", items: width / lanes,
            [
                .int(chunks), .int(width), .int(weights), .int(pass.gradients == nil ? 0 : 1),
                .int(pass.adding ? 1 : 0),
                .buffer(partial), .buffer(statistics), .buffer(means), .buffer(pass.gradients ?? means),
            ])
        guard let dx = pass.dx else { return }
        let count = sites * width / lanes
        try launch(
            "backward", items: count,
            [
                .int(count), .int(width), .int(weights), .buffer(marks), .buffer(pass.x), .buffer(pass.dy),
                .buffer(statistics), .buffer(means), .buffer(pass.parameters), .buffer(dx),
            ])
    }

    func keepRunning(in parameters: Buffer<Element>) throws {
        guard trains else { return }
        try launch(
            "running", items: 2 * width, lanes: 1,
            [
                .int(width), .int(running), .real(momentum, as: Element.self), .buffer(statistics), .buffer(parameters),
            ])
    }

    private func launch(
        _ name: String, items: Int, lanes: Int? = nil, constants: KernelConstants = [:],
        _ arguments: [KernelArgument]
    ) throws {
        try library.elementKernel("batch_norm_\(name)", Element.self, lanes: lanes ?? self.lanes, constants).launch(
            items: items, arguments)
    }
}

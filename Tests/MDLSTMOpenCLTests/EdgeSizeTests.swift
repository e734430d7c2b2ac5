import MDLSTM
import MDLSTMOpenCL
import Testing
import _TestSupport

/// Sizes on both sides of the edges of vectors, tiles, work-groups and chunks.
@MainActor @Suite(.serialized) struct EdgeSizeTests {
    private func compare(
        _ layer: LayerConfiguration, batch: Int, _ extents: [Int], variants: [DeviceVariant] = DeviceVariant.all
    ) throws {
        let expected = try ReferenceBackend<Double>().run(
            layer, parameters: layer.randomParameters(), call: layer.randomCall(batch: batch, extents))
        func check<T: Scalar>(_ backend: OpenCLBackend<T>) throws {
            let actual = try backend.run(
                layer, parameters: layer.randomParameters(), call: layer.randomCall(batch: batch, extents))
            expectParity(actual, expected, "\(backend.path) \(T.precision)")
        }
        for variant in variants { try variant.run(check, check) }
    }

    /// Two inputs of each size of a layer: every pair would compile six kernels of its own.
    private nonisolated static let sizes = [1, 2, 5, 31, 32, 33, 63, 64, 65].enumerated().flatMap { index, hidden in
        [0, 3].map { (hidden, [1, 3, 5, 16, 17, 32][(index + $0) % 6]) }
    }

    @Test(arguments: sizes)
    func layerSizes(hidden: Int, input: Int) throws {
        try compare(makeLayer("+- -+", I: input, H: hidden), batch: 1, [2, 3])
    }

    @Test(arguments: 1...5)
    func batches(_ batch: Int) throws {
        try compare(makeLayer("++ --", I: 2, H: 5), batch: batch, [3, 2])
        try compare(makeLayer("+", I: 3, H: 17, cell: .lstm), batch: batch, [5])
    }

    /// Every number of rows of a tile, and of tiles that rows are cut into: one sample is one row of a wavefront. With three
    /// gates, tiles have the most rows that there can be.
    @Test(arguments: 1...17)
    func heightsOfTiles(_ batch: Int) throws {
        let variants = DeviceVariant.all.filter { $0.path != .gemm }
        try compare(makeLayer("++", I: 3, H: 17), batch: batch, [1, 2], variants: variants)
        var layer = try makeLayer("+", I: 32, H: 32, cell: .lstm)
        layer.options.variant = .coupled
        try compare(layer, batch: batch, [3], variants: variants)
    }

    /// 589 rows a set: two chunks of the weight gradients, the second one short.
    @Test func moreRowsThanAChunk() throws {
        try compare(makeLayer("+- -+", I: 2, H: 3), batch: 1, [31, 19])
        try compare(makeLayer("+", I: 2, H: 3, cell: .lstm), batch: 19, [31])
    }

    /// Rows so long that weight gradients copy them, in two strips of 32; parts of a layer norm have gates of their own.
    @Test func longRows() throws {
        try compare(makeLayer("+", I: 3, H: 129, cell: .lstm), batch: 3, [13])
        var layer = try makeLayer("-", I: 5, H: 128, cell: .lstm, peepholes: false)
        layer.options.layerNorm = .inputRecurrentCell
        try compare(layer, batch: 3, [13], variants: DeviceVariant.all.filter { $0.path != .gemm })
    }

    /// 33 127 rows: more than 64 chunks of 512, so that the chunks grow.
    @Test func moreRowsThanAllChunks() throws {
        let variants = DeviceVariant.all.filter { $0.precision == .float32 }
        try compare(makeLayer("+", I: 1, H: 2, cell: .lstm), batch: 257, [129], variants: variants)
    }
}

import MDLSTM
import Testing
import _TestSupport

@testable import MDLSTMOpenCL

/// The sizes of a layer on devices that are not there: of a processor with vectors of 16, and of a GPU.
@Suite struct LayerShapeTests {
    private static let processor = DeviceTraits(
        isProcessor: true, computeUnits: 2, group: 64, floatWidth: 16, doubleWidth: 8)
    private static let gpu = DeviceTraits(
        isProcessor: false, computeUnits: 80, group: 64, floatWidth: 4, doubleWidth: 2)

    private static func shape(
        _ layer: LayerConfiguration, _ traits: DeviceTraits = processor, _ precision: Precision = .float32,
        training: Bool = true, merge: DirectionMerge = .concatenate
    ) -> LayerShape {
        LayerShape(layer, traits: traits, precision: precision, training: training, merge: merge)
    }

    /// I = 3, H = 19, G = 5 gates, N = 2 axes, D = 3 directions.
    @Test func weightsArePadded() throws {
        let layer = try makeLayer("++ +- --", I: 3, H: 19)
        for (traits, precision, width, padded) in [
            (Self.processor, Precision.float32, 16, 32), (Self.processor, .float64, 8, 24), (Self.gpu, .float32, 4, 20),
            (Self.gpu, .float64, 2, 20),
        ] {
            let shape = Self.shape(layer, traits, precision)
            #expect(shape.width == width && shape.padded == padded)
            #expect(shape.depth == 3 + 2 * padded + 1 && shape.columns == 5 * padded)
            #expect(shape.forwardWeights == 3 * 5 * padded * (3 + 2 * padded + 1))
            #expect(shape.backwardWeights == 3 * 2 * 5 * padded * padded)
            // Peepholes of i, f_1, f_2 and o.
            #expect(shape.vectorWeights == 3 * 4 * padded)
        }
    }

    @Test func inferenceKeepsNoBackwardWeights() throws {
        let layer = try makeLayer("++ --", I: 3, H: 5)
        #expect(Self.shape(layer, training: false).backwardWeights == 0)
        let vectors = RowVectors(Self.shape(layer, training: false), rows: 7, states: 11, sharesTiles: false)
        #expect(vectors.h == 11 && vectors.c == 11)
        #expect([vectors.gates, vectors.raw, vectors.handed, vectors.added, vectors.dh] == [0, 0, 0, 0, 0])
        let kept = RowVectors(Self.shape(layer), rows: 7, states: 11, sharesTiles: false)
        // Row R too; two axes hand on, four peepholes are added to.
        #expect(kept.gates == 8 * 5 && kept.handed == 8 * 2 && kept.added == 7 * 4 && kept.raw == 0 && kept.dh == 0)
    }

    @Test func layerNormKeepsGatesInInferenceToo() throws {
        var layer = try makeLayer("++", I: 3, H: 5, peepholes: false)
        layer.options.layerNorm = .inputRecurrentCell
        let shape = Self.shape(layer, training: false)
        let vectors = RowVectors(shape, rows: 7, states: 8, sharesTiles: false)
        #expect(shape.hasNorm && vectors.gates == 8 * 5 && vectors.raw == 8 * (5 + 5 + 1) && vectors.dh == 0)
        #expect(RowVectors(Self.shape(layer), rows: 7, states: 8, sharesTiles: false).dh == 7)
    }

    @Test func directionsAreSummedOrSideBySide() throws {
        let layer = try makeLayer("++ -+ --", I: 2, H: 7)
        #expect(Self.shape(layer).outputSize == 21 && !Self.shape(layer).isSummed)
        #expect(Self.shape(layer, merge: .sum).outputSize == 7 && Self.shape(layer, merge: .sum).isSummed)
        // A single direction is written where it belongs.
        #expect(!Self.shape(try makeLayer("-+", I: 2, H: 7), merge: .sum).isSummed)
    }

    @Test func untiedGridsHaveSetsByDepth() throws {
        let layer = try LayerConfiguration(
            cell: .grid, inputSize: 3, hiddenSize: 16, directions: ["++", "-+"],
            options: CellOptions { $0.grid = GridOptions(depth: 3, tied: false) })
        let shape = Self.shape(layer)
        // Eight gates, two sources, no input but at the boundary.
        #expect(shape.depth == 2 * 16 + 1 && shape.columns == 8 * 16)
        #expect(shape.forwardWeights == 2 * 3 * 8 * 16 * 33)
    }

    @Test func tooManyPaddedWeightsAreRefused() throws {
        // 4 * 10,240 gates of 10,240 + 1: below 2^31 as they are, above it once two axes are padded to vectors of 16.
        let layer = try LayerConfiguration(
            cell: .lstm, inputSize: 1, hiddenSize: 16_385, directions: ["+"])
        #expect(layer.parameterShapes.reduce(0) { $0 + $1.count } < Int(Int32.max))
        try Self.shape(layer).validate()
        let wide = try LayerConfiguration(cell: .lstm, inputSize: 1, hiddenSize: 23_169, directions: ["+"])
        let error = #expect(throws: MDLSTMError.self) { try Self.shape(wide).validate() }
        #expect(error?.message.contains("padded for the device") == true)
    }

    /// Rows a work-item computes side by side are at most what its registers hold.
    @Test func tilesFitTheRegisters() throws {
        for hidden in [1, 16, 64, 128] {
            let shape = Self.shape(try makeLayer("++", I: 3, H: hidden))
            #expect(shape.forwardRows >= 1 && shape.forwardRows * shape.cell.cellGates <= 32)
            #expect((shape.padded / shape.width) % shape.backwardSpan == 0)
        }
    }

    /// Rows, weights and sums of a tile together, as `tile_product.cl` lays them out, and room for indices.
    @Test(arguments: [32 << 10, 48 << 10, 64 << 10], Precision.allCases)
    func tilesFitLocalMemory(_ localMemory: Int, _ precision: Precision) throws {
        let traits = DeviceTraits(
            isProcessor: false, computeUnits: 80, group: 64, floatWidth: 4, doubleWidth: 2, localMemory: localMemory)
        for size in [1, 2, 5, 16, 32, 48, 64, 96, 128, 512] {
            for layer in [try makeLayer("++", I: 3, H: size), try makeLayer("+", I: 3, H: size, cell: .lstm)] {
                let shape = Self.shape(layer, traits, precision)
                for (tiles, vectors) in [
                    (try SharedTile.forward(shape, traits: traits, precision), shape.cell.cellGates),
                    (try SharedTile.backward(shape, traits: traits, precision), shape.cell.components),
                ] {
                    for tile in tiles {
                        let parts = traits.sharedGroup / (tile.units / shape.width * tile.rows / tile.itemRows)
                        let rows = tile.rows * (tile.slice / 4 + 1) * 4
                        let places = max(tile.depth > 0 ? tile.depth : tile.slice, parts * tile.rows)
                        let bytes = (rows + places * vectors * tile.units) * (precision == .float32 ? 4 : 8)
                        #expect(bytes + 1024 <= localMemory, "H \(size), \(tile)")
                        #expect(parts >= 1 && (tile.depth > 0 || tile.slice / 4 >= parts), "H \(size), \(tile)")
                    }
                }
            }
        }
    }
}

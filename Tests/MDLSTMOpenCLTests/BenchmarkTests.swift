import MDLSTM
import MDLSTMOpenCL
import OpenCLRuntime
import Testing
import _TestSupport

/// What is timed, and what is counted.
@MainActor @Suite(.serialized) struct BenchmarkTests {
    private func workload(
        _ cell: Cell, _ signs: String, _ grid: Grid, options: (inout CellOptions) -> Void = { _ in }
    ) throws -> Workload {
        let directions = try signs.split(separator: " ").map { try #require(Direction(String($0))) }
        return Workload(
            layer: try LayerConfiguration(
                cell: cell, inputSize: 3, hiddenSize: 5, directions: directions, options: CellOptions(options)),
            grid: grid)
    }

    /// Counted by hand with I = 3, H = 5: 2 * rows * G*H * (I + sources * H).
    @Test func operationsAreThoseOfTheEquations() throws {
        let plane = try Grid(batch: 2, extents: [7, 11])
        func count(_ workload: Workload) -> Int { workload.floatingPointOperations(.forward) }
        #expect(count(try workload(.graves, "++", plane)) == 2 * 154 * 25 * 13)
        #expect(count(try workload(.graves, "++ --", plane) { $0.peepholes = true }) == 2 * 308 * 25 * 13)
        #expect(count(try workload(.leaky, "++", plane)) == 2 * 154 * 25 * 13)
        #expect(count(try workload(.spatial, "++", plane) { $0.extended = true }) == 2 * 154 * 25 * 23)
        #expect(count(try workload(.graves, "++", plane) { $0.layerNorm = .gates }) == 2 * 154 * 25 * 13)
        let line = try Grid(batch: 2, extents: [11])
        #expect(count(try workload(.lstm, "+", line)) == 2 * 22 * 20 * 8)
        // FGR: three more sources, each into three gates.
        let feedback = try workload(.lstm, "+", line) { $0.variant = .fullGateRecurrence }
        #expect(count(feedback) == 2 * 22 * (20 * 8 + 15 * 15))
        // A grid over one axis and a depth of 7: h and m enter, then two axes of four gates see both h.
        for tied in [true, false] {
            let grid = try workload(.grid, "++", line) { $0.grid = GridOptions(depth: 7, tied: tied) }
            #expect(count(grid) == 2 * 22 * (10 * 3 + 7 * 40 * 10))
        }
        let ragged = try workload(.graves, "++", Grid(extents: [7, 11], samples: [[7, 2], [3, 11]]))
        #expect(count(ragged) == 2 * 47 * 25 * 13)
        #expect(ragged.floatingPointOperations(.training) == 3 * count(ragged))
        // x, y and the parameters weight_ih, weight_hh and bias; in training their gradients too.
        let elements = 47 * (3 + 5) + 25 * (3 + 2 * 5 + 1)
        #expect(ragged.bytesMoved(.forward, .float32) == 4 * elements)
        #expect(ragged.bytesMoved(.training, .float64) == 16 * elements)
    }

    @Test func namedWorkloads() throws {
        #expect(Workload.named.map(\.name) == "abcdefghijk".map(String.init))
        #expect(Workload.named.allSatisfy { !$0.layer.options.peepholes })
        let ragged = try #require(Workload.named.last)
        #expect(ragged.grid.extents == [32, 512] && ragged.grid.samples.first == [32, 64])
        #expect(ragged.grid.occupiedSiteCount == 64 * 32 * 288)
        #expect(Workload.named.filter { $0.layer.directions.count > 1 }.map(\.name) == ["g"])
    }

    @Test func timesAreSummedUp() {
        func timing(_ seconds: [Double]) -> LayerTiming {
            LayerTiming(
                seconds: seconds, floatingPointOperations: 6_000_000, bytesMoved: 1, deviceBytes: 1, path: .fused)
        }
        let odd = timing([0.004, 0.001, 0.003])
        #expect(odd.medianMilliseconds == 3 && odd.minimumMilliseconds == 1 && odd.gflops == 2)
        #expect(timing([0.004, 0.001, 0.003, 0.002]).medianMilliseconds == 2.5)
    }

    /// What the clock is around is the pass that `run` makes, whatever ran before it.
    @Test(arguments: [ComputePath.fused, .sweep])
    func timedPassIsThatOfTheLayer(_ path: ComputePath) throws {
        let workload = try workload(.graves, "++ -+", Grid(extents: [3, 5], samples: [[3, 2], [2, 5]]))
        let benchmark = try LayerBenchmark<Float>(workload, pass: .training, backend: Backends.make(path), seed: 7)
        let timing = try benchmark.measure(warmUps: 1, repetitions: 3)
        #expect(timing.seconds.count == 3 && timing.path == path && timing.deviceBytes > 0)

        let gradients = try #require(benchmark.gradients)
        let call = LayerCall(
            input: Tensor(shape: [2, 3, 5, 3], values: try benchmark.x.read()), samples: workload.grid.samples,
            outputGradient: Tensor(shape: [2, 3, 5, 10], values: try gradients.dy.read()))
        let expected = try Backends.shared(path, Float.self).run(
            workload.layer, parameters: try benchmark.parameters.read(), call: call)
        let output = try #require(benchmark.output).read()
        expectSame(Tensor(shape: [2, 3, 5, 10], values: output), expected.output, "the output")
        let dx = Tensor(shape: [2, 3, 5, 3], values: try gradients.dx.read())
        expectSame(dx, expected.gradients!.input, "dx")
        let flat = try gradients.parameters.read()
        #expect(flat == expected.gradients!.parameters.flat)
    }

    @Test func peakIsMeasured() throws {
        let peaks = try [
            Backends.shared(.fused, Float.self).multiplyAddPeak(),
            Backends.shared(.fused, Double.self).multiplyAddPeak(),
        ]
        #expect(peaks.allSatisfy { $0 > 0 && $0.isFinite })
    }
}

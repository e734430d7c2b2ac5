import Foundation
import MDLSTM
import Testing
import _TestSupport

extension CommandSuites {
    /// `mdlstm bench` on tiny layers: what it prints, not how fast it is.
    @Suite struct BenchCommandTests {
        private static let tiny = [
            "bench", "--extents", "5x3", "--input-size", "2", "--hidden-size", "3", "--repeat", "2",
        ]

        private func json(_ arguments: [String]) throws -> JSONValue {
            try JSONValue(parsing: CommandLineTool.succeed(arguments + ["--json"]).output, name: "stdout")
        }

        @Test func oneLayerIsOneObject() throws {
            let result = try json(Self.tiny + ["--batch", "2", "--path", "gemm"])
            let numbers = [
                "medianMilliseconds", "minimumMilliseconds", "gflops", "peakFraction", "deviceBytes", "bytesMoved",
            ]
            #expect(result.objectValue?.keys == numbers + ["path", "device"])
            #expect(numbers.allSatisfy { result[$0]?.doubleValue ?? 0 > 0 })
            #expect(result["path"] == "gemm" && result["device"]?.stringValue?.isEmpty == false)
            // 30 rows, G*H = 15, I + N*H = 8, in training three times.
            let operations = result["gflops"]!.doubleValue! * result["medianMilliseconds"]!.doubleValue! * 1e6
            #expect(abs(operations - 3 * 2 * 30 * 15 * 8) < 1e-3)
        }

        @Test(arguments: [
            ["--pass", "forward", "--precision", "float64", "--directions", "all"],
            ["--cell", "spatial", "--extended"], ["--recompute", "--band-height", "2"],
            ["--cell", "grid", "--depth", "2", "--untied", "--directions", "+++,-++"],
        ])
        func otherLayers(_ more: [String]) throws {
            let path = try json(Self.tiny + more)["path"]?.stringValue
            #expect(path == "fused" || path == "sweep")
        }

        /// The memory is that of a band: input and output are the host's.
        @Test func streamedLayer() throws {
            let layer = ["bench", "--extents", "256x8", "--input-size", "2", "--hidden-size", "8", "--repeat", "1"]
            let bytes = try [["--pass", "forward"], ["--stream", "--band-height", "4"]].map {
                try #require(try json(layer + $0)["deviceBytes"]?.doubleValue)
            }
            #expect(bytes[1] * 8 < bytes[0])
        }

        @Test func namedWorkloadAsText() throws {
            let lines = try CommandLineTool.succeed(["bench", "--workload", "a", "--repeat", "1"]).output
                .split(separator: "\n")
            #expect(lines.count == 3 && lines[0].hasPrefix("peak: ") && lines[2].hasPrefix("a "))
            #expect(lines[2].contains(" training "))
        }

        @Test func workloadsAreListed() throws {
            let workloads = try #require(try json(["bench", "--list"])["workloads"]?.arrayValue)
            #expect(workloads.map { $0["name"]?.stringValue } == "abcdefghijk".map { String($0) })
            let (c, k) = (workloads[2], workloads[10])
            #expect(c["cell"] == "graves" && c["extents"] == [32, 32] && c["batch"] == 16 && c["inputSize"] == 16)
            #expect(c["hiddenSize"] == 64 && c["directions"] == ["++"] && c["peepholes"] == false)
            #expect(k["isRagged"] == true && k["lengths"]?.arrayValue?.count == 64)
            let text = try CommandLineTool.succeed(["bench", "--list"])
            #expect(text.output.split(separator: "\n").count == 12 && text.errors.isEmpty)
        }

        @Test func traceHasTheKernels() throws {
            let folder = try TemporaryFolder()
            _ = try json(Self.tiny + ["--path", "fused", "--trace", folder.file("trace.json")])
            let text = String(decoding: try readFile(folder.file("trace.json")), as: UTF8.self)
            let events = try #require(JSONValue(parsing: text, name: "trace")["traceEvents"]?.arrayValue)
            let kernels = events.filter { $0["ph"] == "X" }
            #expect(kernels.allSatisfy { $0["ts"]?.doubleValue ?? -1 >= 0 && $0["dur"]?.doubleValue ?? 0 > 0 })
            // One launch a wavefront, of which 5 x 3 sites have seven.
            #expect(kernels.count { $0["name"] == "fused_forward" } == 7)
            #expect(kernels.contains { $0["name"] == "input_gradient_narrow" })
        }

        @Test(arguments: [
            ["--backend", "cpu"], ["--repeat", "0"], ["--workload", "z"], ["--workload", "a", "--extents", "3"],
            ["--extents", "3x0", "--input-size", "1", "--hidden-size", "1"], ["--extents", "3x3"], ["--extended"],
            ["--list", "--pass", "forward"], ["--list", "--stream"], ["--band-height", "2"],
            ["--recompute", "--pass", "forward"], ["--recompute", "--stream"], ["--list", "--recompute"],
            ["--stream", "--pass", "training"], ["--stream", "--band-height", "0"], ["--pass", "backward"],
            ["--extents", "3", "--input-size", "1", "--hidden-size", "1", "--directions", "++"],
            ["--extents", "3", "--input-size", "1", "--hidden-size", "1", "--batch", "0"],
        ])
        func wrongOptionsAreUsage(_ more: [String]) throws {
            try CommandLineTool.fail(64, ["bench"] + more)
        }
    }
}

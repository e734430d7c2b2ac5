import Foundation
import MDLSTM
import Testing
import _TestSupport

extension CommandSuites {
    /// `mdlstm parity` on a device as it is, and on one that computes something else.
    @Suite struct ParityCommandTests {
        private struct Report: Decodable {
            struct Row: Decodable {
                let operation: String, variant: String
                let forwardError: Double?, backwardError: Double?
                let passed: Bool
            }
            let device: String
            let passed: Bool
            let rows: [Row]
        }

        private func report(_ outcome: CommandLineTool.Outcome) throws -> Report {
            try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
        }

        @Test func deviceAgreesWithTheReference() throws {
            let outcome = try CommandLineTool.run(["parity", "--precision", "float64", "--json"])
            let report = try report(outcome)
            let misses = report.rows.filter { !$0.passed }
            #expect(misses.isEmpty && report.passed, "\(misses)")
            #expect(outcome.status == 0)
            #expect(Set(report.rows.map(\.variant)) == ["fused float64", "sweep float64", "gemm float64"])
            let names = LayerCase.all.map(\.name) + ModelCase.all.map(\.name)
            let areAllNamed = report.rows.map(\.operation) == names + names + names
            #expect(areAllNamed)
        }

        @Test func oneWayOverOtherNumbers() throws {
            let outcome = try CommandLineTool.run(
                ["parity", "--path", "fused", "--precision", "float32", "--seed", "5", "--json"])
            let report = try report(outcome)
            #expect(outcome.status == 0 && report.passed)
            #expect(Set(report.rows.map(\.variant)) == ["fused float32"])
            try CommandLineTool.fail(64, ["parity", "--backend", "cpu"], saying: ["--backend opencl"])
        }

        /// With `h = o * c` for `h = o * tanh(c)` no layer passes, and the exit code says so.
        @Test func wrongKernelsAreFoundOut() throws {
            let kernels = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appending(path: "Kernels").path
            let folder = try TemporaryFolder()
            for name in try FileManager.default.contentsOfDirectory(atPath: kernels) where name.hasSuffix(".cl") {
                var text = String(decoding: try readFile("\(kernels)/\(name)"), as: UTF8.self)
                if name == "graves_forward.cl" {
                    let output = "return gates[GATE_O] * hyperbolic_tangent(c);"
                    try #require(text.contains(output))
                    text = text.replacing(output, with: "return gates[GATE_O] * c;")
                }
                try writeFile(Array(text.utf8), to: folder.file(name))
            }
            let outcome = try CommandLineTool.run(
                ["parity", "--precision", "float32", "--json"], environment: ["MDLSTM_KERNELS": folder.path])
            #expect(outcome.status == 1)
            #expect(outcome.errorLines.last?.hasPrefix("mdlstm: error: ") == true)
            #expect(outcome.errorLines.last?.contains("missed the tolerance") == true)
            let report = try report(outcome)
            #expect(!report.passed)
            let layers = Set(LayerCase.all.map(\.name))
            for row in report.rows where layers.contains(row.operation) {
                #expect(!row.passed, "\(row.operation) \(row.variant)")
            }
            for row in report.rows where row.operation.hasPrefix("dense") {
                #expect(row.passed, "\(row.operation) \(row.variant)")
            }
        }
    }
}

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

        /// Every way and precision unless told otherwise; a part of the operations when asked for.
        @Test func everyWayAndPrecision() throws {
            let outcome = try CommandLineTool.run(["parity", "--only", "dense", "--json"])
            let report = try report(outcome)
            #expect(outcome.status == 0 && report.passed)
            let variants = ["fused", "sweep", "gemm"].flatMap { ["\($0) float32", "\($0) float64"] }
            #expect(Set(report.rows.map(\.variant)) == Set(variants))
            let names = Set(ModelCase.all.map(\.name).filter { $0.contains("dense") })
            #expect(!names.isEmpty && Set(report.rows.map(\.operation)) == names)
            try CommandLineTool.fail(64, ["parity", "--only", "no such thing"], saying: ["no such thing"])
        }

        /// In the order in which `devices` lists them.
        @Test func everyDeviceInTurn() throws {
            struct All: Decodable {
                struct Each: Decodable { let device: String }
                let devices: [Each]
            }
            struct Listed: Decodable {
                struct Each: Decodable { let name: String }
                let devices: [Each]
            }
            let listed = try JSONDecoder().decode(
                Listed.self, from: Data(try CommandLineTool.run(["devices", "--json"]).output.utf8))
            let parity = ["parity", "--path", "fused", "--precision", "float32", "--only", "dense 1 to 1"]
            for arguments in [parity, ["bench", "--workload", "a", "--pass", "forward", "--repeat", "1"]] {
                let outcome = try CommandLineTool.run(arguments + ["--device", "all", "--json"])
                let all = try JSONDecoder().decode(All.self, from: Data(outcome.output.utf8))
                #expect(outcome.status == 0 && !listed.devices.isEmpty)
                #expect(all.devices.map(\.device) == listed.devices.map(\.name))
            }
        }

        @Test func oneWayOverOtherNumbers() throws {
            let outcome = try CommandLineTool.run(
                ["parity", "--path", "fused", "--precision", "float32", "--seed", "5", "--json"])
            let report = try report(outcome)
            #expect(outcome.status == 0 && report.passed)
            #expect(Set(report.rows.map(\.variant)) == ["fused float32"])
            let names =
                LayerCase.all.map(\.name) + ModelCase.all.map(\.name) + PictureCase.all.map(\.name)
                + ["multiply_add_peak"]
            let areAllNamed = report.rows.map(\.operation) == names
            #expect(areAllNamed)
            try CommandLineTool.fail(64, ["parity", "--backend", "cpu"], saying: ["--backend opencl"])
        }

        /// A tiny part, in the shapes of both kinds of device.
        @Test(arguments: ["processor", "gpu"]) func tinyListInOtherShapes(_ shapes: String) throws {
            let arguments = ["parity", "--tiny", "--path", "fused", "--precision", "float32", "--json"]
            let outcome = try CommandLineTool.run(arguments + ["--shapes", shapes, "--only", "states"])
            let report = try report(outcome)
            #expect(outcome.status == 0 && report.passed)
            let names = LayerCase.tinyOfEachForm.map(\.name).filter { $0.contains("states") }
            #expect(names.count > 15 && report.rows.map(\.operation) == names)
        }

        /// With `h = o * c` for `h = o * tanh(c)` no layer passes, and the exit code says so; what has no such kernel
        /// does.
        @Test func wrongKernelsAreFoundOut() throws {
            let kernels = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appending(path: "Kernels").path
            let folder = try TemporaryFolder()
            for name in try FileManager.default.contentsOfDirectory(atPath: kernels) where name.hasSuffix(".cl") {
                var text = String(decoding: try readFile("\(kernels)/\(name)"), as: UTF8.self)
                if name == "lstm_output.cl" {
                    let output = "return output_gate(gates) * squash(OUTPUT, cell);"
                    try #require(text.contains(output))
                    text = text.replacing(output, with: "return output_gate(gates) * cell;")
                }
                try writeFile(Array(text.utf8), to: folder.file(name))
            }
            func parity(_ name: String) throws -> CommandLineTool.Outcome {
                try CommandLineTool.run(
                    ["parity", "--precision", "float32", "--only", name, "--json"],
                    environment: ["MDLSTM_KERNELS": folder.path])
            }
            let outcome = try parity("graves +- -+ ")
            #expect(outcome.status == 1)
            #expect(outcome.errorLines.last?.hasPrefix("mdlstm: error: ") == true)
            #expect(outcome.errorLines.last?.contains("missed the tolerance") == true)
            let rows = try report(outcome).rows
            #expect(rows.count >= 9 && rows.allSatisfy { !$0.passed }, "\(rows.filter(\.passed))")
            #expect(try report(outcome).passed == false)

            let dense = try parity("dense")
            #expect(try dense.status == 0 && report(dense).passed)
        }
    }
}

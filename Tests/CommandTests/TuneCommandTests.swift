import Foundation
import MDLSTM
import MDLSTMOpenCL
import OpenCLRuntime
import Testing
import _TestSupport

extension CommandSuites {
    /// What commands make of a stored tuning; `mdlstm tune` itself takes minutes of measuring.
    @Suite struct TuneCommandTests {
        private static let bench = [
            "bench", "--extents", "3x2", "--batch", "16", "--input-size", "2", "--hidden-size", "3", "--repeat", "1",
            "--pass", "forward", "--json",
        ]

        /// A configuration folder with `text` as the stored tuning.
        private func folder(_ text: String) throws -> TemporaryFolder {
            let folder = try TemporaryFolder()
            try FileManager.default.createDirectory(
                atPath: folder.file("swift-mdlstm"), withIntermediateDirectories: true)
            try writeFile(Array(text.utf8), to: folder.file("swift-mdlstm/tuning.json"))
            return folder
        }

        private func path(in folder: TemporaryFolder) throws -> (way: JSONValue?, errors: String) {
            let outcome = try CommandLineTool.succeed(Self.bench, environment: ["XDG_CONFIG_HOME": folder.path])
            return (try JSONValue(parsing: outcome.output, name: "stdout")["path"], outcome.errors)
        }

        @Test func aTuningOfTheDeviceIsUsed() throws {
            let device = try Device.select(nil)
            for way in [ComputePath.sweep, .fused] {
                let stored = StoredTuning(DeviceTuning(sums: 12, rows: 3, ways: [.small: way]), of: device)
                let result = try path(in: try folder(stored.json.serialized()))
                #expect(result.way == .string(way.rawValue) && !result.errors.contains("note:"))
            }
        }

        @Test func aTuningOfAnotherDriverIsPassedOverWithANotice() throws {
            let device = try Device.select(nil)
            let stored = StoredTuning(DeviceTuning(sums: 12, rows: 3, ways: [.small: .gemm]), of: device)
            guard case .object(var object) = stored.json else { return }
            object["driver"] = "0.0"
            let result = try path(in: try folder(JSONValue.object(object).serialized()))
            #expect(result.way != "gemm")
            #expect(result.errors.contains("note: ") && result.errors.contains("driver 0.0"))
        }

        @Test(arguments: ["", "[]", #"{"version":2}"#, #"{"version":1,"device":"a","driver":"b"}"#])
        func aBrokenFileIsNamed(_ text: String) throws {
            let folder = try folder(text)
            try CommandLineTool.fail(
                65, Self.bench, saying: ["tuning.json"], environment: ["XDG_CONFIG_HOME": folder.path])
        }
    }
}

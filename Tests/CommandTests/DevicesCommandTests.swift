import Foundation
import MDLSTM
import Testing
import _TestSupport

extension CommandSuites {
    /// `mdlstm devices`, help and version.
    @Suite struct DevicesCommandTests {
        @Test func devicesAreListedAsJSON() throws {
            let outcome = try CommandLineTool.succeed(["devices", "--json"])
            let root = try #require(
                JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: [[String: Any]]])
            let devices = try #require(root["devices"])
            #expect(!devices.isEmpty && devices.count { $0["default"] as? Bool == true } == 1)
            for device in devices {
                for key in ["selector", "name", "vendor", "platform", "version", "driverVersion", "kind"] {
                    #expect((device[key] as? String)?.isEmpty == false, "\(key)")
                }
                for key in ["computeUnits", "globalMemoryBytes", "maximumAllocationBytes"] {
                    #expect((device[key] as? Int) ?? 0 > 0, "\(key)")
                }
                #expect(device["float64"] is Bool && device["verified"] == nil)
            }
        }

        @Test func devicesAreVerified() throws {
            let outcome = try CommandLineTool.succeed(["devices", "--verify", "--json"])
            let root = try #require(
                JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: [[String: Any]]])
            #expect(try #require(root["devices"]).allSatisfy { $0["verified"] as? Bool == true })
        }

        /// A kernel that computes something else is found out and named.
        @Test func brokenKernelIsNamed() throws {
            let kernels = try KernelFolder()
            try kernels.replace("sqrt(", with: "(real)1.01f * sqrt(", in: "adam.cl")
            let outcome = try CommandLineTool.run(
                ["devices", "--verify"], environment: ["MDLSTM_KERNELS": kernels.path])
            #expect(outcome.status == 1 && outcome.output.contains("WRONG RESULTS"), "\(outcome.errors)")
            #expect(outcome.errorLines.contains { $0.hasSuffix("wrong wherever it uses adam.cl") }, "\(outcome.errors)")
            #expect(outcome.errorLines.last?.contains("MDLSTM_KERNELS replaces adam.cl;") == true, "\(outcome.errors)")
        }

        @Test func devicesAreListedAsText() throws {
            let outcome = try CommandLineTool.succeed(["devices"])
            #expect(outcome.output.split(separator: "\n").count { $0.hasPrefix("* ") } == 1)
            #expect(outcome.errors.isEmpty)
        }

        @Test(arguments: [
            [], ["devices"], ["init"], ["run"], ["train"], ["train", "diagonal"], ["parity"], ["bench"], ["inspect"],
            ["demo"],
        ])
        func helpIsNoFailure(_ subcommand: [String]) throws {
            let outcome = try CommandLineTool.succeed(subcommand + ["--help"])
            #expect(outcome.output.contains("USAGE: mdlstm \(subcommand.joined(separator: " "))"))
            #expect(outcome.errors.isEmpty)
        }

        @Test func versionIsNoFailure() throws {
            #expect(try CommandLineTool.succeed(["--version"]).output.contains("."))
        }

        @Test func noOpenCLAtAll() throws {
            let folder = try TemporaryFolder()
            let environment = ["OCL_ICD_VENDORS": folder.path]
            for arguments in [["devices"], ["devices", "--json"], ["parity"], ["train", "diagonal", "--steps", "1"]] {
                try CommandLineTool.fail(69, arguments, environment: environment)
            }
        }

        @Test(arguments: ["9:9", "no such device"])
        func deviceThatIsNotThere(_ selector: String) throws {
            let train = ["train", "diagonal", "--steps", "1"]
            try CommandLineTool.fail(69, train + ["--device", selector], saying: ["\"\(selector)\"", "available: "])
            try CommandLineTool.fail(
                69, train, saying: ["\"\(selector)\""], environment: ["MDLSTM_DEVICE": selector])
            try CommandLineTool.fail(69, ["parity", "--device", selector], saying: ["\"\(selector)\""])
        }

        /// The flag goes over the environment.
        @Test func deviceFlagOverEnvironment() throws {
            let outcome = try CommandLineTool.succeed(["devices", "--json"])
            let selector = try #require(outcome.output.firstMatch(of: #/"selector": ?"([0-9]+:[0-9]+)"/#)?.1)
            try CommandLineTool.succeed(
                ["train", "diagonal", "--size", "3", "--hidden", "1", "--steps", "1", "--device", String(selector)],
                environment: ["MDLSTM_DEVICE": "no such device"])
        }
    }
}

import Foundation
import MDLSTM
import OpenCLRuntime
import Testing
import _TestSupport

extension CommandSuites {
    /// Which device is taken, and what is said where a driver has no place for its kernels, or a damaged one.
    @Suite struct DeviceChoiceTests {
        private static let training = ["train", "diagonal", "--size", "3", "--hidden", "1", "--steps", "1"]

        /// Whether pocl is there, whose variables make devices and move its cache.
        private static let hasPoCL = (try? Device.all().contains { $0.isPoCL }) ?? false

        private let folder: TemporaryFolder

        init() throws { folder = try TemporaryFolder() }

        private func used(_ selector: String?, environment: [String: String?] = [:]) throws -> String {
            let outcome = try CommandLineTool.succeed(
                Self.training + (selector.map { ["--device", $0] } ?? []), environment: environment)
            return String(try #require(outcome.errorLines.first { $0.hasPrefix("device: ") }).split(separator: " ")[1])
        }

        @Test func numbersAndKindsNameDevices() throws {
            for device in try Device.all() where !device.endsLongLoops {
                #expect(try used("\(device.number)") == device.selector)
                let kind = device.kind.rawValue
                let ofKind = try used(kind.uppercased())
                #expect(try Device.all().contains { $0.kind == device.kind && $0.selector == ofKind })
            }
            let count = try Device.all().count
            try CommandLineTool.fail(69, Self.training + ["--device", "\(count)"], saying: ["available: 0 ("])
            if try !Device.all().contains(where: { $0.kind == .gpu }) {
                try CommandLineTool.fail(69, Self.training + ["--device", "gpu"], saying: ["\"gpu\""])
            }
            let output = try CommandLineTool.succeed(["devices"]).output
            #expect(output.dropFirst(2).hasPrefix("0  0:"))
        }

        /// pocl's device `basic` has one compute unit, whatever the machine.
        @Test(.enabled(if: hasPoCL)) func mostComputeUnitsComeFirst() throws {
            guard ProcessInfo.processInfo.activeProcessorCount > 1 else { return }
            for order in ["basic pthread", "pthread basic"] {
                let environment = ["POCL_DEVICES": order]
                let outcome = try CommandLineTool.succeed(["devices", "--json"], environment: environment)
                let root = try #require(
                    JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: [[String: Any]]])
                let devices = try #require(root["devices"]).filter {
                    $0["platform"] as? String == "Portable Computing Language"
                }
                #expect(devices.count == 2)
                guard let best = devices.first(where: { $0["default"] as? Bool == true }) else { continue }
                #expect((best["name"] as? String)?.hasPrefix("pthread") == true, "\(order)")
                #expect(try used("cpu", environment: environment) == best["selector"] as? String)
            }
        }

        @Test(
            .enabled(if: hasPoCL),
            arguments: [
                ["HOME": "/dev/null", "XDG_CACHE_HOME": nil, "POCL_CACHE_DIR": nil], ["POCL_CACHE_DIR": "/proc/nope"],
                ["XDG_CACHE_HOME": "/proc/nope", "POCL_CACHE_DIR": nil],
            ])
        func cacheThatCannotBeWritten(_ environment: [String: String?]) throws {
            guard try Device.all().allSatisfy(\.isPoCL) else { return }
            for arguments in [Self.training, ["devices"]] {
                try CommandLineTool.fail(
                    69, arguments, saying: ["POCL_CACHE_DIR", "cannot write", "/"], environment: environment)
            }
        }

        /// Every kind of damage that pocl meets by ending the process, or by not finding the kernel.
        @Test(.enabled(if: hasPoCL), arguments: [(".so", 0), (".so", 4000), (".bc", 0), (".bc", 900)])
        func damagedCache(_ ending: String, _ size: Int) throws {
            let cache = folder.file("cache")
            try FileManager.default.createDirectory(atPath: cache, withIntermediateDirectories: true)
            let environment = ["POCL_CACHE_DIR": cache]
            guard try Device.select(nil).isPoCL else { return }
            let arguments = [
                "run", folder.file("l.safetensors"), "--input", folder.file("x.npy"), "--output", folder.file("y.npy"),
            ]
            try CommandLineTool.succeed([
                "init", folder.file("l.safetensors"), "--input-size", "1", "--hidden-size", "1",
            ])
            try Tensor<Float>(zeros: [1, 2, 3, 1]).writeNumpy(to: folder.file("x.npy"))
            try CommandLineTool.succeed(arguments, environment: environment)
            let names = try FileManager.default.subpathsOfDirectory(atPath: cache).filter { $0.hasSuffix(ending) }
            try #require(!names.isEmpty)
            for name in names { try #require(truncate(cache + "/" + name, off_t(size)) == 0) }
            let outcome = try CommandLineTool.run(arguments, environment: environment)
            #expect(outcome.status == 69, "\(outcome.errors)")
            let message = outcome.errorLines.last ?? ""
            #expect(message.hasPrefix("mdlstm: error: ") && message.contains("POCL_CACHE_DIR"), "\(message)")
            #expect(message.contains(cache) && !message.contains("builtin"), "\(message)")
            // The cure that it names.
            try FileManager.default.removeItem(atPath: cache)
            try CommandLineTool.succeed(arguments, environment: environment)
        }
    }
}

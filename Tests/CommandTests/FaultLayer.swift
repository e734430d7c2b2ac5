import Foundation
import MDLSTM
import Testing
import _TestSupport

/// Tests/Layers/fault.c, compiled: an OpenCL layer that makes one call fail and counts what is alive.
struct FaultLayer {
    private let library: String

    /// Compiles the layer into `folder`.
    init(in folder: TemporaryFolder) throws {
        library = folder.file("fault.so")
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let process = Process()
        process.executableURL = root.appending(path: "Scripts/build-layer.sh")
        process.arguments = ["fault", library]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "the fault layer cannot be compiled")
    }

    /// What the layer counted in a process.
    struct Log {
        /// Calls of each function, in the order of the layer's table.
        var calls: [(name: String, count: Int)] = []

        /// Objects that were never released, by kind.
        var live: [String: Int] = [:]

        init(_ text: String) throws {
            for line in text.split(separator: "\n") {
                let words = line.split(separator: " ")
                let count = try #require(Int(words.last ?? ""), "\(line)")
                if words[0] == "live" {
                    live[String(words[1])] = count
                } else {
                    calls.append((String(words[0]), count))
                }
            }
            try #require(!calls.isEmpty && !live.isEmpty, "the layer was not loaded: '\(text)'")
        }
    }

    /// What became of a process under the layer.
    struct Outcome {
        /// Nil when a signal ended it.
        let status: Int32?
        let errors: String
        let log: Log
    }

    /// The exit codes that a failing call may end in, by the status that the layer gives it.
    static func exitStatuses(of call: String) -> [Int32] {
        switch call {
        // 0 where another platform has a device.
        case "clGetDeviceIDs": [69, 0]
        case "clCreateContext": [69]
        case "clGetDeviceInfo", "clCreateCommandQueue", "clCreateProgramWithSource", "clCreateKernel", "clCreateBuffer",
            "clEnqueueWriteBuffer":
            [75]
        // What is still mapped when a staged buffer goes; nothing depends on it.
        case "clEnqueueUnmapMemObject": [0]
        // Where the compiler of pocl finds no fault with the program, its cache is suspected.
        case "clBuildProgram": [69, 70]
        default: [70]
        }
    }

    /// Runs the command while `fault` fails: `NAME:N` once, `NAME:N+` from then on, `NAME:N!` ends the process; nothing
    /// fails if nil.
    func run(_ arguments: [String], fault: String?, in folder: TemporaryFolder) throws -> Outcome {
        let log = folder.file("fault.log")
        try? FileManager.default.removeItem(atPath: log)
        let process = try CommandLineTool.start(
            arguments, environment: ["OPENCL_LAYERS": library, "FAULT": fault, "FAULT_LOG": log], outputs: folder)
        process.waitUntilExit()
        return Outcome(
            status: process.terminationReason == .exit ? process.terminationStatus : nil,
            errors: try CommandLineTool.text(folder.file("err")),
            log: try Log(CommandLineTool.text(log)))
    }
}

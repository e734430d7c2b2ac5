import Foundation
import MDLSTM
import Synchronization
import Testing
import _TestSupport

extension CommandSuites {
    /// Every OpenCL call of a short training fails once: the right exit code, one error, nothing leaked, every checkpoint
    /// whole.
    ///
    /// Of calls that are made hundreds of times some fail; all of them, on every way, with MDLSTM_FAULTS=all.
    @Suite struct FaultTests {
        private static let isExhaustive = ProcessInfo.processInfo.environment["MDLSTM_FAULTS"] == "all"
        private static let paths = isExhaustive ? ["fused", "sweep", "gemm"] : ["fused"]

        private let folder: TemporaryFolder
        private let layer: FaultLayer

        init() throws {
            folder = try TemporaryFolder()
            layer = try FaultLayer(in: folder)
        }

        @Test(arguments: paths) func everyCallMayFail(_ path: String) throws {
            let course = try FaultCourse(path: path)
            let whole = try layer.run(course.arguments, fault: nil, in: course.folder)
            try #require(whole.status == 0, "\(whole.errors)")
            #expect(whole.log.live.values.allSatisfy { $0 == 0 }, "\(whole.log.live)")
            let trained = try course.model()

            let faults = whole.log.calls.flatMap { call, count in
                stride(from: 1, through: count, by: 1).filter { Self.isTried($0, of: count) }
                    .map { (call: call, number: $0) }
            }
            try #require(faults.count > 100)
            let failures = Mutex<[String]>([])
            let workers = 2
            DispatchQueue.concurrentPerform(iterations: workers) { worker in
                do {
                    let course = try FaultCourse(path: path)
                    for index in stride(from: worker, to: faults.count, by: workers) {
                        let wrong = try course.defects(
                            of: layer, call: faults[index].call, number: faults[index].number)
                        failures.withLock { $0 += wrong }
                    }
                    // After all that the training goes on as if nothing had been.
                    try course.restart()
                    try CommandLineTool.succeed(course.arguments)
                    if try course.model() != trained { failures.withLock { $0.append("another model at the end") } }
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
            let list = failures.withLock { $0 }
            #expect(list.isEmpty, "\(list.count) of \(faults.count):\n\(list.joined(separator: "\n"))")
        }

        /// The first and last calls and some between, which are of all kernels and steps.
        private static func isTried(_ number: Int, of count: Int) -> Bool {
            isExhaustive || count <= 100 || number <= 3 || number % 29 == 0 || number == count
        }

        /// A device that is lost does not come back: every later call fails too.
        @Test(arguments: ["clEnqueueNDRangeKernel", "clEnqueueReadBuffer", "clSetKernelArg"])
        func lostDevice(_ call: String) throws {
            let course = try FaultCourse(path: "fused")
            #expect(try course.defects(of: layer, call: call, number: 1, lasts: true) == [])
        }

        /// A driver that ends the process is reported by the process that started it.
        @Test func driverThatAborts() throws {
            let outcome = try layer.run(["devices", "--verify"], fault: "clBuildProgram:3!", in: folder)
            #expect(outcome.status == 1, "\(outcome.errors)")
            #expect(outcome.errors.contains("its driver ended the process (signal 6)"), "\(outcome.errors)")
        }
    }
}

/// A training of two steps that goes on from a checkpoint, in a folder of its own.
private struct FaultCourse {
    let folder: TemporaryFolder
    let arguments: [String]

    private let checkpoint: String
    private let before: [UInt8]

    init(path: String) throws {
        folder = try TemporaryFolder()
        let out = folder.file("training")
        let flags = [
            "train", "diagonal", "--size", "3x3", "--hidden", "3", "--batch", "1", "--seed", "3", "--path", path,
            "--out", out, "--checkpoint-every", "1", "--resume", "auto", "--steps",
        ]
        arguments = flags + ["3"]
        checkpoint = out + "/checkpoint-0000000001.safetensors"
        try CommandLineTool.succeed(flags + ["1"])
        before = try readFile(checkpoint)
        try restart()
    }

    /// Removes all but the checkpoint.
    func restart() throws {
        try? FileManager.default.removeItem(atPath: folder.file("training"))
        try FileManager.default.createDirectory(atPath: folder.file("training"), withIntermediateDirectories: true)
        try writeFile(before, to: checkpoint)
    }

    func model() throws -> [UInt8] { try readFile(folder.file("training/model.safetensors")) }

    /// What is wrong when a call fails.
    func defects(of layer: FaultLayer, call: String, number: Int, lasts: Bool = false) throws -> [String] {
        try restart()
        let outcome = try layer.run(arguments, fault: "\(call):\(number)\(lasts ? "+" : "")", in: folder)
        var defects: [String] = []
        let statuses = FaultLayer.exitStatuses(of: call)
        if !statuses.contains(outcome.status ?? -1) {
            defects.append("exit \(outcome.status.map(String.init) ?? "by a signal")")
        }
        if outcome.status != 0, outcome.errors.matches(of: #/mdlstm: error: /#).count != 1 {
            defects.append("not one error")
        }
        defects += outcome.log.live.filter { $0.value != 0 }.map { "\($0.value) \($0.key) alive" }
        if try readFile(checkpoint) != before { defects.append("another checkpoint") }
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.file("training")) {
            if name.hasPrefix("checkpoint-"),
                (try? Checkpoint<Float>(contentsOf: folder.file("training/\(name)"))) == nil
            {
                defects.append("\(name) cannot be loaded")
            } else if name.contains(".tmp") {
                defects.append("\(name) is left")
            }
        }
        return defects.map { "\(call):\(number): \($0): \(outcome.errors)" }
    }
}

import OpenCLRuntime
import Testing

@Suite struct ProgramTests {
    static let good = ProgramSource(
        name: "good.cl", text: "__kernel void good(__global int *x) { x[get_global_id(0)] = VALUE; }")

    let context: Context

    init() throws { context = try Context(device: Device.select(nil)) }

    @Test func sameSourcesAndOptionsCompileOnce() throws {
        let first = try context.program(sources: [Self.good], options: ["-D VALUE=3"])
        #expect(try context.program(sources: [Self.good], options: ["-D VALUE=3"]) === first)
        #expect(try context.program(sources: [Self.good], options: ["-D VALUE=5"]) !== first)
        let renamed = ProgramSource(name: "other.cl", text: Self.good.text)
        #expect(try context.program(sources: [renamed], options: ["-D VALUE=3"]) !== first)
    }

    @Test func optionsReachTheCompiler() throws {
        let x = try context.makeBuffer(of: Int32.self, count: 2)
        for value in [3, 7] {
            let program = try context.program(sources: [Self.good], options: ["-D", "VALUE=\(value)"])
            try program.kernel("good").enqueue([.buffer(x)], global: [2], local: [1])
            #expect(try x.read() == [Int32(value), Int32(value)])
        }
    }

    @Test func eachKernelIsAnObjectOfItsOwn() throws {
        let program = try context.program(sources: [Self.good], options: ["-D VALUE=1"])
        let kernels = try [program.kernel("good"), program.kernel("good")]
        #expect(kernels[0] !== kernels[1] && kernels[0].name == "good")
    }

    @Test func buildErrorNamesFileLineAndOptions() throws {
        let bad = ProgramSource(
            name: "bad.cl", text: "// one\n// two\n__kernel void bad(__global int *x) { x[0] = undeclared_name; }")
        let sources = [ProgramSource(name: "common.cl", text: "// a\n// b\n// c\n// d"), bad]
        let error = try #require(throws: OpenCLError.self) {
            try context.program(sources: sources, options: ["-D HIDDEN=11", "-D GATES=5"])
        }
        #expect(error.call == "clBuildProgram" && error.statusName == "CL_BUILD_PROGRAM_FAILURE")
        #expect(error.options == "-D HIDDEN=11 -D GATES=5")
        let log = try #require(error.buildLog)
        #expect(log.contains("Kernels/bad.cl:3"))
        #expect(log.contains("undeclared_name"))
        #expect(error.description.hasSuffix("\noptions: -D HIDDEN=11 -D GATES=5\n\(log)"))
    }

    @Test func missingKernelIsNamed() throws {
        let program = try context.program(sources: [Self.good], options: ["-D VALUE=1"])
        let error = try #require(throws: OpenCLError.self) { try program.kernel("better") }
        #expect(error.kernel == "better" && error.statusName == "CL_INVALID_KERNEL_NAME")
        #expect(error.description.contains("builtin"))
        #expect(!error.description.contains("\n"))
    }

    @Test func kernelOutlivesContextAndProgram() throws {
        var short: Context? = try Context(device: context.device)
        let x = try #require(try short?.makeBuffer(of: Int32.self, count: 1))
        let kernel = try #require(try short?.program(sources: [Self.good], options: ["-D VALUE=2"]).kernel("good"))
        short = nil
        try kernel.enqueue([.buffer(x)], global: [1], local: [1])
        #expect(try x.read() == [2])
    }
}

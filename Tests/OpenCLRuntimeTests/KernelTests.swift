import OpenCLRuntime
import Testing

@Suite struct KernelTests {
    static let add = ProgramSource(
        name: "add.cl",
        text: """
            // c [rows, columns] = scale * (a + b) + shift; b may be null.
            __kernel void add(int rows, int columns, float scale, __global const float *a, __global const float *b,
                              __global float *c) {
                int row = get_global_id(1), column = get_global_id(0);
                if (row >= rows || column >= columns) return;
                int i = row * columns + column;
                c[i] = scale * (a[i] + (b ? b[i] : 0.0f));
            }
            __kernel void ids(int count, __global int *out) {
                int i = get_global_id(0);
                if (i < count) out[i] += i;
            }
            """)

    let context: Context

    init() throws { context = try Context(device: Device.select(nil), profiling: true) }

    @Test(arguments: [[1, 1], [2, 3], [8, 1], [1, 8], [4, 4]])
    func addsWithAnyLocalSize(local: [Int]) throws {
        let kernel = try context.program(sources: [Self.add], options: []).kernel("add")
        for (rows, columns) in [(1, 1), (7, 5), (5, 33), (31, 11)] {
            let count = rows * columns
            let a = try context.makeBuffer(copying: (0..<count).map { Float($0) })
            let b = try context.makeBuffer(copying: (0..<count).map { Float(3 * $0 - 2) })
            let c = try context.makeBuffer(copying: [Float](repeating: -1, count: count + 40))
            try kernel.enqueue(
                [.int(rows), .int(columns), .float(2), .buffer(a), .buffer(b), .buffer(c)], global: [columns, rows],
                local: local)
            let sums = (0..<count).map { Float(2 * (4 * $0 - 2)) }
            #expect(try c.read() == sums + [Float](repeating: -1, count: 40))
        }
    }

    @Test func nullPointer() throws {
        let kernel = try context.program(sources: [Self.add], options: []).kernel("add")
        let a = try context.makeBuffer(copying: [Float](arrayLiteral: 1, 2, 3))
        let c = try context.makeBuffer(of: Float.self, count: 3)
        try kernel.enqueue(
            [.int(1), .int(3), .float(5), .buffer(a), .null, .buffer(c)], global: [3, 1], local: [1, 1])
        #expect(try c.read() == [5, 10, 15])
    }

    @Test func oneDimensionInOrder() throws {
        let kernel = try context.program(sources: [Self.add], options: []).kernel("ids")
        let out = try context.makeBuffer(copying: [Int32](repeating: 0, count: 37))
        for _ in 0..<5 { try kernel.enqueue([.int(37), .buffer(out)], global: [37], local: [8]) }
        #expect(try out.read() == (0..<37).map { 5 * $0 })
    }

    @Test func doubleArgument() throws {
        try #require(context.device.supportsDouble)
        let source = ProgramSource(
            name: "scale.cl",
            text: """
                #pragma OPENCL EXTENSION cl_khr_fp64 : enable
                __kernel void scale(double factor, __global double *x) { x[get_global_id(0)] *= factor; }
                """)
        let x = try context.makeBuffer(copying: [Double](arrayLiteral: 1, 2, 3))
        try context.program(sources: [source], options: []).kernel("scale").enqueue(
            [.double(0.1), .buffer(x)], global: [3], local: [1])
        #expect(try x.read() == [0.1, 0.2, 3 * 0.1])
    }

    @Test func zeroSizeEnqueuesNothing() throws {
        let kernel = try context.program(sources: [Self.add], options: []).kernel("ids")
        let out = try context.makeBuffer(copying: [Int32](arrayLiteral: 3))
        try kernel.enqueue([.int(1), .buffer(out)], global: [0], local: [8])
        try kernel.enqueue([.int(1), .buffer(out)], global: [5, 0], local: [8, 1])
        #expect(try context.takeProfile().isEmpty)
        #expect(try out.read() == [3])
    }

    @Test func wrongArgumentsNameTheKernel() throws {
        let kernel = try context.program(sources: [Self.add], options: []).kernel("ids")
        let out = try context.makeBuffer(of: Int32.self, count: 1)
        let error = try #require(throws: OpenCLError.self) {
            try kernel.enqueue([.int(1), .buffer(out), .int(2)], global: [1], local: [1])
        }
        #expect(error.kernel == "ids" && error.call == "clSetKernelArg" && error.detail == "argument 2")
        let tooLarge = try #require(throws: OpenCLError.self) {
            try kernel.enqueue([.int(1), .buffer(out)], global: [1], local: [context.device.maximumWorkGroupSize * 2])
        }
        #expect(tooLarge.kernel == "ids" && tooLarge.call == "clEnqueueNDRangeKernel")
    }

    @Test func profileHasOneEventPerRun() throws {
        let kernel = try context.program(sources: [Self.add], options: []).kernel("ids")
        let out = try context.makeBuffer(copying: [Int32](repeating: 0, count: 100))
        try kernel.enqueue([.int(100), .buffer(out)], global: [100], local: [8])
        try kernel.enqueue([.int(100), .buffer(out)], global: [100], local: [8], label: "again")
        let profile = try context.takeProfile()
        #expect(profile.map(\.name) == ["ids", "again"])
        for event in profile {
            #expect(event.queuedNanoseconds <= event.startNanoseconds)
            #expect(event.startNanoseconds <= event.endNanoseconds)
        }
        #expect(profile[0].endNanoseconds <= profile[1].startNanoseconds)
        #expect(try context.takeProfile().isEmpty)
    }

    @Test func noProfileUnlessAskedFor() throws {
        let context = try Context(device: self.context.device)
        let out = try context.makeBuffer(copying: [Int32](arrayLiteral: 3))
        try context.program(sources: [Self.add], options: []).kernel("ids").enqueue(
            [.int(1), .buffer(out)], global: [1], local: [1])
        #expect(try context.takeProfile().isEmpty)
    }
}

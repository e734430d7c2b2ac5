import OpenCLRuntime
import Testing

@Suite struct BufferTests {
    let context: Context

    init() throws { context = try Context(device: Device.select(nil)) }

    @Test(arguments: [1, 2, 3, 31, 32, 33, 1009])
    func roundTrip(count: Int) throws {
        let floats = (0..<count).map { Float($0) - 7 }
        #expect(try context.makeBuffer(copying: floats).read() == floats)
        let doubles = (0..<count).map { Double($0) * 3 }
        #expect(try context.makeBuffer(copying: doubles).read() == doubles)
        let integers = (0..<count).map { Int32($0) }
        #expect(try context.makeBuffer(copying: integers).read() == integers)
    }

    @Test func offsets() throws {
        let buffer = try context.makeBuffer(copying: [Int32](0..<11))
        try buffer.write([-1, -2, -3], at: 5)
        #expect(try buffer.read() == [0, 1, 2, 3, 4, -1, -2, -3, 8, 9, 10])
        #expect(try buffer.read(4..<7) == [4, -1, -2])
        var part = [Int32](repeating: 0, count: 2)
        try buffer.read(into: &part, at: 9)
        #expect(part == [9, 10])
    }

    /// Rows of 2 into every third and fourth of 5 elements, then into rows of their own width.
    @Test func rowsApart() throws {
        let buffer = try context.makeBuffer(of: Int32.self, count: 8)
        try [Int32](0..<8).withUnsafeBufferPointer { try buffer.write($0) }
        var target = [Int32](repeating: -1, count: 12)
        try target.withUnsafeMutableBufferPointer {
            try buffer.read(rows: 1..<3, width: 2, into: UnsafeMutableBufferPointer(rebasing: $0[2...]), stride: 5)
        }
        #expect(target == [-1, -1, 2, 3, -1, -1, -1, 4, 5, -1, -1, -1])
        try target.withUnsafeMutableBufferPointer { try buffer.read(rows: 2..<4, width: 2, into: $0, stride: 2) }
        #expect(target == [4, 5, 6, 7, -1, -1, -1, 4, 5, -1, -1, -1])
    }

    @Test func fill() throws {
        let buffer = try context.makeBuffer(copying: [Float](repeating: 1, count: 7))
        try buffer.fill(with: 5, in: 2..<4)
        #expect(try buffer.read() == [1, 1, 5, 5, 1, 1, 1])
        try buffer.fill(with: -2)
        #expect(try buffer.read() == [Float](repeating: -2, count: 7))
    }

    @Test func copy() throws {
        let source = try context.makeBuffer(copying: [Double](arrayLiteral: 1, 2, 3, 5, 7))
        let target = try context.makeBuffer(copying: [Double](repeating: 0, count: 7))
        try target.copy(from: source, 1..<4, at: 3)
        #expect(try target.read() == [0, 0, 0, 2, 3, 5, 0])
        try target.copy(from: source)
        #expect(try target.read() == [1, 2, 3, 5, 7, 5, 0])
        let error = try #require(throws: OpenCLError.self) { try target.copy(from: target, 0..<3, at: 1) }
        #expect(error.statusName == "CL_MEM_COPY_OVERLAP")
    }

    @Test func emptyBufferDoesNothing() throws {
        let buffer = try context.makeBuffer(of: Float.self, count: 0)
        #expect(buffer.count == 0)
        try buffer.write([])
        try buffer.fill(with: 1)
        try buffer.copy(from: buffer)
        #expect(try buffer.read() == [])
        #expect(try context.makeBuffer(copying: [Double]()).read() == [])
    }

    @Test func accountFollowsLiveBuffers() throws {
        #expect(context.allocatedBytes == 0 && context.peakAllocatedBytes == 0)
        let kept = try context.makeBuffer(of: Double.self, count: 3)
        do {
            let dropped = try context.makeBuffer(of: Float.self, count: 5)
            #expect(context.allocatedBytes == 44 && dropped.count == 5)
        }
        #expect(context.allocatedBytes == 24 && context.peakAllocatedBytes == 44)
        #expect(kept.count == 3)
    }

    /// Released memory serves a buffer that is not far smaller; together no more is held than was in use at a time.
    @Test func releasedMemoryServesOthers() throws {
        let size = 1 << 20
        let living = try context.makeBuffer(of: Float.self, count: size)
        do { _ = try context.makeBuffer(of: Float.self, count: size) }
        let kept = context.keptBytes
        #expect(kept >= 4 * size && context.allocatedBytes == 4 * size)
        do {
            let small = try context.makeBuffer(of: Float.self, count: size / 16)
            #expect(context.keptBytes == kept, "much smaller buffers do not take it")
            let next = try context.makeBuffer(of: Float.self, count: size / 4)
            #expect(context.keptBytes == 0 && small.count < next.count)
            try next.fill(with: 3)
            #expect(try next.read() == Array(repeating: 3, count: next.count))
        }
        for _ in 0..<10 { _ = try (0..<3).map { _ in try context.makeBuffer(of: Float.self, count: size) } }
        #expect(context.keptBytes <= 3 * 4 * size && living.count == size)
    }

    @Test func nothingIsKeptOnceNoBufferLives() throws {
        do {
            let living = try context.makeBuffer(of: Float.self, count: 1 << 20)
            do { _ = try context.makeBuffer(of: Float.self, count: 1 << 20) }
            #expect(context.keptBytes > 0 && living.count == 1 << 20)
        }
        #expect(context.keptBytes == 0)
    }

    /// A buffer somewhat larger than what is kept takes its place, so that sizes grow rather than gather.
    @Test func outgrownMemoryIsReplaced() throws {
        let size = 1 << 18
        // So that there would be room to keep all four sizes.
        let living = try context.makeBuffer(of: Float.self, count: 8 * size)
        do { _ = try context.makeBuffer(of: Float.self, count: 16 * size) }
        for eighths in [8, 9, 10, 11] { do { _ = try context.makeBuffer(of: Float.self, count: size / 8 * eighths) } }
        #expect(context.keptBytes >= 4 * size && context.keptBytes <= 2 * 4 * size)
        #expect(living.count == 8 * size)
    }

    @Test(arguments: [0, 1])
    func oversizedAllocationIsRefused(beyond: Int) throws {
        let limit = context.device.maximumAllocationBytes
        let count = beyond == 0 ? limit / 4 + 1 : Int.max / 2
        let error = try #require(throws: OpenCLError.self) { try context.makeBuffer(of: Float.self, count: count) }
        #expect(error.isOutOfMemory)
        #expect(error.description.contains("\(count) elements of 4 bytes"))
        #expect(error.description.contains("\(limit) bytes"))
        #expect(context.allocatedBytes == 0)
    }

    @Test func bufferOutlivesItsContext() throws {
        var short: Context? = try Context(device: context.device)
        let buffer = try #require(try short?.makeBuffer(copying: [Float](arrayLiteral: 2, 3)))
        short = nil
        #expect(try buffer.read() == [2, 3])
    }
}

import OpenCLRuntime
import Testing

@Suite struct StagedBufferTests {
    @Test func everyWriteArrivesInOrder() throws {
        let context = try Context(device: try Device.select(nil))
        let staged = try context.makeStagedBuffer(of: Int32.self, count: 1000)
        let target = try context.makeBuffer(of: Int32.self, count: 20 * 1000)
        // The staging memory is overwritten while copies out of the buffer are still to come.
        for round in 0..<20 {
            try staged.write((0..<1000).map { Int32(1000 * round + $0) })
            try target.copy(from: staged.buffer, at: 1000 * round)
        }
        #expect(try target.read() == (0..<20_000).map { Int32($0) })
    }

    @Test func shortWritesLeaveTheRest() throws {
        let context = try Context(device: try Device.select(nil))
        let staged = try context.makeStagedBuffer(of: Float.self, count: 5)
        try staged.write([1, 2, 3, 4, 5])
        try staged.write([])
        try staged.write([7, 8])
        #expect(try staged.buffer.read() == [7, 8, 3, 4, 5])
    }

    @Test func bufferCanGoRightAfterAWrite() throws {
        let context = try Context(device: try Device.select(nil))
        for _ in 0..<50 {
            try context.makeStagedBuffer(of: Float.self, count: 100_000).write(Array(repeating: 1, count: 100_000))
        }
        try context.finish()
        #expect(context.allocatedBytes == 0)
    }
}

import MDLSTM
import Testing
import _TestSupport

private func npy(_ header: String, version: [UInt8] = [1, 0], data: [UInt8] = []) -> [UInt8] {
    NumpySamples.file(header, version: version, data: data)
}

private func header(_ descr: String = "<f4", fortran: String = "False", shape: String = "(2,)") -> String {
    NumpySamples.header(descr, fortran: fortran, shape: shape)
}

struct NumpyTests {
    @Test(arguments: [[], [5], [3, 2], [0, 5], [2, 3, 5, 7]] as [[Int]])
    func roundTrip(shape: [Int]) throws {
        let folder = try TemporaryFolder()
        let single = Tensor<Float>(shape: shape, values: (0..<shape.reduce(1, *)).map { Float($0) / 3 })
        let array = NumpyArray(single)
        #expect(array.type == .float32)
        let count = array.serialized().count
        #expect((count - 4 * single.count) % 64 == 0)
        try array.write(to: folder.file("a.npy"))
        #expect(try NumpyArray(contentsOf: folder.file("a.npy")).tensor(as: Float.self) == single)

        let double = single.converted(to: Double.self)
        let read = try NumpyArray(parsing: NumpyArray(double).serialized(), name: "a.npy")
        #expect(read.type == .float64)
        #expect(read.shape == shape)
        #expect(try read.tensor(as: Double.self) == double)
    }

    /// The bytes numpy.save writes for array([1, 2], '<f4').
    @Test func bytesAreNumpys() {
        let text = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }"
        let padded = text + String(repeating: " ", count: 117 - text.count) + "\n"
        let expected = npy(padded, data: [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40])
        #expect(NumpyArray(Tensor<Float>(shape: [2], values: [1, 2])).serialized() == expected)
    }

    @Test func readsEveryType() throws {
        let cases: [(String, [UInt8], Double)] = [
            ("<f2", [0x00, 0xC1], -2.5), ("<f4", [0, 0, 0x20, 0xC0], -2.5), ("<f8", [0, 0, 0, 0, 0, 0, 4, 0xC0], -2.5),
            ("<i4", [0xFE, 0xFF, 0xFF, 0xFF], -2), ("<i8", [0xFE] + Array(repeating: 0xFF, count: 7), -2),
            ("|u1", [200], 200), ("|b1", [1], 1), ("|i1", [0xFE], -2), ("<i2", [0xFE, 0xFF], -2),
            ("<u2", [1, 0x80], 32_769),
            ("<u4", [1, 0, 0, 0x80], 2_147_483_649), ("<u8", [0, 8, 0, 0, 0, 0, 0, 0x80], 0x1p63 + 2048),
        ]
        let folder = try TemporaryFolder()
        for (descr, data, value) in cases {
            // A second element of other bytes, so that none can be taken for its neighbour's.
            let elements = data + Array(repeating: 0, count: data.count)
            let orders = [
                (descr, elements), (">" + descr.dropFirst(), Array(data.reversed()) + elements.dropFirst(data.count)),
            ]
            for (descr, elements) in orders {
                let file = npy(header(descr), data: elements)
                let array = try NumpyArray(parsing: file, name: "t")
                #expect(try array.tensor(as: Double.self).values == [value, 0], "\(descr)")
                let again = try NumpyArray(parsing: array.serialized(), name: "t")
                #expect(try again.tensor(as: Double.self).values == [value, 0] && again.type == array.type, "\(descr)")
                try writeFile(file, to: folder.file("t.npy"))
                let input = try #require(try NumpyInput<Double>(folder.file("t.npy")))
                #expect(try input.tensor().values == [value, 0], "\(descr)")
            }
        }
    }

    /// What numpy.save of Python 2 writes where a shape has long integers.
    @Test func shapesOfPython2AreRead() throws {
        let file = npy(header("|u1", shape: "(2L, 3L)"), data: Array(0..<6))
        #expect(try NumpyArray(parsing: file, name: "t").shape == [2, 3])
        #expect(try NumpyArray(parsing: npy(header("|u1", shape: "(1L,)"), data: [7]), name: "t").shape == [1])
    }

    @Test func fortranOrderIsTurned() throws {
        // Element [i, j, k] of shape [2, 3, 5] lies at i + 2 j + 6 k.
        let file = npy(header("|u1", fortran: "True", shape: "(2, 3, 5)"), data: Array(0..<30))
        let array = try NumpyArray(parsing: file, name: "t")
        var expected: [Float] = []
        for i in 0..<2 { for j in 0..<3 { for k in 0..<5 { expected.append(Float(i + 2 * j + 6 * k)) } } }
        #expect(try array.tensor(as: Float.self) == Tensor(shape: [2, 3, 5], values: expected))
        let again = try NumpyArray(parsing: array.serialized(), name: "t")
        #expect(try again.tensor(as: Float.self).values == expected)
    }

    @Test(arguments: [
        npy(header(shape: "()"), data: [0, 0, 0, 0]), npy(header(shape: "(0, 3)")),
        npy(header(), version: [2, 0], data: Array(repeating: 0, count: 8)),
        npy(header(), version: [3, 0], data: Array(repeating: 0, count: 8)),
        npy("{\"shape\":(1,),\"descr\":\"|u1\",\"fortran_order\":False}", data: [0]),
        npy(header() + String(repeating: " ", count: 9000), data: Array(repeating: 0, count: 8)),
    ])
    func accepts(file: [UInt8]) throws { _ = try NumpyArray(parsing: file, name: "t") }

    @Test(arguments: NumpySamples.rejected)
    func rejects(_ file: SampleFile) {
        let error = #expect(throws: MDLSTMError.self) { try NumpyArray(parsing: file.bytes, name: "x.npy") }
        let message = error?.message ?? ""
        #expect(error?.kind == .data)
        #expect(message.hasPrefix("x.npy: expected "), "\(message)")
        #expect(message.contains(file.reason), "'\(message)' lacks '\(file.reason)'")
        #expect(!message.contains("\n"), "\(message)")
    }

    /// Saved again it would have the same type.
    @Test(arguments: ["=f4", "<c8", "|O", "<U1"]) func typesAreToBeConverted(_ descr: String) {
        expectMDLSTMError(.data, ["'\(descr)'", "f4", "convert the array first, .astype('float32')"]) {
            _ = try NumpyArray(parsing: npy(header(descr), data: Array(repeating: 0, count: 16)), name: "x.npy")
        }
    }

    @Test func everyTruncationIsRejectedAndNoChangedByteTraps() {
        let bytes = NumpyArray(Tensor<Float>(shape: [3, 2], values: [1, 2, 3, 4, 5, 6])).serialized()
        for count in 0..<bytes.count {
            #expect(throws: MDLSTMError.self) { try NumpyArray(parsing: Array(bytes[..<count]), name: "t") }
        }
        for position in 0..<128 {
            for value in stride(from: 0, through: 255, by: 5) {
                var changed = bytes
                changed[position] = UInt8(value)
                _ = try? NumpyArray(parsing: changed, name: "t").tensor(as: Float.self)
            }
        }
    }
}

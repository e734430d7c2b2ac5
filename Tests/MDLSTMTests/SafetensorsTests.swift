import MDLSTM
import Testing
import _TestSupport

/// A file of a header text and data bytes; `length` overrides the true header length.
private func bytes(_ header: String, data: Int = 0, length: UInt64? = nil) -> [UInt8] {
    bytes(Array(header.utf8), data: data, length: length)
}

private func bytes(_ header: [UInt8], data: Int = 0, length: UInt64? = nil) -> [UInt8] {
    let length = length ?? UInt64(header.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + header + Array(repeating: 0, count: data)
}

private func entry(_ type: String, _ shape: String, _ begin: String, _ end: String) -> String {
    #"{"dtype":"\#(type)","shape":\#(shape),"data_offsets":[\#(begin),\#(end)]}"#
}

struct SafetensorsTests {
    @Test func roundTrip() throws {
        let folder = try TemporaryFolder()
        var file = TensorFile()
        file.metadata = ["step": "12", "a\"é": "line\nbreak"]
        let weights = Tensor<Float>(shape: [3, 2], values: [1, -0.0, .infinity, .nan, .leastNonzeroMagnitude, -3.5])
        let moments = Tensor<Double>(shape: [5], values: [0.1, -0.2, 1e300, 0, .leastNonzeroMagnitude])
        file.append("w", weights)
        file.append("empty", Tensor<Float>(zeros: [0, 5]))
        file.append("m/é", moments)
        file.append("scalar", Tensor<Float>(shape: [], values: [7]))
        try file.write(to: folder.file("a.safetensors"))

        let read = try TensorFile(contentsOf: folder.file("a.safetensors"))
        #expect(read.names == ["w", "empty", "m/é", "scalar"])
        #expect(read.metadata == file.metadata)
        let values = try read.tensor("w", as: Float.self)
        #expect(values.shape == [3, 2])
        #expect(values.values.map(\.bitPattern) == weights.values.map(\.bitPattern))
        #expect(try read.tensor("m/é", as: Double.self) == moments)
        #expect(try read.tensor("m/é", as: Float.self).values[0] == 0.1)
        #expect(try read.tensor("empty", as: Float.self) == Tensor(zeros: [0, 5]))
        #expect(try read.tensor("scalar", as: Double.self) == Tensor(shape: [], values: [7]))
        #expect(read["scalar"]?.type == .float32)
        #expect(read["none"] == nil)
        #expect(read.serialized() == file.serialized())
        #expect(folder.names == ["a.safetensors"])
    }

    @Test func headerIsPaddedAndStartsWithTheMetadata() {
        for length in 0..<9 {
            var file = TensorFile()
            file.append("t", Tensor<Float>(shape: [2], values: [1, 2]))
            file.metadata = ["k": String(repeating: "x", count: length)]
            let bytes = file.serialized()
            #expect((bytes.count - 8) % 8 == 0)
            #expect(Int(bytes[0]) == bytes.count - 16)
            #expect(bytes[8...].starts(with: #"{"__metadata__":{"k""#.utf8))
        }
    }

    @Test func convertsEveryType() throws {
        let cases: [(String, [UInt8], Double)] = [
            ("BOOL", [1], 1), ("U8", [200], 200), ("I8", [0xFE], -2), ("U16", [1, 0x80], 32769),
            ("I16", [0xFE, 0xFF], -2),
            ("U32", [0, 0, 0, 0x80], 0x1p31), ("I32", [0xFE, 0xFF, 0xFF, 0xFF], -2),
            ("U64", [0, 0, 0, 0, 0, 0, 0, 0x80], 0x1p63), ("I64", [0xFE] + Array(repeating: 0xFF, count: 7), -2),
            ("F16", [0x00, 0xC1], -2.5), ("BF16", [0x20, 0xC0], -2.5), ("F32", [0, 0, 0x20, 0xC0], -2.5),
            ("F64", [0, 0, 0, 0, 0, 0, 0x04, 0xC0], -2.5),
        ]
        #expect(cases.map(\.0).sorted() == ElementType.allCases.map(\.rawValue).sorted())
        for (type, data, value) in cases {
            let file = bytes("{\"t\":\(entry(type, "[1]", "0", "\(data.count)"))}") + data
            let read = try TensorFile(parsing: file, name: "t")
            #expect(try read.tensor("t", as: Double.self) == Tensor(shape: [1], values: [value]), "\(type)")
            #expect(try read.tensor("t", as: Float.self).values[0] == Float(value), "\(type)")
        }
    }

    @Test func convertsEveryHalf() throws {
        let data = (0..<65536).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        let file = bytes("{\"t\":\(entry("F16", "[65536]", "0", "131072"))}") + data
        let values = try TensorFile(parsing: file, name: "t").tensor("t", as: Float.self).values
        for (bits, value) in values.enumerated() {
            let fraction = Float(bits & 0x3FF)
            let sign: Float = bits & 0x8000 == 0 ? 1 : -1
            switch bits >> 10 & 31 {
            case 0: #expect(value == sign * fraction * 0x1p-24 && value.sign == sign.sign)
            case 31: #expect(fraction == 0 ? value == sign * .infinity : value.isNaN)
            case let exponent:
                #expect(
                    value == sign * (1 + fraction / 1024) * Float(sign: .plus, exponent: exponent - 15, significand: 1))
            }
        }
    }

    @Test(arguments: [
        bytes("{}"), bytes("{}      "), bytes("{\"t\":\(entry("F32", "[0,5]", "0", "0"))}"),
        bytes("{\"t\":\(entry("F32", "[]", "0", "4"))}", data: 4), bytes(#"{"__metadata__":{}}"#),
        bytes(#"{"t":{"dtype":"U8","shape":[3],"extra":[1.5],"data_offsets":[0,3]}}"#, data: 3),
        bytes("{\"a\":\(entry("U8", "[2]", "3", "5")),\"b\":\(entry("U8", "[3]", "0", "3"))}", data: 5),
        bytes("{\"a\":\(entry("U8", "[3]", "0", "3")),\"b\":\(entry("U8", "[0]", "0", "0"))}", data: 3),
    ])
    func accepts(file: [UInt8]) throws { _ = try TensorFile(parsing: file, name: "t") }

    @Test(
        arguments: [
            ("empty file", []), ("short length", [1, 0, 0]), ("no header", bytes("")), ("root array", bytes("[]")),
            ("root string", bytes("\"a\"")), ("leading space", bytes(" {}")),
            ("header beyond file", bytes("{}", length: 3)),
            ("length 2^63", bytes("{}", length: 1 << 63)), ("length 2^64-1", bytes("{}", length: .max)),
            ("length above the cap", bytes("{}", length: 100_000_001)), ("not JSON", bytes("{a}")),
            ("trailing garbage", bytes("{\"t\":\(entry("U8", "[2]", "0", "2"))}", data: 3)),
            ("garbage without tensors", bytes("{}", data: 1)),
            ("short data", bytes("{\"t\":\(entry("U8", "[2]", "0", "2"))}", data: 1)),
            (
                "overlap",
                bytes("{\"a\":\(entry("U8", "[2]", "0", "2")),\"b\":\(entry("U8", "[2]", "1", "3"))}", data: 3)
            ),
            (
                "same bytes",
                bytes("{\"a\":\(entry("U8", "[2]", "0", "2")),\"b\":\(entry("U8", "[2]", "0", "2"))}", data: 2)
            ),
            ("hole", bytes("{\"a\":\(entry("U8", "[1]", "0", "1")),\"b\":\(entry("U8", "[1]", "2", "3"))}", data: 3)),
            ("hole at the start", bytes("{\"a\":\(entry("U8", "[1]", "1", "2"))}", data: 2)),
            ("overflow", bytes("{\"t\":\(entry("F32", "[4294967296,4294967296]", "0", "0"))}")),
            ("overflow in bytes", bytes("{\"t\":\(entry("F64", "[2305843009213693952]", "0", "0"))}")),
            ("overflow before zero", bytes("{\"t\":\(entry("U8", "[9223372036854775807,2,0]", "0", "0"))}")),
            ("negative shape", bytes("{\"t\":\(entry("U8", "[-1]", "0", "0"))}")),
            ("two negative extents", bytes("{\"t\":\(entry("U8", "[-1,-1]", "0", "1"))}", data: 1)),
            ("fractional shape", bytes("{\"t\":\(entry("U8", "[1.0]", "0", "1"))}", data: 1)),
            ("exponent in shape", bytes("{\"t\":\(entry("U8", "[1e0]", "0", "1"))}", data: 1)),
            ("huge extent", bytes("{\"t\":\(entry("U8", "[18446744073709551616]", "0", "1"))}", data: 1)),
            ("string in shape", bytes("{\"t\":\(entry("U8", "[\"1\"]", "0", "1"))}", data: 1)),
            ("unknown dtype", bytes("{\"t\":\(entry("F8", "[1]", "0", "1"))}", data: 1)),
            ("lowercase dtype", bytes("{\"t\":\(entry("u8", "[1]", "0", "1"))}", data: 1)),
            ("begin > end", bytes("{\"t\":\(entry("U8", "[1]", "1", "0"))}", data: 1)),
            ("negative offset", bytes("{\"t\":\(entry("U8", "[1]", "-1", "0"))}", data: 1)),
            (
                "huge offsets",
                bytes("{\"t\":\(entry("U8", "[1]", "9223372036854775806", "9223372036854775807"))}", data: 1)
            ),
            ("wrong size", bytes("{\"t\":\(entry("F32", "[1]", "0", "2"))}", data: 2)),
            ("three offsets", bytes(#"{"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1,1]}}"#, data: 1)),
            ("no shape", bytes(#"{"t":{"dtype":"U8","data_offsets":[0,1]}}"#, data: 1)),
            ("no dtype", bytes(#"{"t":{"shape":[1],"data_offsets":[0,1]}}"#, data: 1)),
            ("no offsets", bytes(#"{"t":{"dtype":"U8","shape":[0]}}"#)), ("entry not an object", bytes(#"{"t":1}"#)),
            (
                "duplicate tensor",
                bytes("{\"t\":\(entry("U8", "[0]", "0", "0")),\"t\":\(entry("U8", "[0]", "0", "0"))}")
            ),
            ("duplicate field", bytes(#"{"t":{"dtype":"U8","dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#)),
            ("duplicate metadata", bytes(#"{"__metadata__":{"a":"1","a":"2"}}"#)),
            ("two metadata", bytes(#"{"__metadata__":{},"__metadata__":{}}"#)),
            ("metadata number", bytes(#"{"__metadata__":{"a":1}}"#)),
            ("metadata null", bytes(#"{"__metadata__":null}"#)),
            ("metadata array", bytes(#"{"__metadata__":["a"]}"#)),
            ("invalid UTF-8", bytes(Array("{\"__metadata__\":{\"a\":\"".utf8) + [0xFF] + Array("\"}}".utf8))),
            ("deep nesting", bytes("{\"a\":" + String(repeating: "[", count: 100_000))),
            ("padded with zeros", bytes("{}\0\0\0\0\0\0")),
        ] as [(String, [UInt8])])
    func rejects(what: String, file: [UInt8]) {
        let error = #expect(throws: MDLSTMError.self, "\(what)") {
            try TensorFile(parsing: file, name: "x.safetensors")
        }
        #expect(error?.kind == .data)
        #expect(error?.message.hasPrefix("x.safetensors: expected ") == true)
        #expect(error?.message.contains("\n") == false)
    }

    @Test func typesAreToBeConverted() throws {
        let file = bytes("{\"t\":\(entry("F8_E4M3", "[1]", "0", "1"))}", data: 1)
        expectMDLSTMError(.data, ["'t'", "F32", "found F8_E4M3; convert the tensor to float32 first"]) {
            _ = try TensorFile(parsing: file, name: "x.safetensors")
        }
        let whole = try TensorFile(
            parsing: bytes("{\"t\":\(entry("I64", "[1]", "0", "8"))}", data: 8), name: "x.safetensors")
        expectMDLSTMError(.data, ["x.safetensors", "'t' has type I64", "convert it to float32 first"]) {
            let _: ParameterTensors<Float> = try whole.tensors()
        }
    }

    @Test func everyTruncationIsRejected() {
        var file = TensorFile()
        file.metadata = ["a": "b"]
        file.append("t", Tensor<Float>(shape: [3], values: [1, 2, 3]))
        let bytes = file.serialized()
        for count in 0..<bytes.count {
            #expect(throws: MDLSTMError.self) { try TensorFile(parsing: Array(bytes[..<count]), name: "t") }
        }
    }

    @Test func noChangedByteTraps() {
        var file = TensorFile()
        file.append("t", Tensor<Float>(shape: [2], values: [1, 2]))
        let bytes = file.serialized()
        for position in bytes.indices {
            for value in stride(from: 0, through: 255, by: 5) {
                var changed = bytes
                changed[position] = UInt8(value)
                _ = try? TensorFile(parsing: changed, name: "t").tensor("t", as: Float.self)
            }
        }
    }

    @Test func missingTensorAndFile() throws {
        let folder = try TemporaryFolder()
        let missing = #expect(throws: MDLSTMError.self) { try TensorFile().tensor("w", as: Float.self) }
        #expect(missing?.kind == .data)
        let file = #expect(throws: MDLSTMError.self) { try TensorFile(contentsOf: folder.file("none")) }
        #expect(file?.kind == .missingInput)
    }
}

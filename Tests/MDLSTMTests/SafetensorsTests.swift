import Foundation
import MDLSTM
import Testing
import _TestSupport

private func bytes(_ header: String, data: Int = 0) -> [UInt8] { SafetensorsSamples.file(header, data: data) }

private func entry(_ type: String, _ shape: String, _ begin: String, _ end: String) -> String {
    SafetensorsSamples.entry(type, shape, begin, end)
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

    @Test(arguments: SafetensorsSamples.accepted)
    func accepts(_ file: SampleFile) throws {
        let read = try TensorFile(parsing: file.bytes, name: "x.safetensors")
        // What we write of it is the same to us.
        let again = try TensorFile(parsing: read.serialized(), name: "again")
        #expect(again.names == read.names && again.metadata == read.metadata)
        for name in read.names {
            #expect(again[name]?.bytes == read[name]?.bytes && again[name]?.shape == read[name]?.shape)
        }
    }

    @Test(arguments: SafetensorsSamples.rejected)
    func rejects(_ file: SampleFile) {
        let error = #expect(throws: MDLSTMError.self) { try TensorFile(parsing: file.bytes, name: "x.safetensors") }
        let message = error?.message ?? ""
        #expect(error?.kind == .data)
        #expect(message.hasPrefix("x.safetensors: expected "), "\(message)")
        #expect(message.contains(file.reason), "'\(message)' lacks '\(file.reason)'")
        #expect(!message.unicodeScalars.contains { $0.properties.generalCategory == .control }, "\(message)")
    }

    @Test func notFiniteDataAreKept() throws {
        let file = try #require(SafetensorsSamples.accepted.first { $0.name == "NaN and infinite data" })
        let values = try TensorFile(parsing: file.bytes, name: "t").tensor("t", as: Float.self).values
        #expect(values[0].isNaN && values[1] == .infinity && values[2] == -.infinity)
    }

    /// What Python's safetensors 0.8.0 writes of arrays of four types, one of them empty and one a scalar.
    @Test func readsWhatPythonWrites() throws {
        let header =
            #"{"__metadata__":{"by":"Python"},"s":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"#
            + #""e":{"dtype":"F64","shape":[0,5],"data_offsets":[8,8]},"#
            + #""w":{"dtype":"F32","shape":[2,2],"data_offsets":[8,24]},"#
            + #""flags":{"dtype":"BOOL","shape":[2],"data_offsets":[24,26]}} "#
        let data: [UInt8] = [
            3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x3F, 0, 0, 0x20, 0xC0, 0, 0, 0x80, 0x7F, 0, 0, 0, 0, 1, 0,
        ]
        let bytes = SafetensorsSamples.file(header) + data
        #expect(bytes.starts(with: [0, 1, 0, 0, 0, 0, 0, 0]))
        let file = try TensorFile(parsing: bytes, name: "python.safetensors")
        #expect(file.metadata == ["by": "Python"] && file.names == ["s", "e", "w", "flags"])
        #expect(try file.tensor("w") == Tensor<Float>(shape: [2, 2], values: [1, -2.5, .infinity, 0]))
        #expect(try file.tensor("s") == Tensor<Float>(shape: [], values: [3]))
        #expect(try file.tensor("e") == Tensor<Double>(zeros: [0, 5]))
        #expect(try file.tensor("flags") == Tensor<Float>(shape: [2], values: [1, 0]))
        #expect(file.serialized() == bytes)
    }

    /// For Scripts/check_safetensors.py, which gives Python's safetensors the same files.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["MDLSTM_SAMPLES"] != nil))
    func samplesAreWritten() throws {
        let folder = try #require(ProcessInfo.processInfo.environment["MDLSTM_SAMPLES"])
        for file in SafetensorsSamples.accepted {
            try writeFile(file.bytes, to: "\(folder)/accepted, \(file.name)")
            let read = try TensorFile(parsing: file.bytes, name: file.name)
            try writeFile(read.serialized(), to: "\(folder)/written, \(file.name)")
        }
        for file in SafetensorsSamples.rejected {
            let kind = file.elsewhere == nil ? "rejected" : "accepted elsewhere"
            try writeFile(file.bytes, to: "\(folder)/\(kind), \(file.name)")
        }
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

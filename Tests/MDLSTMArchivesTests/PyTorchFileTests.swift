import MDLSTM
import MDLSTMArchives
import Testing
import _TestSupport

/// Files of torch.save.
struct PyTorchFileTests {
    private let counted: [(key: String, values: [Float])] = [("0", (0..<24).map { Float($0) })]

    private func tensors(_ bytes: [UInt8], key: String? = nil) throws -> TensorFile {
        try PyTorchFile(parsing: bytes, key: key, name: "x.pt").tensors()
    }

    /// The numbers of one tensor over the storage 0, 1, .., 23.
    private func values(_ change: (inout TorchTensor) -> Void) throws -> Tensor<Float> {
        let tensor = TorchTensor("w", key: "0", [24]).with(change)
        return try tensors(PyTorchSamples.file([tensor], counted), key: "").tensor("w")
    }

    /// Expects `body` to be refused with all of `parts` in the message.
    private func expectRefusal(
        _ parts: [String], sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
    ) {
        let error = #expect(throws: MDLSTMError.self, sourceLocation: sourceLocation) { try body() }
        #expect(error?.kind == .data, sourceLocation: sourceLocation)
        let message = error?.message ?? ""
        for part in parts {
            #expect(message.contains(part), "'\(message)' lacks '\(part)'", sourceLocation: sourceLocation)
        }
    }

    @Test func writtenByTorch() throws {
        let file = try tensors(PyTorchSamples.transposed)
        #expect(file.names == ["w"])
        #expect(try file.tensor("w") == Tensor<Float>(shape: [3, 2], values: [0, 3, 1, 4, 2, 5]))
    }

    /// Whatever is in a checkpoint beside its tensors is passed over.
    @Test(arguments: [nil, "state_dict"]) func checkpointWrittenByTorch(key: String?) throws {
        let storages: [(key: String, bytes: [UInt8])] = [
            ("0", PyTorchSamples.bytes(of: [1.5, -2])), ("1", PyTorchSamples.bytes(of: [3, 4, 5])),
            ("2", [7, 0, 0, 0, 0, 0, 0, 0]), ("3", [1, 0, 0, 2]),
        ]
        let file = try tensors(PyTorchSamples.archive(pickle: PyTorchSamples.checkpoint, storages).bytes, key: key)
        #expect(file.names == ["weight", "other", "steps", "u16"])
        #expect(try file.tensor("weight") == Tensor<Float>(shape: [2], values: [1.5, -2]))
        #expect(try file.tensor("other") == Tensor<Float>(shape: [3], values: [3, 4, 5]))
        #expect(file["steps"]?.type == .int64)
        #expect(try file.tensor("steps") == Tensor<Float>(shape: [], values: [7]))
        #expect(file["u16"]?.type == .uint16)
        #expect(try file.tensor("u16") == Tensor<Float>(shape: [2], values: [1, 512]))
    }

    @Test func views() throws {
        #expect(try values { ($0.size, $0.stride, $0.offset) = ([2, 3], [3, 1], 7) }.values == [7, 8, 9, 10, 11, 12])
        #expect(try values { ($0.size, $0.stride) = ([3, 2], [1, 3]) }.values == [0, 3, 1, 4, 2, 5])
        #expect(
            try values { ($0.size, $0.stride, $0.offset) = ([2, 1, 3], [11, 5, 4], 1) }.values == [1, 5, 9, 12, 16, 20])
        #expect(try values { ($0.size, $0.stride) = ([3, 2], [0, 1]) }.values == [0, 1, 0, 1, 0, 1])
        // More elements than the storage has, as of expand.
        #expect(try values { ($0.size, $0.stride) = ([20, 2], [0, 1]) }.values == (0..<20).flatMap { _ in [0, 1] })
        #expect(try values { ($0.size, $0.stride, $0.offset) = ([], [], 23) } == Tensor(shape: [], values: [23]))
        #expect(try values { ($0.size, $0.stride, $0.offset) = ([0, 5], [5, 1], 24) } == Tensor(zeros: [0, 5]))
        // Along an axis of one element the stride says nothing.
        #expect(try values { ($0.size, $0.stride, $0.offset) = ([1, 2], [.max, 2], 3) }.values == [3, 5])
    }

    @Test func tensorsShareStorages() throws {
        let tensors = [
            TorchTensor("a", key: "0", [4]).with { ($0.count, $0.offset) = (24, 2) },
            TorchTensor("b", key: "0", [2, 2]).with { ($0.count, $0.stride, $0.offset) = (24, [1, 2], 2) },
            TorchTensor("tied", key: "0", [4]).with { ($0.count, $0.offset) = (24, 2) },
        ]
        let file = try self.tensors(PyTorchSamples.file(tensors, counted))
        #expect(try file.tensor("a", as: Float.self).values == [2, 3, 4, 5])
        #expect(try file.tensor("b", as: Float.self).values == [2, 4, 3, 5])
        #expect(file["tied"]?.bytes == file["a"]?.bytes)
    }

    @Test(
        arguments: [
            ("torch.HalfStorage", nil, ElementType.float16, [0, 0x3E, 0, 0xC0]),
            ("torch.BFloat16Storage", nil, .bfloat16, [0xC0, 0x3F, 0, 0xC0]),
            ("torch.DoubleStorage", nil, .float64, [0, 0, 0, 0, 0, 0, 0xF8, 0x3F, 0, 0, 0, 0, 0, 0, 0, 0xC0]),
            ("torch.cuda.FloatStorage", nil, .float32, [0, 0, 0xC0, 0x3F, 0, 0, 0, 0xC0]),
            ("torch.storage.UntypedStorage", "float32", .float32, [0, 0, 0xC0, 0x3F, 0, 0, 0, 0xC0]),
        ] as [(String, String?, ElementType, [UInt8])])
    func types(storageClass: String, type: String?, expected: ElementType, bytes: [UInt8]) throws {
        for (order, bytes) in [("little", bytes), ("big", expected.swapped(bytes[...]).map { $0 })] {
            let tensor = TorchTensor("w", key: "7", [2]).with {
                ($0.storageClass, $0.type, $0.device) = (storageClass, type, "cuda:0")
                if type != nil { $0.count = bytes.count }
            }
            var pickle = PickleWriter()
            pickle.stateDict([tensor])
            pickle.code(".")
            let file = PyTorchSamples.archive(pickle: pickle.bytes, [("7", bytes)], byteOrder: order)
            let tensors = try tensors(file.bytes)
            #expect(tensors["w"]?.type == expected)
            #expect(try tensors.tensor("w") == Tensor<Float>(shape: [2], values: [1.5, -2]))
        }
    }

    /// Archives in zip64, without the byte order or checksums, and with what an operating system adds.
    @Test func archives() throws {
        var pickle = PickleWriter()
        pickle.stateDict([TorchTensor("w", key: "0", [24])])
        pickle.code(".")
        var writer = PyTorchSamples.archive(
            pickle: pickle.bytes, [("0", PyTorchSamples.bytes(of: counted[0].values))], byteOrder: nil)
        func expectRead() throws {
            #expect(try tensors(writer.bytes).tensor("w", as: Float.self).values == counted[0].values)
        }
        try expectRead()
        writer.isZip64 = true
        try expectRead()
        // torch.serialization.set_crc32_options(False)
        for index in writer.members.indices { writer.members[index].checksum = 0 }
        try expectRead()
        writer.members.append(ZipWriter.Member(name: "__MACOSX/lstm/data.pkl", stored: [1]))
        writer.members.append(ZipWriter.Member(name: "lstm/data/", stored: []))
        try expectRead()
    }

    @Test func keys() throws {
        let tensor = TorchTensor("w", key: "0", [24])
        let bytes = PyTorchSamples.file(counted) {
            $0.code("}(")
            for path in ["ema", "a.b"] {
                $0.text(path)
                $0.code("}(")
                $0.text("model")
                $0.stateDict([tensor.with { $0.name = path }])
                $0.text("step")
                $0.tensor(tensor.with { ($0.size, $0.stride) = ([], []) })
                $0.code("u")
            }
            $0.code("u")
        }
        for path in ["ema", "a.b"] {
            #expect(try tensors(bytes, key: "\(path).model").names == [path])
        }
        func expectRefused(_ key: String?, _ parts: [String]) {
            expectRefusal(["x.pt: "] + parts) { _ = try PyTorchFile(parsing: bytes, key: key, name: "x.pt") }
        }
        expectRefused(nil, ["'ema.model', 'a.b.model'", "--key"])
        expectRefused("model", ["'model'", "its keys are 'ema', 'a.b'"])
        expectRefused("", ["no tensors", "its keys are 'ema', 'a.b'"])
        #expect(try tensors(bytes, key: "ema").names == ["step"])
        expectRefused("ema.modell", ["'ema.modell'"])
    }

    /// The last of equal keys counts, in the place of the first.
    @Test func equalKeys() throws {
        let first = TorchTensor("a", key: "0", [24])
        let bytes = PyTorchSamples.file(
            [first, first.with { $0.name = "b" }, first.with { ($0.size, $0.stride, $0.offset) = ([1], [1], 5) }],
            counted)
        let file = try tensors(bytes)
        #expect(file.names == ["a", "b"])
        #expect(try file.tensor("a", as: Float.self).values == [5])
    }

    @Test func chosenTensorsAlone() throws {
        let good = TorchTensor("lstm.w", key: "0", [24])
        let other = good.with { ($0.name, $0.storageClass, $0.count) = ("fft.w", "torch.ComplexFloatStorage", 12) }
        let file = try PyTorchFile(
            parsing: PyTorchSamples.file([good, other.with { $0.size = [12] }], counted), name: "x.pt")
        #expect(file.names == ["lstm.w", "fft.w"])
        #expect(try file.tensors { $0.hasPrefix("lstm") }.names == ["lstm.w"])
        expectRefusal(["'fft.w'", "complex64", "--prefix"]) { _ = try file.tensors() }
    }

    @Test(arguments: PyTorchSamples.rejected)
    func rejects(_ file: SampleFile) {
        let error = #expect(throws: MDLSTMError.self) { try tensors(file.bytes) }
        let message = error?.message ?? ""
        #expect(error?.kind == .data)
        #expect(message.hasPrefix("x.pt"), "\(message)")
        #expect(message.contains(file.reason), "'\(message)' lacks '\(file.reason)'")
        #expect(!message.contains("\n"), "\(message)")
    }

    /// More values than a state dict has, in a file of a few megabytes.
    @Test(arguments: [(")", 600_000), ("(", 600_000), ("}", 600_000), ("2", 600_000), ("q\u{0}", 2_100_000)])
    func tablesAreLimited(opcode: String, count: Int) {
        let pickle = Array("]".utf8) + Array(repeatElement(Array(opcode.utf8), count: count).joined())
        expectRefusal(["at most", "values"]) {
            _ = try tensors(PyTorchSamples.archive(pickle: pickle, []).bytes)
        }
    }

    @Test func everyTruncationIsRejectedAndNoChangedByteTraps() {
        let bytes = PyTorchSamples.transposed
        for count in 0..<bytes.count {
            #expect(throws: MDLSTMError.self) { try tensors(Array(bytes[..<count])) }
        }
        // Without checksums, so that changes reach the pickle.
        let pickle = PyTorchSamples.checkpoint
        for position in pickle.indices {
            for value in stride(from: 0, through: 255, by: 85) {
                var changed = pickle
                changed[position] = UInt8(value)
                _ = try? tensors(PyTorchSamples.archive(pickle: changed, [("0", Array(repeating: 0, count: 8))]).bytes)
            }
        }
    }
}

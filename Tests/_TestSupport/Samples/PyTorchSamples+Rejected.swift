/// Files that must be refused.
extension PyTorchSamples {
    private static let single = TorchTensor("w", key: "0", [2, 3])
    private static let storage: [(key: String, values: [Float])] = [("0", [0, 1, 2, 3, 4, 5])]

    /// One tensor `w [2, 3]` with a change.
    private static func tensor(_ change: (inout TorchTensor) -> Void) -> [UInt8] {
        file([single.with(change)], storage)
    }

    /// A dictionary with one value, which `write` makes.
    private static func value(_ write: (inout PickleWriter) -> Void) -> [UInt8] {
        file(storage) {
            $0.code("}")
            $0.text("w")
            write(&$0)
            $0.code("s")
        }
    }

    /// The file that they would make.
    public static let touched = "/tmp/mdlstm-a-pickle-was-run"

    /// What would run code, each with the name that the message must have.
    public static let rejectedCalls: [SampleFile] =
        [
            ("posix", "system"), ("os", "system"), ("nt", "system"), ("builtins", "eval"), ("__builtin__", "exec"),
            ("builtins", "getattr"), ("subprocess", "Popen"), ("torch", "load"), ("torch.hub", "load"),
            ("torch._utils", "_rebuild_qtensor"), ("numpy._core.multiarray", "scalar"), ("argparse", "Namespace"),
            ("collections", "OrderedDict.__init__.__globals__"),
        ].map { module, name in
            SampleFile(
                "\(module).\(name)",
                value {
                    $0.global(module, name)
                    $0.code("(")
                    $0.text("touch \(touched)")
                    $0.code("tR")
                }, "names \(module).\(name),")
        } + [
            SampleFile(
                "a whole module", value { $0.global("torch.nn.modules.rnn", "LSTM") }, "torch.nn.modules.rnn.LSTM"),
            SampleFile(
                "STACK_GLOBAL",
                value {
                    $0.text("os")
                    $0.text("system")
                    $0.code(0x93)
                }, "names os.system,"),
            SampleFile(
                "STACK_GLOBAL out of the memo",
                value {
                    $0.text("os")
                    $0.code("q\u{1}0")
                    $0.text("system")
                    $0.code("q\u{2}0h\u{1}h\u{2}")
                    $0.code(0x93)
                }, "names os.system,"),
            SampleFile("STACK_GLOBAL of numbers", value { $0.code(0x4E, 0x4E, 0x93) }, "a class or function"),
            SampleFile("INST", value { $0.code("(ios\nsystem\n") }, "names os.system,"),
            SampleFile(
                "OBJ",
                value {
                    $0.code("(")
                    $0.global("collections", "OrderedDict")
                    $0.code("o")
                }, "(OBJ)"),
            SampleFile(
                "NEWOBJ",
                value {
                    $0.global("collections", "OrderedDict")
                    $0.code(")")
                    $0.code(0x81)
                }, "(NEWOBJ)"),
            SampleFile(
                "NEWOBJ_EX",
                value {
                    $0.global("collections", "OrderedDict")
                    $0.code(")}")
                    $0.code(0x92)
                }, "(NEWOBJ_EX)"),
            SampleFile("EXT1", value { $0.code(0x82, 1) }, "(EXT1)"),
            SampleFile("PERSID", value { $0.code("Pstorage\n") }, "(PERSID)"),
            SampleFile("call of a number", value { $0.code("K\u{1})R") }, "something else that is called"),
            SampleFile(
                "call of a class",
                value {
                    $0.global("torch", "FloatStorage")
                    $0.code(")R")
                }, "a class or a type that is called"),
            SampleFile(
                "call of the call in a tensor's place",
                value {
                    $0.global("torch._tensor", "_rebuild_from_type_v2")
                    $0.code("(")
                    $0.global("__builtin__", "set")
                    $0.global("torch", "Tensor")
                    $0.code(")NtR")
                }, "torch's own functions"),
            SampleFile(
                "a call within itself",
                value {
                    $0.global("torch._tensor", "_rebuild_from_type_v2")
                    $0.code("(")
                    $0.global("torch._tensor", "_rebuild_from_type_v2")
                    $0.global("torch", "Tensor")
                    $0.code(")NtR")
                }, "torch's own functions"),
            SampleFile(
                "state of a tensor",
                value {
                    $0.tensor(single)
                    $0.code("}b")
                }, "whose state is set"),
            SampleFile(
                "arguments of an OrderedDict",
                value {
                    $0.global("collections", "OrderedDict")
                    $0.code("(]tR")
                }, "an empty OrderedDict"),
        ]

    public static let rejected: [SampleFile] =
        rejectedCalls + [
            SampleFile("persistent id that is a number", value { $0.code("K\u{1}Q") }, "a storage by its tuple"),
            SampleFile("persistent id of nothing", value { $0.code(")Q") }, "a storage, its class"),
            SampleFile(
                "persistent id of another class", tensor { $0.storageClass = "torch.Size" }, "a storage, its class"),
            SampleFile("negative count", tensor { $0.count = -6 }, "a storage, its class"),
            SampleFile("storage with too few bytes", tensor { $0.count = 7 }, "'lstm/data/0' with 7 elements"),
            SampleFile("storage of another type", tensor { $0.storageClass = "torch.DoubleStorage" }, "torch.float64"),
            SampleFile("count beyond Int", tensor { $0.count = 1 << 62 }, "'lstm/data/0' with"),
            SampleFile("no such storage", tensor { $0.key = "../0" }, "'lstm/data/../0'"),
            SampleFile("negative offset", tensor { $0.offset = -1 }, "its storage, offset"),
            SampleFile("offset beyond the storage", tensor { $0.offset = 1 }, "to end at element 7"),
            SampleFile("offset beyond Int", tensor { $0.offset = .max }, "whole numbers"),
            SampleFile("extent beyond the storage", tensor { $0.size = [3, 3] }, "within 6 elements"),
            SampleFile("stride beyond the storage", tensor { $0.stride = [4, 1] }, "to end at element 7"),
            SampleFile("stride beyond Int", tensor { $0.stride = [.max, .max] }, "whole numbers"),
            SampleFile("negative stride", tensor { $0.stride = [-3, 1] }, "whole numbers"),
            SampleFile("negative extent", tensor { $0.size = [-2, 3] }, "whole numbers"),
            SampleFile("extents beyond Int", tensor { $0.size = [1 << 40, 1 << 40] }, "whole numbers"),
            SampleFile(
                "elements that are repeated",
                tensor { ($0.size, $0.stride) = ([1 << 30, 6], [0, 1]) }, "four times the bytes"),
            SampleFile("more strides than extents", tensor { $0.stride = [3, 1, 1] }, "its storage, offset"),
            SampleFile(
                "65 axes",
                tensor { ($0.size, $0.stride) = (Array(repeating: 1, count: 65), Array(repeating: 1, count: 65)) },
                "whole numbers"),
            SampleFile(
                "a type wider than its storage",
                tensor { ($0.type, $0.storageClass) = ("float64", "torch.storage.UntypedStorage") }, "within 0 elements"
            ),
            SampleFile("plain bytes", tensor { $0.storageClass = "torch.storage.UntypedStorage" }, "plain bytes"),
            SampleFile("a class for a type", tensor { $0.type = "Size" }, "of a type of torch"),
            SampleFile("a view that negates", tensor { $0.isNegated = true }, "resolve_neg"),
            SampleFile(
                "complex numbers",
                tensor { ($0.storageClass, $0.count, $0.size) = ("torch.ComplexFloatStorage", 3, [1, 3]) },
                "no dictionary of tensors"),
            SampleFile("a name that is not UTF-8", file(storage) { $0.dictionary([0xFF, 0xFE], single) }, "in UTF-8"),
            SampleFile(
                "a name of combining marks",
                file(storage) { $0.dictionary(Array(String(repeating: "\u{301}", count: 40).utf8), single) }, "in UTF-8"
            ),
            SampleFile(
                "the name __metadata__", file(storage) { $0.dictionary(Array("__metadata__".utf8), single) },
                "'__metadata__'"),
            SampleFile("byte order", archive(order: "middle"), "byteorder little or big"),
            SampleFile("a tensor alone", file(storage) { $0.tensor(single) }, "a single tensor"),
            SampleFile("a list", file { $0.code("]") }, "a list"),
            SampleFile("no keys", file { $0.code("}") }, "no dictionary of tensors"),
            SampleFile(
                "a dictionary in itself",
                file {
                    $0.code("}q\u{1}")
                    $0.text("a")
                    $0.code("h\u{1}s")
                }, "its keys are 'a'"),
            SampleFile("two state dicts", twoStateDicts, "'model', 'ema'"),
            SampleFile("no end", raw([0x80, 2] + Array("}".utf8)), "expected 1 byte"),
            SampleFile("an empty pickle", raw([]), "expected 1 byte"),
            SampleFile("protocol 6", raw([0x80, 6]), "protocol 5"),
            SampleFile("an opcode of nobody", raw([0x80, 2, 0xFF]), "opcode 255"),
            SampleFile("opcode of protocol 0", raw(Array("S'a'\n.".utf8)), "protocol 0"),
            SampleFile("nothing on the stack", raw(Array("0.".utf8)), "a value on its stack"),
            SampleFile("nothing above the mark", raw(Array("](2.".utf8)), "a value on its stack"),
            SampleFile("no mark", raw(Array("]e.".utf8)), "a mark"),
            SampleFile("keys without values", raw(Array("}(Nu.".utf8)), "keys and values"),
            SampleFile("members of a list", raw(Array("]NNs.".utf8)), "keys and values"),
            SampleFile("members of nothing", raw(Array("(NNs.".utf8)), "a dictionary"),
            SampleFile("append to a dictionary", raw(Array("}Na.".utf8)), "a list to append to"),
            SampleFile("not in the memo", raw(Array("h\u{1}.".utf8)), "entry 1 of its memo"),
            SampleFile("text beyond the end", raw(Array("X".utf8) + [0xFF, 0xFF, 0xFF, 0xFF]), "4294967295 bytes"),
            SampleFile("text of 2^64 bytes", raw([0x8D] + Array(repeating: 0xFF, count: 8)), "bytes"),
            SampleFile("no end of a line", raw(Array("cos".utf8)), "the end of a line"),
            SampleFile("line break in a name", raw([0x8C, 2, 0x0A, 0x41, 0x8C, 1, 0x42, 0x93]), #"names \u{A}A.B"#),
            SampleFile(
                "300,000 lists in each other", raw(Array(repeating: UInt8(ascii: "]"), count: 300_000)), "1 byte"),
            SampleFile("300,000 marks", raw(Array(repeating: UInt8(ascii: "("), count: 300_000)), "1 byte"),
            SampleFile("tensors that share a storage", shared, "share storages"),
            SampleFile("two pickles", twoPickles, "one data.pkl"),
            SampleFile("checksum", wrongChecksum, "checksum"),
        ]

    private static func raw(_ pickle: [UInt8]) -> [UInt8] { archive(pickle: pickle, []).bytes }

    private static func archive(order: String) -> [UInt8] {
        var pickle = PickleWriter()
        pickle.stateDict([single])
        pickle.code(".")
        return archive(pickle: pickle.bytes, [("0", bytes(of: storage[0].values))], byteOrder: order).bytes
    }

    private static var twoStateDicts: [UInt8] {
        file(storage) {
            $0.code("}(")
            for key in ["model", "ema"] {
                $0.text(key)
                $0.stateDict([single])
            }
            $0.code("u")
        }
    }

    /// 70 views of 1 MB.
    private static var shared: [UInt8] {
        let tensors = (0..<70).map { TorchTensor("w\($0)", key: "0", [1 << 18]) }
        return file(tensors, [("0", Array(repeating: 0, count: 1 << 18))])
    }

    private static var twoPickles: [UInt8] {
        var writer = archive(pickle: [], [])
        writer.members.append(ZipWriter.Member(name: "other/data.pkl", stored: []))
        return writer.bytes
    }

    private static var wrongChecksum: [UInt8] {
        var pickle = PickleWriter()
        pickle.stateDict([single])
        pickle.code(".")
        var writer = archive(pickle: pickle.bytes, [("0", bytes(of: storage[0].values))])
        writer.members[2].checksum = 1
        return writer.bytes
    }
}

extension PickleWriter {
    /// A dictionary of one tensor under a name of any bytes.
    fileprivate mutating func dictionary(_ name: [UInt8], _ tensor: TorchTensor) {
        code("}")
        text(name)
        self.tensor(tensor)
        code("s")
    }
}

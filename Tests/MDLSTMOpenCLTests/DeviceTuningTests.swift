import MDLSTM
import MDLSTMOpenCL
import OpenCLRuntime
import Testing

@Suite struct DeviceTuningTests {
    private static let tuning = DeviceTuning(
        sums: 21, rows: 6, launch: 12_345, groups: 40, ways: [.small: .sweep, .large: .gemm],
        gemm: ["XgemmDirect": direct, "GemmRoutine": ["XGEMM_MIN_INDIRECT_SIZE": 256]])

    private static let direct = [
        "WGD": 32, "MDIMCD": 8, "NDIMCD": 8, "MDIMAD": 8, "NDIMBD": 8, "KWID": 2, "VWMD": 4, "VWND": 4, "PADA": 1,
        "PADB": 1,
    ]

    @Test func whatIsWrittenIsReadBack() throws {
        let device = try Device.select(nil)
        let stored = StoredTuning(Self.tuning, of: device)
        let text = stored.json.serialized()
        let read = try StoredTuning(JSONValue(parsing: text, name: "tuning"), name: "tuning")
        #expect(read == stored && read.isOf(device))
    }

    /// Files of before there were tiles in local memory.
    @Test func groupsMayBeMissing() throws {
        guard case .object(var object) = StoredTuning(Self.tuning, of: try Device.select(nil)).json else { return }
        object["groups"] = nil
        #expect(try StoredTuning(.object(object), name: "tuning").tuning.groups == 75)
    }

    @Test(
        arguments: [
            ("sums", 0), ("sums", "21"), ("rows", 9), ("launch", -1), ("groups", 0), ("ways", ["tiny": "fused"]),
            ("ways", ["small": "fast"]), ("gemm", ["Xgemm": 3]), ("gemm", ["Xgemm": ["MWG": 1.5]]),
            ("gemm", ["GemmRoutine": ["XGEMM_MIN_INDIRECT_SIZE": 8]]), ("color", "red"),
        ] as [(String, JSONValue)])
    func valuesOutOfRangeAreRefused(_ key: String, _ value: JSONValue) throws {
        guard case .object(var object) = StoredTuning(Self.tuning, of: try Device.select(nil)).json else { return }
        object[key] = value
        #expect {
            try StoredTuning(.object(object), name: "tuning")
        } throws: { error in
            "\((error as? MDLSTMError)?.message ?? "")".contains("tuning: ") && "\(error)".contains(key)
        }
    }

    /// CLBlast divides by them: a zero ends the process, or keeps it for ever.
    @Test(arguments: [
        ("WGD", 0), ("MDIMCD", 0), ("KWID", 0), ("VWMD", 3), ("WGD", 40), ("MDIMAD", 16), ("NDIMBD", 128), ("WGD", 512),
        ("PADA", 2), ("WGD", -32), ("WGD", nil), ("FOO", 1),
    ])
    func parametersNoKernelCanHaveAreRefused(_ name: String, _ value: Int?) throws {
        var direct = Self.direct
        direct[name] = value
        let tuning = DeviceTuning(sums: 1, rows: 1, gemm: ["XgemmDirect": direct])
        let json = StoredTuning(tuning, of: try Device.select(nil)).json
        #expect {
            try StoredTuning(json, name: "tuning")
        } throws: { error in
            (error as? MDLSTMError)?.kind == .data && "\(error)".contains("'gemm' must be")
        }
    }

    /// What this package uses and `tune` writes can be read.
    @Test func parametersOfThisPackageAreAllowed() throws {
        for (_, gemm) in GemmCandidates.all {
            let stored = StoredTuning(DeviceTuning(sums: 1, rows: 1, gemm: gemm), of: try Device.select(nil))
            #expect(try StoredTuning(stored.json, name: "tuning") == stored)
        }
    }

    @Test(arguments: [(1, SizeClass.small), (32, .small), (33, .medium), (128, .medium), (129, .large)])
    func layersAreClassedByTheirHiddenSize(_ hiddenSize: Int, _ size: SizeClass) {
        #expect(SizeClass(hiddenSize: hiddenSize) == size)
    }

    /// Products with other parameters of CLBlast: above and below the switch between its two kernels.
    @Test(arguments: [(5, 7, 3), (300, 290, 280)]) func tunedProductsAreRight(_ m: Int, _ n: Int, _ k: Int) throws {
        let context = try OpenCLBackend<Float>(device: try Device.select(nil)).context
        // Small whole numbers: sums are exact.
        let a = (0..<(m * k)).map { Float($0 % 5) - 2 }
        let b = (0..<(k * n)).map { Float($0 % 7) - 3 }
        let c = try context.makeBuffer(of: Float.self, count: m * n)
        try context.stridedBatchedProduct(
            m: m, n: n, k: k, a: try context.makeBuffer(copying: a), aLeading: k,
            b: try context.makeBuffer(copying: b), bLeading: n, c: c, cLeading: n)
        let values = try c.read()
        for (i, j) in [(0, 0), (m - 1, n - 1), (m / 2, n / 3), (1, n - 2)] {
            let expected = (0..<k).reduce(Float(0)) { $0 + a[i * k + $1] * b[$1 * n + j] }
            #expect(values[i * n + j] == expected)
        }
    }
}

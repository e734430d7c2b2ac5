import OpenCLRuntime

/// What CLBlast's kernels for products can be compiled and launched with. CLBlast checks the names only: it divides by a
/// zero, and loops without end over a tile of nothing.
enum GemmLimits {
    /// Sizes of tiles, work-groups, vectors and unrolled loops.
    private static let size = 1...256

    private static let flag = 0...1

    /// All parameters of each kernel with the values they may have.
    private static let ranges: [String: [String: ClosedRange<Int>]] = [
        "XgemmDirect": [
            "WGD": size, "MDIMCD": size, "NDIMCD": size, "MDIMAD": size, "NDIMBD": size, "KWID": size, "VWMD": size,
            "VWND": size, "PADA": flag, "PADB": flag,
        ],
        "Xgemm": [
            "GEMMK": 0...0, "KREG": size, "MWG": size, "NWG": size, "KWG": size, "MDIMC": size, "NDIMC": size,
            "MDIMA": size, "NDIMB": size, "KWI": size, "VWM": size, "VWN": size, "STRM": flag, "STRN": flag, "SA": flag,
            "SB": flag,
        ],
        // Below 32^3 our products rely on the direct kernel: see BatchedProduct.
        "GemmRoutine": ["XGEMM_MIN_INDIRECT_SIZE": 64...1_000_000],
    ]

    /// Products that must divide a size: those of the constraints of CLBlast's own tuner.
    private static let divisors: [String: [(size: String, factors: [String])]] = [
        "XgemmDirect": [
            ("WGD", ["KWID"]), ("WGD", ["MDIMCD", "VWMD"]), ("WGD", ["NDIMCD", "VWND"]), ("WGD", ["MDIMAD", "VWMD"]),
            ("WGD", ["NDIMBD", "VWND"]),
        ],
        "Xgemm": [
            ("KWG", ["KWI"]), ("MWG", ["MDIMC", "VWM"]), ("NWG", ["NDIMC", "VWN"]), ("MWG", ["MDIMA", "VWM"]),
            ("NWG", ["NDIMB", "VWN"]),
        ],
    ]

    /// Work-groups that are dealt out over a tile: so many work-items by those along one side must divide the other.
    private static let shares: [String: [(size: String, group: [String], side: String)]] = [
        "XgemmDirect": [("WGD", ["MDIMCD", "NDIMCD"], "MDIMAD"), ("WGD", ["MDIMCD", "NDIMCD"], "NDIMBD")],
        "Xgemm": [("KWG", ["MDIMC", "NDIMC"], "MDIMA"), ("KWG", ["MDIMC", "NDIMC"], "NDIMB")],
    ]

    /// Whether a kernel can have exactly these parameters.
    static func allow(_ values: [String: Int], of kernel: String) -> Bool {
        guard let ranges = ranges[kernel], values.count == ranges.count else { return false }
        guard values.allSatisfy({ name, value in ranges[name]?.contains(value) ?? false }) else { return false }
        func product(_ names: [String]) -> Int { names.reduce(1) { $0 * values[$1]! } }
        return (divisors[kernel] ?? []).allSatisfy { size, factors in values[size]! % product(factors) == 0 }
            && (shares[kernel] ?? []).allSatisfy { size, group, side in
                let (rows, rest) = product(group).quotientAndRemainder(dividingBy: values[side]!)
                return rest == 0 && values[size]! % rows == 0
            }
    }
}

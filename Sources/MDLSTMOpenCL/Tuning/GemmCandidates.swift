package import OpenCLRuntime

/// Parameters of CLBlast's kernels that are worth a try: a processor wants few, wide work-items, a GPU many.
package enum GemmCandidates {
    package static let all: [(name: String, parameters: GemmParameters)] = [
        ("CLBlast, direct kernel of 8 x 8 work-items, tiles of 32", direct(tile: 32, group: 8, width: 4)),
        ("CLBlast, direct kernel of 8 x 8 work-items, tiles of 64", direct(tile: 64, group: 8, width: 4)),
        ("CLBlast, direct kernel of 16 x 16 work-items, tiles of 64", direct(tile: 64, group: 16, width: 4)),
        ("CLBlast, indirect kernel of 8 x 8 work-items, tiles of 64", processor),
        ("CLBlast, indirect kernel of 16 x 16 work-items, tiles of 128", indirect(tile: 128, group: 16, width: 4)),
    ]

    /// What suits a processor under pocl, whose cores run the work-items of a group one after the other.
    static let processor = indirect(tile: 64, group: 8, width: 8)

    /// The kernel for matrices as they are, for products of all sizes.
    private static func direct(tile: Int, group: Int, width: Int) -> GemmParameters {
        [
            "XgemmDirect": [
                "WGD": tile, "MDIMCD": group, "NDIMCD": group, "MDIMAD": group, "NDIMBD": group, "KWID": 2,
                "VWMD": width, "VWND": width, "PADA": 1, "PADB": 1,
            ],
            "GemmRoutine": ["XGEMM_MIN_INDIRECT_SIZE": 4096],
        ]
    }

    /// The kernel for padded copies of the matrices, for products from 256^3 on; below that the direct one.
    private static func indirect(tile: Int, group: Int, width: Int) -> GemmParameters {
        var parameters = direct(tile: 32, group: 8, width: 4)
        parameters["GemmRoutine"] = ["XGEMM_MIN_INDIRECT_SIZE": 256]
        parameters["Xgemm"] = [
            "GEMMK": 0, "KREG": 1, "MWG": tile, "NWG": tile, "KWG": 32, "MDIMC": group, "NDIMC": group,
            "MDIMA": group, "NDIMB": group, "KWI": 2, "VWM": width, "VWN": width, "STRM": 0, "STRN": 0, "SA": 0,
            "SB": 0,
        ]
        return parameters
    }
}

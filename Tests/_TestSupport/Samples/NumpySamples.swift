/// Files that a reader of .npy must refuse, and what they are made of.
public enum NumpySamples {
    /// A file of a header and data; `length` where the header's own is not stated.
    public static func file(
        _ header: String, version: [UInt8] = [1, 0], length: Int? = nil, data: [UInt8] = []
    ) -> [UInt8] {
        let length = length ?? header.utf8.count
        let lengthBytes = version[0] == 1 ? littleEndian(UInt16(length)) : littleEndian(UInt32(length))
        return [0x93] + Array("NUMPY".utf8) + version + lengthBytes + Array(header.utf8) + data
    }

    /// The dictionary.
    public static func header(
        _ descr: String = "<f4", fortran: String = "False", shape: String = "(2,)"
    ) -> String {
        "{'descr': '\(descr)', 'fortran_order': \(fortran), 'shape': \(shape), }\n"
    }

    public static let rejected: [SampleFile] = [
        SampleFile("empty file", [], "6 bytes of magic at byte 0, found 0"),
        SampleFile("other magic", Array("PK34567890".utf8), "other bytes at the start"),
        SampleFile("version 4", file(header(), version: [4, 0]), "found 4.0"),
        SampleFile("version 0", file(header(), version: [0, 0]), "found 0.0"),
        SampleFile("version 1.1", file(header(), version: [1, 1]), "found 1.1"),
        SampleFile("header beyond file", file("{", length: 500), "500 bytes of header"),
        SampleFile(
            "header above the cap", file(header(), version: [2, 0], length: 10_001), "at most 10000 bytes, found 10001"),
        SampleFile("length 2^32-1", file(header(), version: [3, 0], length: 0xFFFF_FFFF), "found 4294967295"),
        SampleFile(
            "header above the cap, there",
            file(header() + String(repeating: " ", count: 10_000), data: Array(repeating: 0, count: 8)),
            "at most 10000 bytes"),
        SampleFile("short data", file(header(), data: Array(repeating: 0, count: 7)), "8 bytes of data"),
        SampleFile("trailing garbage", file(header(), data: Array(repeating: 0, count: 9)), "found 1 more byte"),
        SampleFile("object", file(header("|O"), data: Array(repeating: 0, count: 16)), "found '|O'"),
        SampleFile("native order", file(header("=f4"), data: Array(repeating: 0, count: 8)), "found '=f4'"),
        SampleFile("no order", file(header("|f4"), data: Array(repeating: 0, count: 8)), "found '|f4'"),
        SampleFile("long double", file(header("<f16"), data: Array(repeating: 0, count: 32)), "found '<f16'"),
        SampleFile("empty type", file(header(""), data: Array(repeating: 0, count: 8)), "found ''"),
        SampleFile("a letter behind an extent", file(header(shape: "(2l,)")), "','"),
        SampleFile("two letters behind an extent", file(header(shape: "(2LL,)")), "','"),
        SampleFile(
            "records", file("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", data: [0, 0, 0, 0]),
            "records and objects are not read"),
        SampleFile("complex", file(header("<c8"), data: Array(repeating: 0, count: 16)), "found '<c8'"),
        SampleFile("overflow", file(header(shape: "(4294967296, 4294967296)")), "can be addressed"),
        SampleFile("huge extent", file(header(shape: "(99999999999999999999,)")), "fits 64 bits"),
        SampleFile("overflow before zero", file(header(shape: "(9223372036854775807, 2, 0)")), "can be addressed"),
        SampleFile("negative shape", file(header(shape: "(-1,)")), "non-negative integer"),
        SampleFile("fractional shape", file(header(shape: "(2.0,)")), "','"),
        SampleFile("no tuple", file(header(shape: "(2)"), data: Array(repeating: 0, count: 8)), "','"),
        SampleFile("list", file(header(shape: "[2]")), "'('"),
        SampleFile("only a comma", file(header(shape: "(,)"), data: [0, 0, 0, 0]), "non-negative integer"),
        SampleFile("two commas", file(header(shape: "(2,,)")), "non-negative integer"),
        SampleFile("order 1", file(header(fortran: "1")), "True or False"),
        SampleFile("not a dict", file("[]"), "'{'"),
        SampleFile("no members", file("{}"), "also descr and fortran_order and shape"),
        SampleFile("no shape", file("{'descr': '<f4', 'fortran_order': False}"), "also shape"),
        SampleFile(
            "duplicate",
            file("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': ()}", data: [0, 0, 0, 0]),
            "found 'descr'"),
        SampleFile(
            "extra member", file("{'descr': '<f4', 'fortran_order': False, 'shape': (), 'x': ''}", data: [0, 0, 0, 0]),
            "found 'x'"),
        SampleFile(
            "text after the dict", file(header(shape: "()") + "x", data: [0, 0, 0, 0]), "the end of the header"),
        SampleFile(
            "no comma between", file("{'descr': '<f4' 'fortran_order': False, 'shape': ()}", data: [0, 0, 0, 0]), "'}'"),
        SampleFile("open string", file("{'descr"), "'"),
        SampleFile(
            "open dict", file("{'descr': '<f4', 'fortran_order': False, 'shape': ()", data: [0, 0, 0, 0]), "'}'"),
        SampleFile("overflow behind zero", file(header(shape: "(0, 9223372036854775807, 2)")), "can be addressed"),
        SampleFile(
            "65 axes", file(header("|u1", shape: "(" + String(repeating: "1, ", count: 65) + ")"), data: [0]),
            "at most 64 axes"),
        SampleFile("2^48 bytes and more", file(header(shape: "(281474976710657,)")), "can be addressed"),
        SampleFile(
            "line breaks and escapes of a terminal in the type", file(header("\n\u{1B}[31m")),
            #"found '\u{A}\u{1B}[31m'"#),
    ]
}

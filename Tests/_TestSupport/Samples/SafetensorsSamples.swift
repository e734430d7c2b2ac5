/// Files that a reader of safetensors must accept or refuse.
///
/// Python's safetensors 0.8.0 does the same, but for those with `elsewhere`: Scripts/check-safetensors.sh compares.
public enum SafetensorsSamples {
    /// A file of a header and as many zero bytes of data; `length` where the one at the start is not the header's.
    public static func file(_ header: String, data: Int = 0, length: UInt64? = nil) -> [UInt8] {
        file(Array(header.utf8), data: data, length: length)
    }

    public static func file(_ header: [UInt8], data: Int = 0, length: UInt64? = nil) -> [UInt8] {
        littleEndian(length ?? UInt64(header.count)) + header + Array(repeating: 0, count: data)
    }

    /// The header's entry of a tensor.
    public static func entry(_ type: String, _ shape: String, _ begin: String, _ end: String) -> String {
        #"{"dtype":"\#(type)","shape":\#(shape),"data_offsets":[\#(begin),\#(end)]}"#
    }

    /// A file of the tensors `a`, `b`, ...
    public static func file(_ entries: [String], data: Int) -> [UInt8] {
        let names = ["a", "b", "c"]
        return file("{" + zip(names, entries).map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}", data: data)
    }

    /// A file of one tensor `t`.
    public static func tensor(_ type: String, _ shape: String, _ begin: String, _ end: String, data: Int) -> [UInt8] {
        file("{\"t\":\(entry(type, shape, begin, end))}", data: data)
    }

    /// The states of a layer over two axes, none of them with an element.
    public static func states(_ shape: String) -> [UInt8] {
        let names = ["h_1", "c_1", "h_2", "c_2"]
        return file("{" + names.map { "\"\($0)\":\(entry("F32", shape, "0", "0"))" }.joined(separator: ",") + "}")
    }

    private static let notFinite: [UInt8] = [0x7FC0_0000, 0x7F80_0000, 0xFF80_0000].flatMap {
        littleEndian($0 as UInt32)
    }

    public static let accepted: [SampleFile] = [
        SampleFile("no tensors", file("{}")), SampleFile("padded with spaces", file("{}      ")),
        SampleFile("header of 7 bytes", file("{     }")),
        SampleFile("empty metadata", file(#"{"__metadata__":{}}"#)),
        SampleFile("empty tensor [0,5]", tensor("F32", "[0,5]", "0", "0", data: 0)),
        SampleFile("scalar []", tensor("F32", "[]", "0", "4", data: 4)),
        SampleFile("NaN and infinite data", tensor("F32", "[3]", "0", "12", data: 0) + notFinite),
        SampleFile(
            "extra fields in an entry",
            file(#"{"t":{"dtype":"U8","shape":[3],"extra":[1.5,{"a":null}],"data_offsets":[0,3]}}"#, data: 3)),
        SampleFile(
            "tensors not in the order of their data",
            file([entry("U8", "[2]", "3", "5"), entry("U8", "[3]", "0", "3")], data: 5)),
        SampleFile(
            "empty tensor between others",
            file([entry("U8", "[3]", "0", "3"), entry("U8", "[0]", "3", "3"), entry("U8", "[1]", "3", "4")], data: 4)),
        SampleFile("64 axes", tensor("U8", extents(64), "0", "1", data: 1)),
        SampleFile(
            "30 combining marks", file("{\"t\(marks(30))\":\(entry("U8", "[1]", "0", "1"))}", data: 1)),
    ]

    /// `[1,1,..]`.
    private static func extents(_ count: Int) -> String {
        "[" + Array(repeating: "1", count: count).joined(separator: ",") + "]"
    }

    private static func marks(_ count: Int) -> String { String(repeating: "\u{301}", count: count) }

    public static let rejected: [SampleFile] = lengths + covers + shapes + entries + texts

    private static let lengths: [SampleFile] = [
        SampleFile("empty file", [], "8 bytes of header length at byte 0, found 0"),
        SampleFile("three bytes", [1, 0, 0], "8 bytes of header length at byte 0, found 3"),
        SampleFile("no header", file(""), "a header that starts with '{', found none"),
        SampleFile("N larger than the file", file("{}", length: 3), "a header of at most 2 bytes, found 3"),
        SampleFile("N = 2^63", file("{}", length: 1 << 63), "at most 2 bytes, found 9223372036854775808"),
        SampleFile("N = 2^64 - 1", file("{}", length: .max), "at most 2 bytes, found 18446744073709551615"),
        SampleFile("N above the cap", file("{}", length: 100_000_001), "at most 2 bytes, found 100000001"),
    ]

    private static let covers: [SampleFile] = [
        SampleFile(
            "trailing garbage", tensor("U8", "[2]", "0", "2", data: 3), "2 bytes of data for all tensors, found 3"),
        SampleFile("garbage without tensors", file("{}", data: 1), "0 bytes of data for all tensors, found 1"),
        SampleFile("short data", tensor("U8", "[2]", "0", "2", data: 1), "2 bytes of data up to the end of tensor 't'"),
        SampleFile(
            "overlap", file([entry("U8", "[2]", "0", "2"), entry("U8", "[2]", "1", "3")], data: 3),
            "'b' to begin at byte 2 of the data, found 1, an overlap"),
        SampleFile(
            "same bytes", file([entry("U8", "[2]", "0", "2"), entry("U8", "[2]", "0", "2")], data: 2), "an overlap"),
        SampleFile(
            "hole", file([entry("U8", "[1]", "0", "1"), entry("U8", "[1]", "2", "3")], data: 3),
            "'b' to begin at byte 1 of the data, found 2, a hole"),
        SampleFile(
            "hole at the start", tensor("U8", "[1]", "1", "2", data: 2), "at byte 0 of the data, found 1, a hole"),
    ]

    private static let shapes: [SampleFile] = [
        SampleFile("overflow", tensor("F32", "[4294967296,4294967296]", "0", "0", data: 0), "can be addressed"),
        SampleFile("overflow in bytes", tensor("F64", "[2305843009213693952]", "0", "0", data: 0), "can be addressed"),
        SampleFile(
            "overflow before a zero", tensor("U8", "[9223372036854775807,4,0]", "0", "0", data: 0), "can be addressed"),
        SampleFile(
            "overflow behind a zero", tensor("U8", "[0,9223372036854775807,4]", "0", "0", data: 0), "can be addressed",
            elsewhere: "opens it, and fails to make the array: NumPy refuses such shapes too"),
        SampleFile(
            "65 axes", tensor("U8", extents(65), "0", "1", data: 1), "at most 64 axes",
            elsewhere: "opens it, and fails to make the array: NumPy has at most 64 axes"),
        SampleFile("negative shape", tensor("U8", "[-1]", "0", "0", data: 0), "a shape of non-negative integers"),
        SampleFile("two negative extents", tensor("U8", "[-1,-1]", "0", "1", data: 1), "non-negative integers"),
        SampleFile("fractional shape", tensor("U8", "[1.5]", "0", "1", data: 1), "non-negative integers"),
        SampleFile("whole number with a point", tensor("U8", "[1.0]", "0", "1", data: 1), "non-negative integers"),
        SampleFile("exponent in the shape", tensor("U8", "[1e0]", "0", "1", data: 1), "non-negative integers"),
        SampleFile("1e400 in the shape", tensor("U8", "[1e400]", "0", "1", data: 1), "in the range of a double"),
        SampleFile("extent of 20 digits", tensor("U8", "[18446744073709551616]", "0", "1", data: 1), "non-negative"),
        SampleFile("string in the shape", tensor("U8", "[\"1\"]", "0", "1", data: 1), "non-negative integers"),
    ]

    private static let entries: [SampleFile] = [
        SampleFile("unknown dtype", tensor("F8", "[1]", "0", "1", data: 1), "found F8; convert the tensor to float32"),
        SampleFile("lowercase dtype", tensor("u8", "[1]", "0", "1", data: 1), "found u8"),
        SampleFile("begin > end", tensor("U8", "[1]", "1", "0", data: 1), "[begin, end], begin <= end"),
        SampleFile("negative offset", tensor("U8", "[1]", "-1", "0", data: 1), "[begin, end]"),
        SampleFile(
            "huge offsets", tensor("U8", "[1]", "9223372036854775806", "9223372036854775807", data: 1),
            "9223372036854775807 bytes of data up to the end of tensor 't', found 1"),
        SampleFile("wrong size", tensor("F32", "[1]", "0", "2", data: 2), "with 4 bytes, found 2"),
        SampleFile(
            "three offsets", file(#"{"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1,1]}}"#, data: 1), "[begin, end]"),
        SampleFile("no shape", file(#"{"t":{"dtype":"U8","data_offsets":[0,1]}}"#, data: 1), "'t' with a shape"),
        SampleFile("no dtype", file(#"{"t":{"shape":[1],"data_offsets":[0,1]}}"#, data: 1), "'t' with a dtype"),
        SampleFile("no offsets", file(#"{"t":{"dtype":"U8","shape":[0]}}"#), "'t' with data_offsets"),
        SampleFile("entry that is no object", file(#"{"t":1}"#), "'t' with a dtype, found 1"),
        SampleFile(
            "duplicate tensor", file("{\"t\":\(entry("U8", "[0]", "0", "0")),\"t\":\(entry("U8", "[0]", "0", "0"))}"),
            "each name once", elsewhere: "takes the last one: which of two is meant is not known"),
        SampleFile(
            "duplicate field", file(#"{"t":{"dtype":"U8","dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#),
            "\"dtype\" a second time"),
        SampleFile(
            "duplicate metadata", file(#"{"__metadata__":{"a":"1","a":"2"}}"#), "\"a\" a second time",
            elsewhere: "takes the last one: which of two is meant is not known"),
        SampleFile("two metadata", file(#"{"__metadata__":{},"__metadata__":{}}"#), "a second time"),
        SampleFile("metadata that are a number", file(#"{"__metadata__":{"a":1}}"#), "a string for the metadata 'a'"),
        SampleFile("metadata that are an array", file(#"{"__metadata__":["a"]}"#), "to be an object of strings"),
        SampleFile(
            "metadata that are null", file(#"{"__metadata__":null}"#), "to be an object of strings",
            elsewhere: "takes null for none: the format has strings to strings only"),
    ]

    private static let texts: [SampleFile] = [
        SampleFile("root that is an array", file("[]"), "another kind of file"),
        SampleFile("root that is a string", file("\"a\""), "another kind of file"),
        SampleFile(
            "space before the header", file(" {}"), "'{' after 8 bytes of length",
            elsewhere: "passes over it: the format has the header start with {"),
        SampleFile("text that is no JSON", file("{a}"), "a string in double quotes"),
        SampleFile("padded with zeros", file("{}\0\0\0\0\0\0"), "the end of the text"),
        SampleFile(
            "invalid UTF-8", file(Array("{\"__metadata__\":{\"a\":\"".utf8) + [0xFF] + Array("\"}}".utf8)),
            "valid UTF-8"),
        SampleFile("half of a surrogate pair", file(#"{"__metadata__":{"a":"\ud800"}}"#), "a pair of surrogates"),
        SampleFile("deep nesting", file("{\"a\":" + String(repeating: "[", count: 100_000)), "at most 64 nested"),
        SampleFile(
            "65 levels", file("{\"a\":" + String(repeating: "[", count: 64) + String(repeating: "]", count: 64) + "}"),
            "at most 64 nested"),
        SampleFile(
            "line breaks and escapes of a terminal in a name",
            file(#"{"a\nb\u001b[31m":1,"a\nb\u001b[31m":1}"#), #""a\u{A}b\u{1B}[31m" a second time"#),
        SampleFile(
            "31 combining marks", file("{\"t\(marks(31))\":\(entry("U8", "[1]", "0", "1"))}", data: 1),
            "at most 30 combining marks",
            elsewhere: "opens it: the time to hash such names grows with the square of their length here"),
        SampleFile(
            "200000 combining marks", file("{\"t\(marks(200_000))\":1}"), "at most 30 combining marks"),
        SampleFile(
            "two spellings of one name",
            file("{\"\u{E9}\":\(entry("U8", "[0]", "0", "0")),\"e\u{301}\":\(entry("U8", "[0]", "0", "0"))}"),
            "a second time", elsewhere: "takes them for two: they are one string here"),
    ]
}

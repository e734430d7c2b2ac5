/// Files in the place of tuning.json that must be refused.
public enum TuningSamples {
    public static let rejected: [SampleFile] = [
        file("empty file", "", "a value at line 1"), file("no object", "[]", "expected a JSON object"),
        file("deeply nested", String(repeating: "[", count: 100_000), "at most 64 nested"),
        file("other version", #"{"version":2}"#, "version 2 is not known"),
        file("members missing", #"{"device":"a","driver":"b"}"#, "'sums' is missing"),
        file("device that is no text", #"{"device":1}"#, "'device' must be a string"),
        file("no sums", tuning(sums: "0"), "'sums' must be from 1 to 64"),
        file("sums beyond a double", tuning(sums: "1e400"), "in the range of a double"),
        file("sums of 20 digits", tuning(sums: "18446744073709551617"), "'sums' must be"),
        file("way nobody knows", tuning(ways: #"{"small":"fast"}"#), "'ways' must be"),
        file("kernel nobody knows", tuning(gemm: #"{"Foo":{"A":1}}"#), "'gemm' must be"),
        file("tiles of nothing", tuning(gemm: #"{"XgemmDirect":{"WGD":0}}"#), "'gemm' must be"),
        file(
            "switch below what products rely on", tuning(gemm: #"{"GemmRoutine":{"XGEMM_MIN_INDIRECT_SIZE":8}}"#),
            "'gemm'"),
    ]

    private static func file(_ name: String, _ text: String, _ reason: String) -> SampleFile {
        SampleFile(name, Array(text.utf8), reason)
    }

    private static func tuning(sums: String = "1", ways: String = "{}", gemm: String = "{}") -> String {
        #"{"version":1,"device":"a","driver":"b","sums":\#(sums),"rows":1,"launch":1,"ways":\#(ways),"gemm":\#(gemm)}"#
    }
}

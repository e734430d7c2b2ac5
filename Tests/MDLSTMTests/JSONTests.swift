import MDLSTM
import Testing

struct JSONTests {
    @Test(
        arguments: [
            ("null", JSONValue.null), (" true\n", true), ("false", false), ("0", 0), ("-7", -7),
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .number(0x1p63)), ("-0", .number(-0.0)), ("1.5", 1.5), ("1e3", .number(1000)),
            ("1.0", .number(1)), ("2E-3", 0.002), (#""""#, ""), (#""a\"\\\/\b\f\n\r\t""#, "a\"\\/\u{8}\u{C}\n\r\t"),
            (#""\u00e9\uD83D\uDE00é😀\u0000""#, "é😀é😀\0"), ("[]", []),
            ("[1, [2.5, \"x\"], {}]", [1, [2.5, "x"], .object([:])]),
            ("{\"b\": 1, \"a\": {\"b\": null}}", ["b": 1, "a": ["b": nil]]),
        ] as [(String, JSONValue)])
    func parses(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text, name: "t.json") == value)
        // And once more through the serialiser.
        #expect(try JSONValue(parsing: value.serialized(), name: "t.json") == value)
        #expect(try JSONValue(parsing: value.serialized(indented: true), name: "t.json") == value)
    }

    @Test(arguments: [
        "", " ", "nul", "truex", "+1", "01", "-", "-01", "1.", ".5", "1e", "1e+", "1e999", "0x10", "NaN", "Infinity",
        "'a'", "\"", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\u+123\"", "\"\\ud800\"", "\"\\udc00\"",
        "\"\\ud800\\u0041\"", "\"\\ud800x\"", "\"a\nb\"", "\"a\tb\"", "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "]",
        "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,}", "{a:1}", "{1:1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}",
        "{\"a\":1,\"a\":1}", "{\"a\":1,\"\\u0061\":2}", "1 2", "[] x", "// c\n1", "\u{FEFF}1", "1\0",
    ])
    func rejects(text: String) {
        let error = #expect(throws: MDLSTMError.self) { try JSONValue(parsing: text, name: "t.json") }
        #expect(error?.kind == .data)
        #expect(error?.message.hasPrefix("t.json: expected ") == true)
        #expect(error?.message.contains("\n") == false)
    }

    @Test(
        arguments: [
            [0x80], [0xC0, 0x80], [0xC3], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF], [0xE2, 0x82],
            [0xF8, 0x88, 0x80, 0x80, 0x80],
        ] as [[UInt8]])
    func rejectsInvalidUTF8(bytes: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        #expect(throws: MDLSTMError.self) { try JSONValue(parsing: [quote] + bytes + [quote], name: "t.json") }
        #expect(throws: MDLSTMError.self) { try JSONValue(parsing: bytes, name: "t.json") }
    }

    @Test func nestingIsCappedAt64() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try JSONValue(parsing: nested(64), name: "t.json")
        for depth in [65, 1_000_000] {
            #expect(throws: MDLSTMError.self) { try JSONValue(parsing: nested(depth), name: "t.json") }
            let open = String(repeating: "{\"a\":", count: depth)
            #expect(throws: MDLSTMError.self) { try JSONValue(parsing: open, name: "t.json") }
        }
    }

    @Test func valuesAreCappedAtAMillion() throws {
        func list(_ count: Int) -> String { "[" + String(repeating: "0,", count: count - 2) + "0]" }
        #expect(try JSONValue(parsing: list(1_000_000), name: "t.json").arrayValue?.count == 999_999)
        expectMDLSTMError(.data, ["t.json", "at most 1000000 values"]) {
            _ = try JSONValue(parsing: list(1_000_001), name: "t.json")
        }
    }

    @Test func errorsSayWhere() {
        let error = #expect(throws: MDLSTMError.self) { try JSONValue(parsing: "{\n  \"a\": ?", name: "t.json") }
        #expect(error?.message.contains("line 2, column 8, found '?'") == true)
    }

    @Test func everyTruncationIsRejected() {
        let text = Array(#"{"a": [1, -2.5e3, "x\u00e9\n"], "b": {"c": [true, false, null]}}"#.utf8)
        for count in 0..<text.count {
            #expect(throws: MDLSTMError.self) { try JSONValue(parsing: text[..<count], name: "t.json") }
        }
    }

    @Test func serialisesInOrder() {
        let value: JSONValue = [
            "z": 1, "a": [1.5, nil, true], "text": "é\"\\\u{1}\n", "e": [], "nan": .number(.nan),
            "inf": .number(-.infinity),
        ]
        #expect(
            value.serialized()
                == #"{"z":1,"a":[1.5,null,true],"text":"é\"\\\u0001\n","e":[],"nan":null,"inf":null}"#)
        #expect(
            (["a": [1, 2], "b": [:]] as JSONValue).serialized(indented: true) == """
                {
                  "a": [
                    1,
                    2
                  ],
                  "b": {}
                }

                """)
    }

    @Test func accessors() {
        let value: JSONValue = ["i": 2, "d": 2.5, "s": "x", "b": true, "l": [1]]
        #expect(value["i"]?.intValue == 2)
        #expect(value["i"]?.doubleValue == 2)
        #expect(value["d"]?.intValue == nil)
        #expect(value["s"]?.stringValue == "x")
        #expect(value["b"]?.boolValue == true)
        #expect(value["l"]?.arrayValue == [1])
        #expect(value["none"] == nil)
        #expect(value.objectValue?.keys == ["i", "d", "s", "b", "l"])
    }

    @Test func objectsKeepTheirOrderThroughChanges() {
        var object: JSONObject = ["a": 1, "b": 2, "c": 3]
        object["a"] = 5
        object["b"] = nil as JSONValue?
        object["d"] = .null
        #expect(object.map(\.key) == ["a", "c", "d"])
        #expect(object.map(\.value) == [5, 3, .null])
        #expect(object.count == 3)
    }
}

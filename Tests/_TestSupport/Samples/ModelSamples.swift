/// Layers, models and checkpoints that must be refused: well-formed safetensors files whose metadata or names are not.
public enum ModelSamples {
    public static let rejected: [SampleFile] = layers + models + checkpoints

    private static let layers: [SampleFile] = [
        SampleFile("configuration that is no JSON", file("hello"), "expected a value at line 1, column 1"),
        SampleFile("deeply nested", file(String(repeating: "[", count: 100_000)), "at most 64 nested"),
        SampleFile("root that is an array", file("[1]"), "expected a JSON object, found [1]"),
        SampleFile("number beyond a double", file(#"{"inputSize":1e400}"#), "in the range of a double"),
        SampleFile("name twice", file(#"{"axes":1,"axes":1}"#), "each name once"),
        SampleFile("unknown key", file(layer(#","a\nb":1"#)), #"unknown key 'a\u{A}b'"#),
        SampleFile("other version", file(#"{"version":2}"#), "version 2 is not known"),
        SampleFile("no cell", file(#"{"version":1}"#), "'cell' is missing"),
        SampleFile("cell nobody knows", file(layer(cell: "gru")), "'cell' must be one of"),
        SampleFile("size 0", file(layer(hidden: "0")), "from 1 to 65536, found 1 and 0"),
        SampleFile("size of 20 digits", file(layer(hidden: "99999999999999999999")), "'hiddenSize' must be a whole"),
        SampleFile("fractional size", file(layer(hidden: "1.5")), "'hiddenSize' must be a whole number"),
        SampleFile("negative size", file(layer(hidden: "-9223372036854775808")), "found 1 and -9223372036854775808"),
        SampleFile("more weights than 2^31", file(layer(hidden: "65536")), "at most 2147483647 are supported"),
        SampleFile("axes nobody has", file(layer(#","axes":64"#)), "'axes' must be a whole number from 1 to 8"),
        SampleFile(
            "direction of 100000 axes",
            file(layer(#","directions":["\#(String(repeating: "-", count: 100_000))"]"#)), "from 1 to 8 axes"),
        SampleFile(
            "directions without end",
            file(layer(#","directions":[\#(Array(repeating: #""++""#, count: 10_000).joined(separator: ","))]"#)),
            "directions must differ"),
        SampleFile("infinite bias", file(layer(#","forgetBias":1e300"#)), "from -1000 to 1000"),
        SampleFile("depth without end", file(layer(#","depth":1099511627776"#, cell: "grid")), "from 1 to 4096"),
        SampleFile(
            "axis of priority at the end of Int", file(layer(#","priorityAxes":[9223372036854775807]"#, cell: "grid")),
            "priority axis 9223372036854775807 does not exist"),
    ]

    private static let models: [SampleFile] = [
        SampleFile("no layers", file(model("")), "1 to 65536 input features"),
        SampleFile("layer nobody knows", file(model(#"{"type":"gpt"}"#)), "layer type 'gpt' is not known"),
        SampleFile(
            "dense layer too large", file(model(#"{"type":"dense","inputSize":1,"outputSize":9223372036854775807}"#)),
            "expected from 1 to 65536"),
        SampleFile(
            "window too large", file(model(#"{"type":"patch","window":[9223372036854775807,2]}"#)), "16777216 features"),
        SampleFile(
            "a skip of nothing",
            file(
                model(
                    #"{"type":"skip","from":1,"layer":{"type":"dense","inputSize":1,"outputSize":2}}"#)),
            "skips from feature 1 past a layer of 1 feature; it is given 1"),
        SampleFile(
            "negative window", file(model(#"{"type":"patch","window":[-1,-1]}"#)), "every extent must be at least 1"),
        SampleFile(
            "symbols without end", file(model(#"{"type":"embedding","symbols":9223372036854775807,"size":1}"#)),
            "at most 16777216"),
        SampleFile("rate above 1", file(model(#"{"type":"dropout","rate":1e300}"#)), "a rate from 0 up to below 1"),
        SampleFile(
            "layers without end",
            file(
                model(
                    Array(repeating: #"{"type":"activation","function":"tanh"}"#, count: 10_000).joined(separator: ",")
                        + #",{"type":"dense","inputSize":2,"outputSize":1}"#)),
            "layer 10000 expects 2 features"),
    ]

    private static let tanh = model(#"{"type":"activation","function":"tanh"}"#)

    private static let checkpoints: [SampleFile] = [
        SampleFile("checkpoint that is no JSON", file(tanh, checkpoint: "{"), "a string in double quotes"),
        SampleFile("no members", file(tanh, checkpoint: "{}"), "'precision' is missing"),
        SampleFile("other precision", file(tanh, checkpoint: #"{"precision":"float16"}"#), "float32 or float64"),
        SampleFile("negative step", file(tanh, checkpoint: members(step: "-1")), "'step' must be a whole number"),
        SampleFile("fractional step", file(tanh, checkpoint: members(step: "0.5")), "'step' must be a whole number"),
        SampleFile("last step of Int", file(tanh, checkpoint: members(step: "9223372036854775807")), "below 2^32 - 1"),
        SampleFile(
            "data position at the end of Int", file(tanh, checkpoint: members(position: "9223372036854775807")),
            "below 2^53"),
        SampleFile("run that is no object", file(tanh, checkpoint: members(run: "1")), "'run' must be an object"),
        SampleFile("unknown member", file(tanh, checkpoint: members(run: #"{},"x":1"#)), "unknown key 'x'"),
        SampleFile(
            "moments called __metadata__", file(tanh, checkpoint: members(), tensor: "moments.__metadata__"),
            "unexpected tensor 'moments.__metadata__'"),
        SampleFile(
            "moments of nothing", file(tanh, checkpoint: members(), tensor: "moments."), "unexpected tensor ''"),
        SampleFile(
            "tensor of nobody", file(tanh, checkpoint: members(), tensor: "weight"), "unexpected tensor 'weight'"),
    ]

    /// A file of metadata and, where it is named, one empty tensor.
    private static func file(_ configuration: String, checkpoint: String? = nil, tensor: String? = nil) -> [UInt8] {
        var members = ["\"mdlstm\":\(quoted(configuration))"]
        if let checkpoint { members.append("\"checkpoint\":\(quoted(checkpoint))") }
        let entry = tensor.map { ",\"\($0)\":" + SafetensorsSamples.entry("F32", "[0]", "0", "0") } ?? ""
        return SafetensorsSamples.file("{\"__metadata__\":{\(members.joined(separator: ","))}\(entry)}")
    }

    private static func quoted(_ text: String) -> String {
        let escaped = text.map { $0 == "\\" ? "\\\\" : $0 == "\"" ? "\\\"" : String($0) }.joined()
        return "\"\(escaped)\""
    }

    private static func layer(_ more: String = "", cell: String = "graves", hidden: String = "1") -> String {
        "{\"cell\":\"\(cell)\",\"inputSize\":1,\"hiddenSize\":\(hidden)\(more)}"
    }

    private static func model(_ layers: String) -> String {
        "{\"version\":1,\"model\":{\"inputSize\":1,\"axes\":2,\"layers\":[\(layers)]}}"
    }

    private static func members(step: String = "1", position: String = "1", run: String = "{}") -> String {
        "{\"precision\":\"float32\",\"step\":\(step),\"dataPosition\":\(position),\"run\":\(run)}"
    }
}

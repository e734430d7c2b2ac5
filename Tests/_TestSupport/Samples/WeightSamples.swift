/// Weights of other libraries that must be refused.
public enum WeightSamples {
    public static let rejected: [SampleFile] = [
        // Keras takes all of them for biases, each of another layer.
        SampleFile("10000 layers", tensors((0..<10_000).map { "p\($0)/bias" }, "[0]"), "names"),
        SampleFile("no tensors", SafetensorsSamples.file("{}"), "no tensors; expected names such as"),
        SampleFile("whole numbers", SafetensorsSamples.tensor("I64", "[1]", "0", "8", data: 8), "'t' has type I64"),
        SampleFile(
            "names of nobody", SafetensorsSamples.tensor("F32", "[1]", "0", "4", data: 4), "unexpected tensor 't'"),
    ]

    /// Tensors without elements.
    private static func tensors(_ names: [String], _ shape: String) -> [UInt8] {
        let entry = SafetensorsSamples.entry("F32", shape, "0", "0")
        return SafetensorsSamples.file("{" + names.map { "\"\($0)\":\(entry)" }.joined(separator: ",") + "}")
    }
}

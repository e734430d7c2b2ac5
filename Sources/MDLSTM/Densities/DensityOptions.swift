/// What a model of pictures does at their border.
public enum DensityBorder: String, CaseIterable, Sendable {
    /// Only sites whose neighbourhood lies inside have a density, given those that have none.
    case inside
    /// All sites have one; what lies beyond is a constant, and indicators say so.
    case pad
}

/// What a density of pictures is made of, its recurrent layers aside: the members of a task `density`.
public struct DensityOptions: Hashable, Sendable {
    /// The odd size n of the causal neighbourhood.
    public var neighbourhood = 9
    public var border = DensityBorder.inside
    public var color = DensityColor.gray

    /// Whether the head sees the whitened neighbourhood beside what the recurrent layers say of it.
    public var skip = true

    /// Components, scales, features and means of the head.
    public var components = 32, scales = 4, features = 32, means = true

    /// The sites of a patch that is trained with, by axis.
    public var patch = [32, 32]

    /// Seed of the noise of evaluations.
    public var noiseSeed: UInt64 = 1

    /// The least and the largest pixel of the pictures that were trained with; nil where the data tell it.
    public var range: ClosedRange<Double>?

    public init() {}
}

extension DensityOptions {
    /// Reads the members; those that are left out keep their defaults.
    package init(reading reader: inout ConfigurationReader, name: String) throws(MDLSTMError) {
        self.init()
        neighbourhood = try reader.optional("neighbourhood", "a whole number") { $0.intValue } ?? neighbourhood
        do { _ = try CausalNeighbourhood(size: neighbourhood) } catch {
            throw MDLSTMError(.data, "\(name): \(error.message)")
        }
        border =
            try reader.optional("border", "inside or pad") { $0.stringValue.flatMap(DensityBorder.init) } ?? border
        color = try reader.optional("color", "gray or ycc") { $0.stringValue.flatMap(DensityColor.init) } ?? color
        skip = try reader.optional("skip", "true or false") { $0.boolValue } ?? skip
        patch =
            try reader.optional("patch", "two whole numbers above 0") { value -> [Int]? in
                let extents = value.arrayValue?.compactMap(\.intValue).filter { $0 > 0 }
                return extents?.count == 2 && value.arrayValue?.count == 2 ? extents : nil
            } ?? patch
        noiseSeed =
            try reader.optional("noiseSeed", "a whole number from 0") { $0.intValue.flatMap(UInt64.init(exactly:)) }
            ?? noiseSeed
        range = try reader.optional("range", "two numbers, the smaller first") { value -> ClosedRange<Double>? in
            let ends = value.arrayValue?.compactMap(\.doubleValue) ?? []
            return ends.count == 2 && value.arrayValue?.count == 2 && ends[0] < ends[1] ? ends[0]...ends[1] : nil
        }
        guard let json = try reader.optional("head", "an object", { $0.objectValue }) else { return }
        var inner = try ConfigurationReader(.object(json), name: "\(name), head")
        _ = try inner.optional("kind", "mcgsm") { $0 == "mcgsm" ? true : nil }
        var head = mcgsm(inputs: 1, outputs: 1)
        try head.read(&inner)
        try inner.finish()
        do { try head.validate() } catch { throw MDLSTMError(.data, "\(name), head: \(error.message)") }
        (components, scales, features, means) = (head.components, head.scales, head.features, head.means)
    }

    package var members: JSONObject {
        var members: JSONObject = [
            "neighbourhood": .integer(neighbourhood), "border": .string(border.rawValue),
            "color": .string(color.rawValue), "skip": .bool(skip),
            "head": [
                "kind": "mcgsm", "components": .integer(components), "scales": .integer(scales),
                "features": .integer(features), "means": .bool(means),
            ], "patch": .array(patch.map { .integer($0) }), "noiseSeed": .integer(Int(noiseSeed)),
        ]
        if let range { members["range"] = [.number(range.lowerBound), .number(range.upperBound)] }
        return members
    }

    /// The head over so many features, of so many numbers.
    func mcgsm(inputs: Int, outputs: Int) -> MCGSM {
        MCGSM(
            inputs: inputs, outputs: outputs, components: components, scales: scales, features: features, means: means)
    }
}

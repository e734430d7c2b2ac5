public import MDLSTM

/// How samples become inputs: the `data` of a configuration.
public struct DataSettings: Sendable, Equatable {
    /// The channels that pictures are read as; nil for those that they have.
    public var channels: Int?
    public var normalization = Normalization.meanAndDeviation
    public var augmentation = Augmentation()

    /// What is done to every value before the model sees it.
    public enum Normalization: Sendable, Equatable {
        /// Nothing: pictures are from 0 to 1, arrays what they are.
        case unit
        /// The mean of each channel over the training data is taken off, and the deviation divided by; a configuration that
        /// has been filled has the numbers.
        case meanAndDeviation
        case numbers(mean: [Double], deviation: [Double])
    }

    public init() {}

    private static let channelNames = [1: "gray", 2: "grayAlpha", 3: "rgb", 4: "rgba"]

    /// - Parameters:
    ///   - json: the object under `data`
    ///   - preset: what counts where a member is left out
    ///   - name: what messages call the file
    /// - Throws: `MDLSTMError` of kind `data` naming the key, what was expected and what was found.
    public init(json: JSONValue, preset: DataSettings = DataSettings(), name: String) throws(MDLSTMError) {
        var reader = try ConfigurationReader(json, name: "\(name), data")
        channels =
            try reader.optional("channels", "gray, grayAlpha, rgb, rgba or auto") { value -> Int?? in
                if value == "auto" { return .some(nil) }
                return Self.channelNames.first { .string($0.value) == value }.map { .some($0.key) }
            } ?? preset.channels
        normalization =
            try reader.optional("normalize", "unit, meanAndDeviation, or {\"mean\": [..], \"deviation\": [..]}") {
                value -> Normalization? in
                if value == "unit" { return .unit }
                if value == "meanAndDeviation" { return .meanAndDeviation }
                guard let mean = value["mean"]?.arrayValue?.compactMap(\.doubleValue),
                    let deviation = value["deviation"]?.arrayValue?.compactMap(\.doubleValue),
                    !mean.isEmpty, mean.count == deviation.count, deviation.allSatisfy({ $0 > 0 }),
                    value.objectValue?.count == 2
                else { return nil }
                return .numbers(mean: mean, deviation: deviation)
            } ?? preset.normalization
        if let json = try reader.optional("augment", "an object", { $0.objectValue }) {
            augmentation = try Augmentation(json: .object(json), name: "\(name), augment")
        } else {
            augmentation = preset.augmentation
        }
        try reader.finish()
    }

    public var json: JSONValue {
        var members: JSONObject = ["channels": channels.flatMap { Self.channelNames[$0] }.map { .string($0) } ?? "auto"]
        switch normalization {
        case .unit: members["normalize"] = "unit"
        case .meanAndDeviation: members["normalize"] = "meanAndDeviation"
        case .numbers(let mean, let deviation):
            members["normalize"] = [
                "mean": .array(mean.map { .number($0) }), "deviation": .array(deviation.map { .number($0) }),
            ]
        }
        members["augment"] = augmentation.json
        return .object(members)
    }
}

extension Augmentation {
    /// - Throws: `MDLSTMError` of kind `data` naming the key, what was expected and what was found.
    init(json: JSONValue, name: String) throws(MDLSTMError) {
        self.init()
        var reader = try ConfigurationReader(json, name: name)
        flip = try reader.optional("flip", "true or false") { $0.boolValue } ?? false
        transpose = try reader.optional("transpose", "true or false") { $0.boolValue } ?? false
        shift = try reader.optional("shift", "a whole number") { $0.intValue } ?? 0
        crop = try reader.optional("crop", "a whole number") { $0.intValue }
        contrast = try reader.optional("contrast", "a number") { $0.doubleValue } ?? 0
        noise = try reader.optional("noise", "a number") { $0.doubleValue } ?? 0
        stretch = try reader.optional("stretch", "a number") { $0.doubleValue } ?? 0
        shear = try reader.optional("shear", "a number") { $0.doubleValue } ?? 0
        stroke = try reader.optional("stroke", "a number") { $0.doubleValue } ?? 0
        try reader.finish()
        do { try validate() } catch { throw MDLSTMError(.data, "\(name): \(error.message)") }
    }

    /// What `--augment` says: `flip,transpose,shift=2,crop=128,contrast=.2,noise=.02`.
    ///
    /// - Throws: `MDLSTMError` of kind `option` naming the part that is wrong.
    public init(flags: String) throws(MDLSTMError) {
        self.init()
        for part in flags.split(separator: ",", omittingEmptySubsequences: false) where part != "none" {
            let pieces = part.split(separator: "=", maxSplits: 1).map(String.init)
            let number = pieces.count == 2 ? Double(pieces[1].hasPrefix(".") ? "0" + pieces[1] : pieces[1]) : nil
            switch (pieces.first ?? "", number, number.flatMap { Int(exactly: $0) }) {
            case ("flip", nil, nil) where pieces.count == 1: flip = true
            case ("transpose", nil, nil) where pieces.count == 1: transpose = true
            case ("shift", _, let sites?): shift = sites
            case ("crop", _, let sites?): crop = sites
            case ("contrast", let amount?, _): contrast = amount
            case ("noise", let amount?, _): noise = amount
            case ("stretch", let amount?, _): stretch = amount
            case ("shear", let amount?, _): shear = amount
            case ("stroke", let amount?, _): stroke = amount
            default:
                throw MDLSTMError(
                    .option,
                    "'\(part)' is no augmentation; expected some of flip, transpose, shift=2, crop=128, contrast=.2, "
                        + "noise=.02, stretch=.1, shear=.2, stroke=.5, commas between them, or none")
            }
        }
        try validate()
    }

    var json: JSONValue {
        var members: JSONObject = [:]
        if flip { members["flip"] = true }
        if transpose { members["transpose"] = true }
        if shift > 0 { members["shift"] = .integer(shift) }
        if let crop { members["crop"] = .integer(crop) }
        if contrast > 0 { members["contrast"] = .number(contrast) }
        if noise > 0 { members["noise"] = .number(noise) }
        if stretch > 0 { members["stretch"] = .number(stretch) }
        if shear > 0 { members["shear"] = .number(shear) }
        if stroke > 0 { members["stroke"] = .number(stroke) }
        return .object(members)
    }
}

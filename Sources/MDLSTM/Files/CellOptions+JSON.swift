extension CellOptions {
    /// The members that differ from the defaults, `peepholes`, and all that a `grid` needs.
    func members(of cell: Cell) -> JSONObject {
        let defaults = CellOptions()
        var members: JSONObject = ["peepholes": .bool(peepholes)]
        if variant != defaults.variant { members["variant"] = .string(variant.rawValue) }
        if forgetSum != defaults.forgetSum { members["forgetSum"] = .string(forgetSum.rawValue) }
        if gateActivation != defaults.gateActivation {
            members["gateActivation"] = .string(gateActivation.rawValue)
            members["gateSlope"] = .number(gateSlope)
        }
        if candidateActivation != defaults.candidateActivation {
            members["candidateActivation"] = .string(candidateActivation.rawValue)
        }
        if outputActivation != defaults.outputActivation {
            members["outputActivation"] = .string(outputActivation.rawValue)
        }
        if let preactivationClip { members["preactivationClip"] = .number(preactivationClip) }
        if let cellClip { members["cellClip"] = .number(cellClip) }
        if extended { members["extended"] = .bool(true) }
        if layerNorm != defaults.layerNorm {
            members["layerNorm"] = .string(layerNorm.rawValue)
        }
        if layerNorm != defaults.layerNorm || normEpsilon != defaults.normEpsilon {
            members["normEpsilon"] = .number(normEpsilon)
        }
        if !zoneout.isNone {
            members["zoneoutHidden"] = .number(zoneout.hidden)
            members["zoneoutCell"] = .number(zoneout.cell)
        }
        if cell.traits.hasDepth {
            members["depth"] = .integer(grid.depth)
            members["tied"] = grid.sharing.json
            if !grid.priorityAxes.isEmpty {
                members["priorityAxes"] = .array(grid.priorityAxes.sorted().map { .integer($0 + 1) })
            }
            if !grid.functions.isEmpty {
                members["axisFunctions"] = .array(grid.functions.map { .string($0.rawValue) })
            }
            members["gridOutput"] = .string(grid.output.rawValue)
        }
        return members
    }

    /// Reads the options among the members of a layer of `cell`; absent ones take their defaults, but `gridOutput` that of
    /// the files that are older than the option.
    init(reading reader: inout ConfigurationReader, cell: Cell, name: String) throws(MDLSTMError) {
        self.init()
        func named<Value: RawRepresentable & CaseIterable>(_ key: String, _ initial: Value) throws(MDLSTMError) -> Value
        where Value.RawValue == String {
            let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
            return try reader.optional(key, "one of \(names)") { $0.stringValue.flatMap(Value.init) } ?? initial
        }
        func flag(_ key: String) throws(MDLSTMError) -> Bool? {
            try reader.optional(key, "true or false") { $0.boolValue }
        }
        func number(_ key: String) throws(MDLSTMError) -> Double? {
            try reader.optional(key, "a number") { $0.doubleValue }
        }

        let peepholes = try flag("peepholes")
        let names = VariantName.all.joined(separator: ", ")
        let variant = try reader.optional("variant", "one of \(names)") { $0.stringValue.flatMap(VariantName.init) }
        do { try apply(variant, peepholes: peepholes) } catch { throw MDLSTMError(.data, "\(name): \(error.message)") }
        forgetSum = try named("forgetSum", forgetSum)
        gateActivation = try named("gateActivation", gateActivation)
        gateSlope = try number("gateSlope") ?? gateSlope
        candidateActivation = try named("candidateActivation", candidateActivation)
        outputActivation = try named("outputActivation", outputActivation)
        preactivationClip = try number("preactivationClip")
        cellClip = try number("cellClip")
        extended = try flag("extended") ?? false
        layerNorm = try named("layerNorm", layerNorm)
        normEpsilon = try number("normEpsilon") ?? normEpsilon
        zoneout.hidden = try number("zoneoutHidden") ?? 0
        zoneout.cell = try number("zoneoutCell") ?? 0
        grid.depth = try reader.optional("depth", "a whole number") { $0.intValue } ?? 1
        grid.sharing = try reader.optional("tied", "true, false or \"depth\"", GridSharing.init(json:)) ?? .all
        let axes = try reader.optional("priorityAxes", "a list of axes, counted from 1, each once") { value -> [Int]? in
            let axes = value.arrayValue?.map { $0.intValue ?? 0 }
            return axes.flatMap { $0.contains { $0 < 1 } || Set($0).count < $0.count ? nil : $0 }
        }
        grid.priorityAxes = Set((axes ?? []).map { $0 - 1 })
        let functions = AxisFunction.allCases.map(\.rawValue).joined(separator: ", ")
        grid.functions =
            try reader.optional("axisFunctions", "a list of \(functions)") { value -> [AxisFunction]? in
                let functions = value.arrayValue?.map { $0.stringValue.flatMap(AxisFunction.init) }
                return functions.flatMap { $0.contains(nil) ? nil : $0.compactMap { $0 } }
            } ?? []
        grid.output = try named("gridOutput", cell.traits.hasDepth ? .productOfTanh : grid.output)
    }

    /// Sets the variant and, where its name says so, the peepholes.
    ///
    /// - Throws: ``MDLSTMError`` when `peepholes` contradicts the name.
    public mutating func apply(_ name: VariantName?, peepholes flag: Bool?) throws(MDLSTMError) {
        variant = name?.variant ?? .standard
        if let implied = name?.peepholes {
            guard flag == nil || flag == implied else {
                throw MDLSTMError(
                    .option,
                    "variant \(implied ? "V is the LSTM with peepholes" : "NP is the LSTM without peepholes"); leave out "
                        + "one of variant and peepholes")
            }
            peepholes = implied
        } else {
            peepholes = flag ?? false
        }
    }
}

extension GridSharing {
    fileprivate var json: JSONValue { self == .depth ? "depth" : .bool(self == .all) }

    fileprivate init?(json: JSONValue) {
        guard let sharing = Self.allCases.first(where: { $0.json == json }) else { return nil }
        self = sharing
    }
}

/// A variant of the LSTM by its name in Greff et al. 2017: V and NP are the standard one with and without peepholes.
public struct VariantName: Sendable {
    public let variant: LSTMVariant

    /// What the name says about peepholes; nil where it leaves them open.
    public let peepholes: Bool?

    /// The variant called `name`, nil if there is none.
    public init?(_ name: String) {
        switch name {
        case "V": (variant, peepholes) = (.standard, true)
        case "NP": (variant, peepholes) = (.standard, false)
        default:
            guard let variant = LSTMVariant(rawValue: name), variant != .standard else { return nil }
            (self.variant, peepholes) = (variant, nil)
        }
    }

    /// Every name.
    public static let all = ["V", "NP"] + LSTMVariant.allCases.filter { $0 != .standard }.map(\.rawValue)
}

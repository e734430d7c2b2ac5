public import MDLSTM

/// What a model's answers to some samples are worth: the figures of `mdlstm evaluate`.
public struct Evaluation: Sendable {
    public let kind: TaskKind

    /// The names of the classes, by number; none for `regress`.
    public let classes: [String]
    public internal(set) var samples = 0

    /// Sums over all sites that count; the mass that the loss is divided by.
    var lossSum = 0.0, mass = 0.0
    var squares = 0.0, magnitudes = 0.0, numbers = 0

    /// By true and predicted class; empty for `regress`.
    public internal(set) var counts: ClassCounts

    /// Sites or samples that count, and those that do not.
    public internal(set) var sites = 0, ignored = 0

    public init(kind: TaskKind, classes: [String]) {
        (self.kind, self.classes) = (kind, classes)
        counts = ClassCounts(classes: classes.count)
    }

    /// Adds a batch.
    ///
    /// - Parameters:
    ///   - output: of the model, `[B, .., O]`, as fine as the target
    ///   - target: labels `[B, ..]`, -1 where they do not count, or values `[B, .., O]`
    ///   - grid: of the output
    ///   - classWeights: those of the training
    public mutating func add<T: Scalar>(
        _ output: Tensor<T>, target: TrainingTarget<T>, grid: Grid, classWeights: [Double]?
    ) throws(MDLSTMError) {
        let loss = TaskSettings(kind).loss
        let sum = try loss.evaluate(
            output, target: target, samples: grid.isRagged ? grid.samples : nil, classWeights: classWeights)
        samples += grid.batch
        lossSum += Double(sum.sum)
        mass += sum.divisor
        if kind == .regress {
            guard let values = target.values else { return }
            addDifferences(output.values, values.values, at: grid.occupied, width: output.shape.last ?? 1)
        } else {
            addClasses(output.values, target: target, at: grid.occupied, width: output.shape.last ?? 1)
        }
    }

    @_specialize(where T == Float)
    @_specialize(where T == Double)
    private mutating func addDifferences<T: Scalar>(
        _ output: [T], _ wanted: [T], at occupied: [Bool], width: Int
    ) {
        for (site, isOccupied) in occupied.enumerated() where isOccupied {
            for place in (site * width)..<(site * width + width) {
                let difference = Double(output[place]) - Double(wanted[place])
                squares += difference * difference
                magnitudes += abs(difference)
            }
            numbers += width
            sites += 1
        }
    }

    @_specialize(where T == Float)
    @_specialize(where T == Double)
    private mutating func addClasses<T: Scalar>(
        _ output: [T], target: TrainingTarget<T>, at occupied: [Bool], width: Int
    ) {
        for (site, isOccupied) in occupied.enumerated() where isOccupied {
            guard let label = Self.label(of: target, site: site, width: width) else {
                ignored += 1
                continue
            }
            counts.add(label, predicted: largest(output[(site * width)..<(site * width + width)]))
            sites += 1
        }
    }

    /// The class of a site; nil where it does not count. Of a distribution it is the likeliest.
    private static func label<T: Scalar>(of target: TrainingTarget<T>, site: Int, width: Int) -> Int? {
        switch target {
        case .labels(let labels): return labels.values[site] < 0 ? nil : Int(labels.values[site])
        case .values(let values):
            let part = values.values[(site * width)..<(site * width + width)]
            return part.allSatisfy { $0 == 0 } ? nil : largest(part)
        case .none: return nil
        }
    }

    /// The mean loss; nil where nothing counts.
    public var loss: Double? { mass == 0 ? nil : lossSum / mass }

    /// The figures that can be monitored; those that do not exist are not among them.
    public var figures: Figures {
        let all: [(String, Double?)] =
            switch kind {
            case .regress:
                [
                    ("loss", loss), ("meanSquaredError", mean(squares)), ("meanAbsoluteError", mean(magnitudes)),
                ]
            case .classify: [("loss", loss), ("error", counts.accuracy.map { 1 - $0 }), ("accuracy", counts.accuracy)]
            case .nextSymbol: [("loss", loss), ("accuracy", counts.accuracy)]
            case .transcribe, .density: [("loss", loss)]
            case .labelSites: [("loss", loss), ("siteAccuracy", counts.accuracy), ("meanIoU", counts.meanIoU)]
            }
        return all.compactMap { name, value in value.map { (name, $0) } }
    }

    private func mean(_ sum: Double) -> Double? { numbers == 0 ? nil : sum / Double(numbers) }

    /// The object of `mdlstm evaluate --json`, without the time.
    public var json: JSONObject {
        var members: JSONObject = [
            "task": .string(kind.rawValue), "samples": .integer(samples), "loss": number(loss),
        ]
        let (list, confusion) = counts.json(names: classes, withIoU: kind == .labelSites)
        switch kind {
        case .regress:
            members["meanSquaredError"] = number(mean(squares))
            members["meanAbsoluteError"] = number(mean(magnitudes))
        case .classify:
            members["accuracy"] = number(counts.accuracy)
            members["error"] = number(counts.accuracy.map { 1 - $0 })
            (members["classes"], members["confusion"]) = (list, confusion)
        case .nextSymbol: members["accuracy"] = number(counts.accuracy)
        case .transcribe, .density: break
        case .labelSites:
            members["siteAccuracy"] = number(counts.accuracy)
            members["meanIoU"] = number(counts.meanIoU)
            (members["classes"], members["confusion"]) = (list, confusion)
            (members["sites"], members["ignored"]) = (.integer(sites), .integer(ignored))
        }
        return members
    }
}

extension TaskKind {
    /// The figures that can be monitored, the usual one first, and whether more of it is better.
    public var monitors: [(name: String, rises: Bool)] {
        switch self {
        case .regress: [("loss", false), ("meanSquaredError", false), ("meanAbsoluteError", false)]
        case .classify: [("error", false), ("loss", false), ("accuracy", true)]
        case .nextSymbol: [("loss", false), ("bitsPerSymbol", false), ("accuracy", true)]
        case .labelSites: [("meanIoU", true), ("loss", false), ("siteAccuracy", true)]
        case .transcribe: [("cer", false), ("wer", false), ("loss", false)]
        case .density: [("bits", false), ("loss", false)]
        }
    }

    /// A figure to monitor by its name; the usual one without.
    ///
    /// - Throws: `MDLSTMError` of kind `option` listing the names for one that is not known.
    public func monitor(named name: String?) throws(MDLSTMError) -> (name: String, rises: Bool) {
        guard let name else { return monitors[0] }
        guard let found = monitors.first(where: { $0.name == name }) else {
            throw MDLSTMError(
                .option,
                "\(rawValue) has no figure '\(name)' to monitor; expected \(monitors.map(\.name).joined(separator: ", "))"
            )
        }
        return found
    }
}

/// The place of the largest number, of equal ones the first.
public func largest<T: Comparable>(_ values: ArraySlice<T>) -> Int {
    var best = values.startIndex
    for index in values.indices where values[index] > values[best] { best = index }
    return best - values.startIndex
}

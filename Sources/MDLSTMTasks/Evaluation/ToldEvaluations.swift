import MDLSTM

/// What ranks tell each other of the batches that they have judged.
extension Evaluation {
    /// Counts and the bits of sums: `[samples, lossSum, mass, squares, magnitudes, numbers, sites, ignored, true, predicted,
    /// times, ..]`
    var told: JSONValue {
        var list: [JSONValue] = [.integer(samples)]
        list += [lossSum, mass, squares, magnitudes].map { JSONValue(bitsOf: $0) }
        list += [numbers, sites, ignored].map { .integer($0) }
        for (label, row) in counts.counts.enumerated() {
            for (predicted, times) in row.enumerated() where times > 0 {
                list += [.integer(label), .integer(predicted), .integer(times)]
            }
        }
        return .array(list)
    }

    /// Adds a batch that a rank has judged.
    mutating func add(_ told: JSONValue) throws(ExchangeError) {
        let list = told.arrayValue ?? []
        let (sums, counted) = (list.map(\.numberOfBits), list.compactMap(\.intValue))
        guard list.count >= 8, counted.count == list.count, (list.count - 8) % 3 == 0 else { throw .unlikeWork }
        samples += counted[0]
        lossSum += sums[1]!
        mass += sums[2]!
        squares += sums[3]!
        magnitudes += sums[4]!
        numbers += counted[5]
        sites += counted[6]
        ignored += counted[7]
        for place in stride(from: 8, to: list.count, by: 3) {
            guard [counted[place], counted[place + 1]].allSatisfy((0..<counts.classes).contains) else {
                throw .unlikeWork
            }
            counts.add(counted[place], predicted: counted[place + 1], times: counted[place + 2])
        }
    }
}

/// A line that has been read.
struct JudgedLine {
    /// In nats; nil where its frames are too few for its text.
    let loss: Double?
    let reference: String, reading: String

    init(_ posteriors: FramePosteriors, labels: [Int32], reading: Reading, _ alphabet: Alphabet) {
        let text = labels.map { Int($0) }
        loss = CTC.fewestFrames(for: labels) <= posteriors.frames ? -posteriors.logProbability(of: text) : nil
        (reference, self.reading) = (alphabet.text(of: text), alphabet.text(of: reading.labels))
    }

    /// `[loss, reference, reading]`, the loss by its bits or null.
    var told: JSONValue { [loss.map { JSONValue(bitsOf: $0) } ?? .null, .string(reference), .string(reading)] }

    init(_ told: JSONValue) throws(ExchangeError) {
        guard let list = told.arrayValue, list.count == 3, let reference = list[1].stringValue,
            let reading = list[2].stringValue
        else { throw .unlikeWork }
        (loss, self.reference, self.reading) = (list[0].numberOfBits, reference, reading)
    }
}

extension DensityEvaluation.Picture {
    /// `[nats, sites, largestCell]`, numbers by their bits.
    ///
    /// - Parameter largestCell: that the rank has seen so far
    func told(largestCell: Double?) -> JSONValue {
        [JSONValue(bitsOf: nats), .integer(sites), largestCell.map { JSONValue(bitsOf: $0) } ?? .null]
    }

    static func told(_ told: JSONValue, name: String) throws(ExchangeError) -> (picture: Self, largestCell: Double?) {
        guard let list = told.arrayValue, list.count == 3, let nats = list[0].numberOfBits, let sites = list[1].intValue
        else { throw .unlikeWork }
        return (Self(name: name, nats: nats, sites: sites), list[2].numberOfBits)
    }
}

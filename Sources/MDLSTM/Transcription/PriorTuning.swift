/// The weight of the language and the length bonus that read validation lines best.
public struct PriorTuning: Sendable, Equatable {
    /// What was found.
    public let weight: Double, lengthBonus: Double

    /// Errors of the characters with them.
    public let characters: EditCounts

    /// Weights and bonuses to try where none are given.
    public static let weights = [0, 0.25, 0.5, 0.75, 1], bonuses = [0, 0.5, 1, 1.5, 2, 2.5, 3]

    /// Tries every pair of a grid on lines whose text is known, and takes the one of the fewest character errors; of equals the
    /// first, bonuses within weights. A pair is given up once it has more errors than the best.
    ///
    /// - Parameters:
    ///   - lines: of validation; with those of training or test the choice is worth nothing
    ///   - search: with a prior
    ///   - weights: of the language model, those of the grid
    ///   - bonuses: for each character, those of the grid
    ///   - progress: called after each pair with how many were tried
    /// - Throws: what ``BeamSearch/readings(of:count:)`` throws, and ``MDLSTMError`` of kind `option` without a prior, lines,
    ///   weights or bonuses.
    public init(
        on lines: [(posteriors: FramePosteriors, reference: String)], search: BeamSearch,
        weights: [Double] = Self.weights, bonuses: [Double] = Self.bonuses, progress: (Int) -> Void = { _ in }
    ) throws(MDLSTMError) {
        guard let prior = search.prior, !lines.isEmpty, !weights.isEmpty, !bonuses.isEmpty else {
            throw MDLSTMError(
                .option,
                "expected an alphabet, lines, weights and bonuses to tune the language with, found "
                    + "\(counted(lines.count, "line")), \(counted(weights.count, "weight")) and \(bonuses.count) bonuses"
                    + (search.prior == nil ? ", and no alphabet" : "") + "; give validation lines")
        }
        let references = lines.map { Array($0.reference.unicodeScalars) }
        var best: (weight: Double, bonus: Double, counts: EditCounts)?
        for (row, weight) in weights.enumerated() {
            for (column, bonus) in bonuses.enumerated() {
                var search = search
                (search.prior!.weight, search.prior!.lengthBonus) = (weight, bonus)
                var counts = EditCounts()
                for (line, reference) in zip(lines, references) {
                    let labels = try search.readings(of: line.posteriors)[0].labels
                    let reading = Array(prior.alphabet.text(of: labels).unicodeScalars)
                    counts += EditAlignment(reference: reference, reading: reading).counts
                    if let best, counts.errors >= best.counts.errors { break }
                }
                if best.map({ counts.errors < $0.counts.errors }) ?? true { best = (weight, bonus, counts) }
                progress(row * bonuses.count + column + 1)
            }
        }
        (weight, lengthBonus, characters) = (best!.weight, best!.bonus, best!.counts)
    }
}

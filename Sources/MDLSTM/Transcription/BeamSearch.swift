/// Prefix beam search: the most probable texts of a line, and not the text of the most probable path.
///
/// A prefix keeps the probabilities of all its paths that end in the blank and that end in its last symbol. Paths that come to
/// a prefix anew are added to those it has, also where it had fallen out of the beam in between. After every frame the
/// prefixes of the highest score, probability and prior together, are kept; no class is left out before. Of equal scores the
/// one whose prefix was better, then the one of the lower class is kept, so that a line is read in one way on every machine.
///
/// Graves and Jaitly, "Towards end-to-end speech recognition with recurrent neural networks" (2014), algorithm 1; the prior is
/// added as Hannun et al., "First-pass large vocabulary continuous speech recognition using bi-directional recurrent DNNs"
/// (2014), have it.
public struct BeamSearch: Sendable, Equatable {
    /// Prefixes that are kept, 1 or more.
    public var width: Int

    /// The class that stands for no symbol; 0 with a prior.
    public var blank: Int

    /// What is known of the texts before.
    public var prior: TextPrior?

    public init(width: Int = 25, blank: Int = 0, prior: TextPrior? = nil) {
        (self.width, self.blank, self.prior) = (width, blank, prior)
    }

    /// The best readings of a line, best first; at least one, at most `width`.
    ///
    /// Their log probabilities are exact; which readings they are is up to the beam.
    ///
    /// - Parameters:
    ///   - posteriors: `[T, C]`
    ///   - count: how many, 1 or more
    /// - Throws: ``MDLSTMError`` of kind `option` for a width, a blank or a prior that cannot be, of kind `data` where the
    ///   prior's alphabet does not have C classes.
    public func readings(of posteriors: FramePosteriors, count: Int = 1) throws(MDLSTMError) -> [Reading] {
        try check(classes: posteriors.classes)
        var beam = Beam(self)
        for frame in 0..<posteriors.frames { beam.advance(posteriors, frame) }
        let found = beam.best(count).map { labels, prior in
            Reading(labels, of: posteriors, blank: blank) { $0 + prior }
        }
        // The beam has parts of the probabilities, which can be in another order.
        return found.enumerated().sorted {
            ($0.element.score, $1.offset) > ($1.element.score, $0.offset)
        }.map(\.element)
    }

    private func check(classes: Int) throws(MDLSTMError) {
        guard width > 0 else {
            throw MDLSTMError(.option, "the width of the beam must be 1 or more, found \(width)")
        }
        guard (0..<classes).contains(blank), prior == nil || blank == 0 else {
            throw MDLSTMError(
                .option,
                "the blank must be a class below \(classes), and 0 with an alphabet, found \(blank)")
        }
        guard let prior else { return }
        guard prior.alphabet.count == classes else {
            throw MDLSTMError(
                .data,
                "the logits have \(counted(classes, "class", plural: "classes")), the alphabet with its blank has "
                    + "\(prior.alphabet.count); give the alphabet that the network was trained with")
        }
        try prior.check()
    }
}

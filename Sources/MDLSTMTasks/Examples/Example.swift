public import MDLSTM

/// A sample and what a model answers to it.
public struct Example<Element: Scalar>: Sendable {
    public var name: String

    /// As it is in the data, before it is normalized, `[E1, .., EN, I]`.
    public var input: Tensor<Element>

    /// As the model is judged by it: labels that do not count are negative.
    public var target: TrainingTarget<Element>

    /// `[E1, .., EN, O]`, or `[O]` for one answer a sample.
    public var answer: Tensor<Element>

    public init(name: String, input: Tensor<Element>, target: TrainingTarget<Element>, answer: Tensor<Element>) {
        (self.name, self.input, self.target, self.answer) = (name, input, target, answer)
    }

    var extents: [Int] { Array(input.shape.dropLast()) }

    /// Whether the answer is one for the sample.
    var isAnswerPerSample: Bool { answer.shape.count == 1 && !extents.isEmpty }

    /// The class of a site in the target; nil where it does not count. Of a distribution it is the likeliest.
    func targetLabel(_ site: Int) -> Int? {
        switch target {
        case .labels(let labels): return labels.values[site] < 0 ? nil : Int(labels.values[site])
        case .values(let values):
            let classes = values.shape.last ?? 1
            let part = values.values[(site * classes)..<((site + 1) * classes)]
            return part.allSatisfy { $0 == 0 } ? nil : largest(part)
        case .none: return nil
        }
    }

    func answeredLabel(_ site: Int) -> Int {
        let classes = answer.shape.last ?? 1
        return largest(answer.values[(site * classes)..<((site + 1) * classes)])
    }
}

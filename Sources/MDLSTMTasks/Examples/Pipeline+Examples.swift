public import MDLSTM

extension Pipeline {
    /// Pictures of samples evenly spread over a set beside what a model answers to them.
    ///
    /// - Returns: nil where nothing can be shown.
    /// - Throws: the errors of reading a sample and of predicting.
    public func examples<T: Scalar>(
        _ model: any Model<T>, on set: any DataSet<T>, title: String
    ) throws -> ExamplePictures? {
        let isAnswerPerSample = self.model.axes > 0 && self.model.outputAxes == 0
        let count = ExamplePictures.count(of: task.kind, isAnswerPerSample: isAnswerPerSample)
        let chosen = ExamplePictures.chosen(count, of: set.count)
        guard !chosen.isEmpty else { return nil }
        let raw = try chosen.map { try set.sample(at: $0) }
        let judged = raw.map { self.judged($0) }
        let answers = try answers(model, to: try TrainingBatch(judged))
        return try ExamplePictures(
            task.kind, classes: classes,
            examples: chosen.indices.map { place in
                Example(
                    name: set.name(of: chosen[place]), input: raw[place].input, target: judged[place].target,
                    answer: answers[place])
            }, title: title)
    }
}

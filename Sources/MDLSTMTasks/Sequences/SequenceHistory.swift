import MDLSTM

/// The batches of a training: the examples one after the other, an epoch being the steps between two measurements.
struct SequenceBatches<Task: SequenceTask, Element: Scalar>: BatchSource {
    let task: Task
    let size: Int
    let interval: Int
    let seed: UInt64

    /// Steps of the epochs until the end of one: the first at which its examples have been seen.
    private func end(of epoch: Int) -> Int {
        SequenceTraining<Task, Element>.steps(examples: epoch * interval, batch: size)
    }

    func count(epoch: Int) -> Int { end(of: epoch) - end(of: epoch - 1) }

    func batch(epoch: Int, index: Int) -> TrainingBatch<Element> {
        let first = (end(of: epoch - 1) + index) * size
        return task.batch(first..<(first + size), for: .training, seed: seed)
    }
}

/// What a training over sequences has noted so far, as a checkpoint keeps it: the course and the measurements.
struct SequenceHistory {
    var course = FitCourse()
    var measurements: [SequenceMeasurement] = []

    init() {}

    /// The course's tensor and `measurements`, `[measurements, 4]`.
    var tensors: ParameterTensors<Double> {
        var tensors = course.history
        tensors["measurements"] = Tensor(
            shape: [measurements.count, 4],
            values: measurements.flatMap { [Double($0.examples), $0.loss, $0.score.whole, $0.score.symbols] })
        return tensors
    }

    /// - Throws: `MDLSTMError` of kind `data` when a tensor is missing, misshapen, or has impossible numbers.
    init(_ tensors: ParameterTensors<Double>) throws(MDLSTMError) {
        course = try FitCourse(tensors)
        guard let table = tensors["measurements"], table.shape.count == 2, table.shape[1] == 4,
            table.shape[0] == course.epoch - 1
        else {
            throw MDLSTMError(
                .data,
                "the checkpoint's tensor 'history.measurements' is missing or misshapen; expected [\(course.epoch - 1), 4]"
            )
        }
        for row in stride(from: 0, to: table.count, by: 4) {
            let values = table.values[row..<(row + 4)].map { $0 }
            guard let examples = Int(exactly: values[0]) else {
                throw MDLSTMError(
                    .data,
                    "the checkpoint's tensor 'history.measurements' has \(values[0]) examples; expected a whole number")
            }
            measurements.append(
                SequenceMeasurement(
                    examples: examples, loss: values[1], score: SequenceScore(whole: values[2], symbols: values[3])))
        }
    }
}

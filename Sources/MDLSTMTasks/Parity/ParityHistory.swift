import MDLSTM

/// A look at a training of the parity task, on fresh strings.
public struct ParityValidation: Sendable {
    /// Steps taken.
    public let step: Int

    /// Mean loss since the look before.
    public let loss: Double
    public let accuracy: Double
}

/// What a training of the parity task has noted so far, as a checkpoint keeps it.
struct ParityHistory {
    var validations: [ParityValidation] = []

    /// Sum of the losses since the last validation.
    var loss = 0.0

    /// The accuracy of a validation without a mistake.
    static let goal = 1.0

    /// The course of the training after `step` steps, an epoch being the `interval` steps that end with a validation.
    ///
    /// Checkpoints of earlier versions were taken after the validation of their step, others are taken before it.
    ///
    /// - Throws: `MDLSTMError` of kind `data` when so many validations do not go with so many steps.
    func course(at step: Int, every interval: Int) throws(MDLSTMError) -> FitCourse {
        let count = validations.count
        guard count <= step / interval, step - count * interval <= interval else {
            throw MDLSTMError(
                .data,
                "the checkpoint's tensor 'history.validations' has \(count) rows, which a training validated every "
                    + "\(interval) steps cannot have at step \(step); take another checkpoint")
        }
        return FitCourse(
            epoch: count + 1, batch: step - count * interval, lossSum: loss,
            reached: validations.reversed().prefix { $0.accuracy >= Self.goal }.count)
    }

    /// `validations`, `[validations, 3]`, and `loss`, a scalar.
    var tensors: ParameterTensors<Double> {
        var tensors = ParameterTensors<Double>()
        tensors["validations"] = Tensor(
            shape: [validations.count, 3], values: validations.flatMap { [Double($0.step), $0.loss, $0.accuracy] })
        tensors["loss"] = Tensor(shape: [], values: [loss])
        return tensors
    }

    init() {}

    /// - Throws: `MDLSTMError` when a tensor is missing or misshapen.
    init(_ tensors: ParameterTensors<Double>) throws(MDLSTMError) {
        guard let table = tensors["validations"], table.shape.count == 2, table.shape[1] == 3,
            let sum = tensors["loss"], sum.shape.isEmpty,
            let rows = Self.validations(in: table.values)
        else {
            throw MDLSTMError(
                .data,
                "the checkpoint's tensors 'history.validations' and 'history.loss' are missing or misshapen; expected "
                    + "[validations, 3] and []")
        }
        validations = rows
        loss = sum.values[0]
    }

    /// Nil where a step is no whole number.
    private static func validations(in values: [Double]) -> [ParityValidation]? {
        var rows: [ParityValidation] = []
        for first in stride(from: 0, to: values.count, by: 3) {
            guard let step = Int(exactly: values[first]) else { return nil }
            rows.append(ParityValidation(step: step, loss: values[first + 1], accuracy: values[first + 2]))
        }
        return rows
    }
}

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
struct ParityCourse {
    var validations: [ParityValidation] = []

    /// Sum of the losses since the last validation.
    var loss = 0.0

    /// Whether the last `patience` validations are without a mistake.
    func isLearned(patience: Int) -> Bool {
        let last = validations.suffix(patience)
        return last.count == patience && last.allSatisfy { $0.accuracy == 1 }
    }

    /// `validations`, `[validations, 3]`, and `loss`, a scalar.
    var history: ParameterTensors<Double> {
        var history = ParameterTensors<Double>()
        history["validations"] = Tensor(
            shape: [validations.count, 3], values: validations.flatMap { [Double($0.step), $0.loss, $0.accuracy] })
        history["loss"] = Tensor(shape: [], values: [loss])
        return history
    }

    init() {}

    /// - Throws: `MDLSTMError` when a tensor is missing or misshapen.
    init(_ history: ParameterTensors<Double>) throws(MDLSTMError) {
        guard let table = history["validations"], table.shape.count == 2, table.shape[1] == 3,
            let sum = history["loss"], sum.shape.isEmpty,
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

import MDLSTM
import MDLSTMTasks

/// Where in a training its present text began: what fixes the length of a falling rate when another text is gone on with.
struct TextBeginning {
    /// Steps taken before, and the first epoch over it.
    var step = 0, epoch = 1

    init() {}

    /// Of a training on `text` that goes on from a checkpoint.
    init<T: Scalar>(of text: SymbolText, after checkpoint: Checkpoint<T>) throws(MDLSTMError) {
        if checkpoint.run["fingerprint"]?.stringValue == text.fingerprint {
            guard let place = checkpoint.run[Self.key]?.arrayValue?.compactMap(\.intValue), place.count == 2 else {
                return
            }
            (step, epoch) = (place[0], place[1])
        } else if Self.isText(checkpoint) {
            // Another training's is refused later, with what differs.
            (step, epoch) = (checkpoint.state.stepsTaken, try FitCourse(checkpoint.history).epoch)
        }
    }

    static func isText<T: Scalar>(_ checkpoint: Checkpoint<T>) -> Bool {
        checkpoint.run["task.kind"]?.stringValue == TaskKind.nextSymbol.rawValue
    }

    /// Steps of a training of so many epochs, of which those over the present text have `count` each.
    func steps(epochs: Int, of count: Int) -> Int { step + max(0, epochs - epoch + 1) * count }

    /// Its member in the identity of a training.
    static let key = "textBegan"

    /// What checkpoints say of it.
    var json: JSONValue { [.integer(step), .integer(epoch)] }
}

/// Connectionist temporal classification: texts of which nobody says where in the frames their symbols are.
///
/// Graves, Fernandez, Gomez and Schmidhuber 2006. Class 0 is the blank; a path through the frames reads as the text that is
/// left when repeated classes are joined and blanks taken out.
public enum CTC {
    /// The class that stands for no symbol.
    public static var blank: Int { 0 }

    /// The fewest frames that can read as `labels`: one for each, and a blank between two that are alike.
    public static func fewestFrames(for labels: some Collection<Int32>) -> Int {
        labels.count + zip(labels, labels.dropFirst()).count { $0 == $1 }
    }
}

/// The texts of a batch, as a loss asks for them.
package struct CTCTargets: Sendable {
    /// The labels of each sample with a blank before, between and after them, `[B][S]`.
    package let paths: [[Int32]]

    /// Frames of each sample, T.
    package let frames: [Int]

    /// Whether a sample has frames enough for its text. One that has not counts nowhere.
    package let isFeasible: [Bool]

    /// Samples that count.
    package var feasibleCount: Int { isFeasible.count { $0 } }

    /// - Parameters:
    ///   - labels: `[B, U]`, each sample's text first, then -1
    ///   - grid: of the frames
    package init(_ labels: Tensor<Int32>, grid: Grid) {
        let width = labels.shape[1]
        let texts = (0..<grid.batch).map { labels.values[($0 * width)..<(($0 + 1) * width)].prefix { $0 >= 0 } }
        paths = texts.map { text in [0] + text.flatMap { [$0, 0] } }
        frames = grid.samples.map { $0[0] }
        isFeasible = zip(texts, frames).map { CTC.fewestFrames(for: $0) <= $1 }
    }

    /// Refuses labels that are no texts for an output of `shape`.
    package static func validate(_ labels: Tensor<Int32>, shape: [Int]) throws(MDLSTMError) {
        guard shape.count == 3 else {
            throw MDLSTMError(
                .data,
                "the output has shape \(shape); the loss 'ctc' needs [B, T, C], one axis of frames: pool the other axes"
            )
        }
        guard labels.shape.count == 2, labels.shape[0] == shape[0] else {
            throw MDLSTMError(
                .data, "the labels have shape \(labels.shape); expected [\(shape[0]), U], a text for each sample")
        }
        let (width, classes) = (labels.shape[1], shape[2])
        for (index, label) in labels.values.enumerated() {
            guard label < classes, label != CTC.blank else {
                throw MDLSTMError(
                    .data,
                    "the labels have \(label) at \(place(of: index, in: labels.shape)); expected symbols from 1 to "
                        + "\(classes - 1), and -1 after the last of a text")
            }
            guard label < 0 || index % width == 0 || labels.values[index - 1] >= 0 else {
                throw MDLSTMError(
                    .data,
                    "the labels have \(label) at \(place(of: index, in: labels.shape)) after -1, which ends a text; expected "
                        + "-1 to its end")
            }
        }
    }
}

import MDLSTM
import MDLSTMImages
import MDLSTMTasks

/// A folder of a model's answers: a file for each input, of the same base name.
struct AnswerFolder {
    private let pipeline: Pipeline
    private let withProbabilities: Bool
    private let names: AnswerNames

    /// - Parameters:
    ///   - path: of the folder, made if it is not there
    ///   - names: of the inputs
    ///   - withProbabilities: whether the probabilities of all classes are written too
    /// - Throws: `MDLSTMError` where two inputs have one name, or an answer would take the place of one.
    init(_ path: String, pipeline: Pipeline, names: [String], withProbabilities: Bool = false) throws(MDLSTMError) {
        (self.pipeline, self.withProbabilities) = (pipeline, withProbabilities)
        self.names = try AnswerNames(path, of: names, ending: Self.ending(pipeline))
    }

    /// What the answers' names end in.
    private static func ending(_ pipeline: Pipeline) -> String {
        switch pipeline.task.kind {
        case .regress: "npy"
        case .classify, .nextSymbol, .density: "json"
        case .transcribe: "txt"
        case .labelSites: pipeline.model.axes == 2 && pipeline.classes.count <= 256 ? "png" : "npy"
        }
    }

    /// Writes the answer to an input; what is told of it: the file and, of a class, its name and probability.
    @discardableResult
    func write<T: Scalar>(_ answer: Tensor<T>, of number: Int) throws -> JSONObject {
        let (file, ending) = (names.file(of: number), names.ending)
        var told: JSONObject = ["output": .string(file)]
        switch pipeline.task.kind {
        case .regress: try NumpyArray(answer).write(to: file)
        case .nextSymbol, .transcribe, .density: preconditionFailure("it has no files of answers")
        case .classify:
            let members = classMembers(answer)
            (told["class"], told["probability"]) = (members["class"], members["probability"])
            try writeFile(Array((JSONValue.object(members).serialized(indented: true)).utf8), to: file)
        case .labelSites:
            let classes = pipeline.classes.count
            let labels = stride(from: 0, to: answer.count, by: classes).map { first in
                largest(answer.values[first..<(first + classes)])
            }
            let extents = Array(answer.shape.dropLast())
            if ending == "png" {
                try Image(width: extents[1], height: extents[0], channels: 1, pixels: labels.map { UInt8($0) })
                    .write(to: file)
            } else {
                try NumpyArray(Tensor(shape: extents, values: labels.map { Float($0) })).write(to: file)
            }
        }
        if withProbabilities, pipeline.task.kind != .regress {
            try NumpyArray(answer.softmax).write(to: names.file(of: number, ending: "probabilities.npy"))
        }
        return told
    }

    /// `class`, `probability` and the five likeliest.
    private func classMembers<T: Scalar>(_ answer: Tensor<T>) -> JSONObject {
        let shares = answer.softmax.values
        let order = shares.indices.sorted { (shares[$1], $0) < (shares[$0], $1) }
        func entry(_ index: Int) -> JSONObject {
            ["class": .string(pipeline.classes[index]), "probability": .number(Double(shares[index]))]
        }
        var members = entry(order[0])
        members["top5"] = .array(order.prefix(5).map { .object(entry($0)) })
        return members
    }
}

import Foundation
import MDLSTM
import MDLSTMImages
import MDLSTMTasks

/// What a training on own data leaves in its folder beside checkpoints and the log.
struct RunFolder<Element: Scalar> {
    let path: String
    private let course: any LearningCourse<Element>
    private let folder: OutputFolder

    /// The file of the best model.
    var model: String { path + "/model.safetensors" }

    /// Makes the folder; one with another training is refused unless a flag says what to do.
    init(_ course: any LearningCourse<Element>, path: String, options: CheckpointOptions) throws {
        (self.course, self.path) = (course, path)
        folder = try options.openFolder(path)
    }

    /// Writes what is known before the first step.
    func begin(_ listing: DataListing) throws {
        try write(course.configuration.json.serialized(indented: true), to: "config.json")
        try folder.write("data.json") { path throws(MDLSTMError) in try listing.write(to: path) }
    }

    /// The best of a training that was then judged out of turn.
    private var earlier: String { path + "/model-before.safetensors" }

    /// Puts the best back that a training which goes on has found so far.
    ///
    /// - Parameters:
    ///   - checkpoint: the file that it goes on from; nil for one of this folder
    ///   - hasBest: whether there is a best
    func goOn(from checkpoint: String?, hasBest: Bool) throws(MDLSTMError) {
        if fileExists(earlier) {
            guard rename(earlier, model) == 0 else {
                throw MDLSTMError(
                    .cannotCreate, "\(model): cannot be put back: \(String(cString: strerror(errno))); check the folder"
                )
            }
        }
        guard hasBest, !fileExists(model) else { return }
        let source = checkpoint.map { URL(filePath: $0).deletingLastPathComponent().path + "/model.safetensors" }
        guard let source, fileExists(source) else {
            throw MDLSTMError(
                .missingInput,
                "\(source ?? model): expected the best model of the training that goes on, found none; name a checkpoint in the "
                    + "folder of its run")
        }
        try writeFile(try readFile(source), to: model)
    }

    /// Writes a model as the best; one that is judged out of turn leaves the best before it apart.
    func write(_ trainer: any Trainer<Element>, outOfTurn: Bool) throws {
        if outOfTurn, fileExists(model) { rename(model, earlier) }
        try course.write(try trainer.parameters(), to: model)
    }

    /// Writes figures and curves.
    func end(_ report: RunReport, curves: TrainingCurves) throws {
        try folder.write("report.json") { path throws(MDLSTMError) in try report.write(to: path) }
        try draw(curves.drawing, "curves.svg")
    }

    func write(_ text: String, to name: String) throws {
        try folder.write(name) { path throws(MDLSTMError) in try writeFile(Array(text.utf8), to: path) }
    }

    func draw(_ drawing: SVG, _ name: String) throws {
        try folder.write(name) { path throws(MDLSTMError) in try drawing.write(to: path) }
    }
}

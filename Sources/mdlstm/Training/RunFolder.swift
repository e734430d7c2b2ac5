import MDLSTM
import MDLSTMImages
import MDLSTMTasks

/// What a training on own data leaves in its folder beside checkpoints and the log.
struct RunFolder<Element: Scalar> {
    let path: String
    private let course: DataTraining<Element>
    private let folder: OutputFolder

    /// The file of the best model.
    var model: String { path + "/model.safetensors" }

    /// Makes the folder; one with another training is refused unless a flag says what to do.
    init(_ course: DataTraining<Element>, path: String, options: CheckpointOptions) throws {
        (self.course, self.path) = (course, path)
        folder = try options.openFolder(path)
    }

    /// Writes what is known before the first step.
    func begin(_ listing: DataListing) throws {
        try write(course.filled.configuration.json.serialized(indented: true), to: "config.json")
        try folder.write("data.json") { path throws(MDLSTMError) in try listing.write(to: path) }
    }

    /// Writes a model as the best.
    func write(_ trainer: any Trainer<Element>) throws {
        let file = ModelFile(
            model: course.pipeline.model, parameters: try trainer.parameters(), seed: course.settings.seed,
            members: course.filled.configuration.modelFileMembers)
        try file.write(to: model)
    }

    /// The best model.
    func best() throws -> ModelFile<Element> { try ModelFile(contentsOf: model) }

    /// Writes figures and pictures of the best.
    func end(_ report: RunReport, curves: TrainingCurves, evaluation: Evaluation, examples: ExamplePictures?) throws {
        try folder.write("report.json") { path throws(MDLSTMError) in try report.write(to: path) }
        try draw(curves.drawing, "curves.svg")
        let classes = course.pipeline.classes
        if course.pipeline.task.kind != .regress {
            try draw(evaluation.counts.matrix(title: "", classes: classes).svg(), "confusion.svg")
            try write(evaluation.counts.confusion(classes: classes).serialized() + "\n", to: "confusion.json")
        }
        if let examples { try draw(examples.drawing, "examples.svg") }
    }

    private func write(_ text: String, to name: String) throws {
        try folder.write(name) { path throws(MDLSTMError) in try writeFile(Array(text.utf8), to: path) }
    }

    private func draw(_ drawing: SVG, _ name: String) throws {
        try folder.write(name) { path throws(MDLSTMError) in try drawing.write(to: path) }
    }
}

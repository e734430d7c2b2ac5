import MDLSTM
import MDLSTMData
import MDLSTMTasks

/// A model of `mdlstm train DATA` with what it needs to read and judge samples.
struct TrainedModel<Element: Scalar> {
    let file: ModelFile<Element>
    let pipeline: Pipeline
    let batch: BatchSize

    /// - Parameter path: a file, or the folder of a run
    /// - Throws: `MDLSTMError` where it is no model, or one that was not trained on own data.
    init(_ path: String) throws(MDLSTMError) {
        let path = Self.file(of: path)
        try self.init(try ModelFile(contentsOf: path), path: path)
    }

    /// A file that has been read: what comes through a pipe is read once.
    init(_ file: ModelFile<Element>, path: String) throws(MDLSTMError) {
        self.file = file
        guard let task = file.members["task"], let data = file.members["data"] else {
            throw MDLSTMError(
                .data,
                "\(path): expected a model of 'mdlstm train DATA', found one that says nothing of its task and data; 'mdlstm run' "
                    + "takes any model")
        }
        let settings = try TaskSettings(json: task, name: path)
        var weights: [Double]?
        if case .numbers(let numbers) = settings.classWeights { weights = numbers }
        pipeline = try Pipeline(
            model: file.model, task: settings, data: try DataSettings(json: data, name: path), classWeights: weights,
            name: path)
        batch =
            try file.members["training"].map { json throws(MDLSTMError) in
                try TrainingSettings(json: json, preset: TrainingSettings(), name: path).batch
            } ?? .samples(16)
    }

    /// The model of a file or of the folder of a run.
    static func file(of path: String) -> String {
        isFolder(path) ? path + "/model.safetensors" : path
    }

    /// Opens data for the model: of its kind, classes and channels.
    func open(_ path: String?, _ options: DataOptions) throws -> OpenedData {
        let opened = try openData(
            path, options, kind: pipeline.task.kind, ignoredLabels: pipeline.task.ignoredLabels,
            classes: pipeline.task.classes, channels: pipeline.data.channels)
        let (shape, model) = (opened.shape, file.model)
        guard shape.axes == model.axes, shape.features == model.inputSize,
            pipeline.task.kind != .regress || shape.outputs == model.outputSize
        else {
            throw MDLSTMError(
                .data,
                "\(path ?? options.list ?? "the data"): \(shape.axes) axes, \(counted(shape.features, "feature")) and "
                    + "\(counted(shape.outputs, "output")); expected \(model.axes), \(model.inputSize) and "
                    + "\(model.outputSize), as the model was trained with")
        }
        return opened
    }
}

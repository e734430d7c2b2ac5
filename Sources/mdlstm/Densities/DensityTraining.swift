import MDLSTM
import MDLSTMData
import MDLSTMTasks

/// `mdlstm train DATA` where the data are pictures alone, whose density is learnt: by one network, or of colours by two.
struct DensityTraining<Element: Scalar> {
    private let courses: [PlaneTraining<Element>]
    private let filled: FilledDensity

    /// Looks at the data and fills the configuration; nil where the data are no pictures alone.
    init?(_ command: TrainDataCommand) throws {
        let flags = try command.source.request(kind: nil, ignoredLabels: nil, classes: nil, channels: nil)
        let inputs = [command.fit.config, command.checkpoints.file, command.from]
        guard try inputs.allSatisfy({ $0.map(isRegular) ?? true }) || OpenedImages.isImages(command.data, flags) else {
            return nil
        }
        let given = try command.fit.given()
        let request = try command.source.request(
            kind: given.kind, ignoredLabels: nil, classes: nil, channels: nil)
        guard try OpenedImages.isImages(command.data, request) else { return nil }
        let shape = DataShape(kind: .density, axes: 2, features: 1, outputs: 1, isAnswerPerSample: false)
        let run = try command.configuration(given, shape: shape, samples: 1)
        let name = command.fit.config ?? "the preset"
        let (color, least) = (run.task.density.color, try FilledDensity(run, name: name).leastExtents)
        guard let opened = try OpenedImages(command.data, request, color: color, least: least) else { return nil }
        let (training, split) = opened.split(
            validation: command.validation == nil ? run.training.validationFraction : 0, seed: run.training.seed)
        var validation = split
        if let path = command.validation {
            guard let other = try OpenedImages(path, request, color: color, least: least) else {
                throw MDLSTMError(.data, "\(path): the data to validate with are no pictures; expected some")
            }
            try other.requireSound(announcing: "to validate with")
            validation = other.pictures(.validation).isEmpty ? other.pictures(.training) : other.pictures(.validation)
        }
        try opened.requireSound(announcing: "\(training.count) to train, \(validation.count) to validate")
        guard !training.isEmpty else {
            throw MDLSTMError(
                .data,
                "\(command.data ?? ""): found \(counted(validation.count, "picture")) to validate with; expected at "
                    + "least one to train with")
        }
        let filled = try FilledDensity(run, range: DensityPicture.range(of: training), name: name)
        let earlier = try command.from.map { try DensityFile<Element>(contentsOf: TrainedModel<Element>.file(of: $0)) }
        self.filled = filled
        courses = try filled.models.indices.map {
            try PlaneTraining(command, filled, network: $0, training, validation, from: earlier)
        }
    }

    func run() throws {
        guard courses.count > 1 else { return try courses[0].run() }
        try ColorTraining(courses, filled.configuration).run()
    }
}

extension FilledDensity {
    /// The least height and width of a picture with a site that has a density.
    var leastExtents: (height: Int, width: Int) { models[0].leastExtents }
}

extension DensityModel {
    /// The least height and width of a picture with a site that has a density.
    var leastExtents: (height: Int, width: Int) {
        options.border == .pad
            ? (1, 1) : (neighbourhood.rowsAbove + 1 + neighbourhood.rowsBelow, neighbourhood.size)
    }
}

extension OpenedImages {
    /// Says on stderr in one line what the pictures are, and refuses them with every fault named where there is one.
    func requireSound(announcing remark: String? = nil) throws {
        printError("data: " + summary + (remark.map { "; " + $0 } ?? ""))
        tell(faults, by: printError)
        if let failure { throw failure }
    }
}

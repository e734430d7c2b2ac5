import MDLSTM
import MDLSTMImages
import MDLSTMTasks

/// The training of a density of colours: of luma, then of chroma given luma, each a run in a folder of its own; then both in
/// one file.
struct ColorTraining<Element: Scalar> {
    private var courses: [PlaneTraining<Element>]

    /// Of both networks.
    private let configuration: RunConfiguration
    private var command: TrainDataCommand { courses[0].command }

    init(_ courses: [PlaneTraining<Element>], _ configuration: RunConfiguration) throws {
        (self.courses, self.configuration) = (courses, configuration)
        guard let file = command.checkpoints.file else { return }
        // It is of one network; the other goes on with what its folder has.
        guard isRegular(file) else {
            throw MDLSTMError(.option, "\(file): a checkpoint of colours is read twice; name a file, or --resume auto")
        }
        let model = try Checkpoint<Element>(contentsOf: file).model
        guard let owner = courses.firstIndex(where: { $0.model == model }) else { return }
        for index in courses.indices where index != owner { self.courses[index].command.checkpoints.resume = "auto" }
    }

    func run() throws {
        if command.printConfig {
            return try printResult(configuration.json.serialized(indented: true).withoutLastBreak)
        }
        printError("seed: \(configuration.training.seed)")
        guard let out = command.out, !command.dryRun else {
            for course in courses {
                try printResult("network \(course.name)")
                try DryRun(course).run()
            }
            return
        }
        let folder = try openFolder(out)
        var finished: [FinishedRun] = []
        for (index, course) in courses.enumerated() {
            printError("network: \(course.name)")
            let run = try DataRun(course, out: "\(out)/\(course.name)")
            if index == 0 { try begin(in: folder, out) }
            finished.append(try run.run())
            printError(finished[index].line)
        }
        try join(finished, in: folder, out)
    }

    /// Refuses folders with other trainings before any time is spent.
    private func openFolder(_ out: String) throws(MDLSTMError) -> OutputFolder {
        let options = command.checkpoints
        if !options.overwrite, options.resume == nil {
            for course in courses { try EarlierRun(inFolder: "\(out)/\(course.name)").requireNone() }
        }
        return try options.openFolder(out)
    }

    /// Writes what is known before the first step.
    private func begin(in folder: OutputFolder, _ out: String) throws {
        for path in [out] + courses.dropFirst().map({ "\(out)/\($0.name)" }) {
            try command.checkpoints.removeEarlier(in: path)
        }
        let (text, listing) = (configuration.json.serialized(indented: true), try courses[0].listing())
        try folder.write("config.json") { path throws(MDLSTMError) in try writeFile(Array(text.utf8), to: path) }
        try folder.write("data.json") { path throws(MDLSTMError) in try listing.write(to: path) }
    }

    /// Both networks in one file, and what they are worth together.
    private func join(_ finished: [FinishedRun], in folder: OutputFolder, _ out: String) throws {
        let planes = try courses.flatMap {
            try DensityFile<Element>(contentsOf: "\(out)/\($0.name)/model.safetensors").planes
        }
        let density = DensityFile(
            planes, seed: configuration.training.seed, members: configuration.modelFileMembers)
        try folder.write("model.safetensors") { path throws(MDLSTMError) in try density.write(to: path) }
        let clock = ContinuousClock()
        let start = clock.now
        let backend = try command.compute.makeBackend(Element.self)
        let found = try DensityEvaluation(
            of: PictureLikelihood(planes, on: backend), on: courses[0].judged, by: courses[0].rules,
            over: Ranks.exchange)
        var said = found.json
        said["seconds"] = .number((clock.now - start) / .seconds(1))
        let reports = finished.map(\.report)
        var networks: JSONObject = [:]
        for (course, report) in zip(courses, reports) { networks[course.name] = report.json }
        said["networks"] = .object(networks)
        let report = RunReport(
            evaluation: said, epochs: reports.reduce(0) { $0 + $1.epochs }, steps: reports.reduce(0) { $0 + $1.steps },
            seconds: reports.reduce(0) { $0 + $1.seconds }, samplesPerSecond: nil, monitor: reports[0].monitor,
            best: nil, end: reports.last?.end)
        try folder.write("report.json") { path throws(MDLSTMError) in try report.write(to: path) }
        try writeMetrics(in: folder, out)
        if let gallery = try courses[0].gallery(of: planes, on: backend) {
            try folder.write("examples.svg") { path throws(MDLSTMError) in try gallery.drawing.write(to: path) }
        }
        if command.json { return try printResult(report.json.serialized()) }
        let figures = found.figures.map { "\($0.name) \(rounded($0.value, 4))" }.joined(separator: ", ")
        try printResult("\(out)/model.safetensors: \(figures) on \(courses[0].judgedBy)")
    }

    /// The lines of both runs, each with the name of its network.
    private func writeMetrics(in folder: OutputFolder, _ out: String) throws {
        var (lines, rows) = ("", "")
        for course in courses {
            let own = "\(out)/\(course.name)"
            for record in try RunLog.records(in: own) {
                var members: JSONObject = ["network": .string(course.name)]
                for (key, value) in record.json.objectValue ?? [:] { members[key] = value }
                lines += JSONValue.object(members).serialized() + "\n"
            }
            let table = String(decoding: try readFile(own + "/metrics.csv"), as: UTF8.self).split(separator: "\n")
            if rows.isEmpty { rows = "network,\(table[0])\n" }
            rows += table.dropFirst().map { "\(course.name),\($0)\n" }.joined()
        }
        for (name, text) in zip(RunLog.fileNames, [lines, rows]) {
            try folder.write(name) { path throws(MDLSTMError) in try writeFile(Array(text.utf8), to: path) }
        }
    }
}

extension PlaneTraining {
    /// Of the network, and of its folder.
    fileprivate var name: String { density.plane.rawValue }
}

extension String {
    fileprivate var withoutLastBreak: String { hasSuffix("\n") ? String(dropLast()) : self }
}

import ArgumentParser
import MDLSTM
import MDLSTMData
import MDLSTMImages
import MDLSTMOpenCL
import MDLSTMTasks

/// Pictures with labels, written to disk as own data are, and the commands that a user types to learn from them.
struct OutlineDemo {
    let out: String
    let pictures: Int, epochs: Int
    let compute: ComputeOptions

    private var data: String { out + "/outlines" }
    private var configuration: String { out + "/outlines.json" }
    private var results: String { out + "/outlines-run" }
    private var answers: String { out + "/outlines-answers" }

    func run() throws {
        try writeData()
        let first = "\(data)/test/images/\(Self.fileName(pictures))"
        try type(
            TrainDataCommand.self, "train",
            [data, "--config", configuration, "--epochs", "\(epochs)", "--out", results, "--overwrite"])
        try type(EvaluateCommand.self, "evaluate", [results, data])
        try type(PredictCommand.self, "predict", [results, first, "--out", answers])
        try compute.withPrecision(Body(demo: self))
    }

    /// Pictures to train with, others for the test, and a configuration that names the classes.
    private func writeData() throws {
        let task = OutlineTask(seed: compute.seed)
        let test = pictures..<(pictures + pictures / 8)
        try write(task, 0..<pictures, to: data)
        try write(task, test, to: data + "/test")
        let names = OutlineTask.classes.map { JSONValue.string($0) }
        let json: JSONValue = ["version": 1, "task": ["kind": "labelSites", "classes": .array(names)]]
        try writeFile(Array(json.serialized(indented: true).utf8), to: configuration)
        try printResult(
            """
            outlines in noise, some with a gap: what is drawn, what is enclosed, what is outside?
            \(data)/images       \(pictures) pictures to train with
            \(data)/labels       the class of each of their pixels
            \(data)/test         \(test.count) more, for the test alone
            \(configuration)         the names of the classes

            """)
    }

    /// Writes `images/NUMBER.png` and `labels/NUMBER.png`, whose pixels are numbers of classes.
    private func write(_ task: OutlineTask, _ numbers: Range<Int>, to folder: String) throws(MDLSTMError) {
        try requireNoOthers(Set(numbers.map(Self.fileName)), in: folder + "/images")
        let (images, labels) = (try OutputFolder(folder + "/images"), try OutputFolder(folder + "/labels"))
        let progress = ProgressLine()
        for number in numbers {
            progress.show("\(folder): picture \(number)")
            let picture = task.picture(number)
            try images.write(Self.fileName(number)) { path throws(MDLSTMError) in try picture.image.write(to: path) }
            try labels.write(Self.fileName(number)) { path throws(MDLSTMError) in try picture.labels.write(to: path) }
        }
        progress.clear()
    }

    /// Refuses a folder with other pictures, which would be learnt too: those of a demo with more of them, for example.
    private func requireNoOthers(_ names: Set<String>, in folder: String) throws(MDLSTMError) {
        let others = (fileNames(inFolder: folder) ?? []).filter { $0.hasSuffix(".png") && !names.contains($0) }
        guard let other = others.min() else { return }
        throw MDLSTMError(
            .cannotCreate,
            "\(folder): expected no pictures but the demo's, found '\(other)'; remove the folder, or choose another with --out"
        )
    }

    private static func fileName(_ number: Int) -> String {
        String(repeating: "0", count: max(0, 4 - String(number).count)) + "\(number).png"
    }

    /// Says a command as it is typed, and runs it.
    private func type<Command: ParsableCommand>(_ type: Command.Type, _ name: String, _ arguments: [String]) throws {
        let arguments = arguments + compute.arguments
        try printResult("$ \(CommandLine.arguments[0]) \(name) \(arguments.joined(separator: " "))")
        var command = try Command.parse(arguments)
        try command.run()
        try printResult("")
    }

    private struct Body: PrecisionBody {
        let demo: OutlineDemo
        func run<T: Scalar>(_ type: T.Type) throws { try demo.compare(T.self) }
    }

    /// The model beside what is had without looking, and pictures of what it answers.
    private func compare<T: Scalar>(_ type: T.Type) throws {
        let trained = try TrainedModel<T>(results)
        let test: any DataSet<T> = try OpenedData(data, DataRequest()).samples(.test)
        let model = try compute.makeBackend(T.self, isNamed: false).makeModel(
            trained.file.model, parameters: trained.file.parameters)
        let counts = try trained.pipeline.evaluate(model, on: test, batch: trained.batch).counts
        let floor = counts.mostFrequent
        func row(_ name: String, _ figures: Double?...) -> [String] {
            [name] + figures.map { $0.map { rounded($0, 4) } ?? "-" }
        }
        try printResult(
            table([
                ["the \(counted(test.count, "picture")) of the test", "site accuracy", "mean IoU"],
                row("the trained model", counts.accuracy, counts.meanIoU),
                row("'\(trained.pipeline.classes[floor.label])' everywhere", floor.accuracy, floor.meanIoU),
            ]))
        let folder = try OutputFolder(results)
        let ordered = DataSubset(of: test, try Self.byInside(test))
        if let examples = try trained.pipeline.examples(model, on: ordered, title: "pictures of the test") {
            try folder.write("test.svg") { path throws(MDLSTMError) in try examples.drawing.write(to: path) }
        }
        try printResult("")
        for name in ["curves.svg", "confusion.svg", "test.svg"] { try printResult("\(results)/\(name)") }
        try printResult("\nYour own pictures take the same three commands, in folders like those of \(data).")
    }

    /// Numbers of pictures from those that enclose nothing to those that enclose most: of each sort some are shown.
    private static func byInside<T: Scalar>(_ pictures: any DataSet<T>) throws -> [Int] {
        let inside = OutlineTask.classes.firstIndex(of: "inside")!
        let sizes = try (0..<pictures.count).map { number in
            try pictures.sample(at: number).target.labels?.values.count { $0 == inside } ?? 0
        }
        return sizes.indices.sorted { (sizes[$0], $0) < (sizes[$1], $1) }
    }
}

extension ComputeOptions {
    /// The flags that say something else than leaving them out does.
    fileprivate var arguments: [String] {
        (backend == .opencl ? [] : ["--backend", backend.rawValue]) + (device.map { ["--device", $0] } ?? [])
            + (precision == .float32 ? [] : ["--precision", precision.rawValue])
            + (givenSeed.map { ["--seed", "\($0)"] } ?? []) + (path == .auto ? [] : ["--path", path.rawValue])
    }
}

import ArgumentParser
import MDLSTM
import MDLSTMData
import MDLSTMTasks

/// `mdlstm predict` of a model that reads lines: pictures of lines, and pages whose lines an XML marks.
struct PredictedLines<Element: Scalar> {
    let command: PredictCommand
    let trained: TrainedLines<Element>

    /// What is read of one file.
    private enum Source {
        case line
        /// Its lines' names; what is cut out of it is not kept.
        case page([String])
    }

    func run() throws {
        guard !command.probabilities else {
            throw ValidationError(
                "--probabilities is for classes; 'mdlstm run' gives what a model of lines says of frames")
        }
        let pipeline = trained.pipeline
        let files = try command.lineFiles()
        let sources = try sources(files)
        try Ranks.requireSame(model: command.model, data: Ranks.listing(of: files), command.compute)
        let folder = try ReadingFolder(command.out, overlays: command.decoding.overlay, names: files)
        let read = try command.decoding.reader(trained.decoder, alphabet: pipeline.alphabet)
        let network = try command.compute.makeBackend(Element.self).makeModel(
            trained.file.model, parameters: trained.file.parameters)
        try command.answer(files, as: .transcribe, line: Self.line) { index in
            func line(_ input: Tensor<Element>, _ name: String) throws -> ReadLine {
                try pipeline.read(Sample(input: input, target: .none), named: name, by: network, read: read)
            }
            var members: JSONObject
            switch sources[index] {
            case .line:
                let line = try line(try LineReader().input(files[index]), files[index])
                members = ["text": .string(line.text), "confidence": .number(line.reading.confidence)]
                members["output"] = .string(try folder.write(line, of: index))
            case .page:
                let page = try PageToRead(contentsOf: files[index], height: DataRequest().lineHeight)
                let lines = try page.lines.indices.map { number in
                    try line(try page.input(number), "\(files[index])#\(page.lines[number])")
                }
                members = [
                    "lines": .array(
                        zip(page.lines, lines).map { name, line in
                            [
                                "line": .string(name), "text": .string(line.text),
                                "confidence": .number(line.reading.confidence),
                            ]
                        })
                ]
                members["output"] = .string(try folder.write(lines, named: page.lines, of: index))
            }
            members["input"] = .string(files[index])
            return members
        }
    }

    private static func line(_ members: JSONValue) -> String {
        let output = members["output"]?.stringValue ?? ""
        guard let lines = members["lines"]?.arrayValue else {
            return "\(output): \(members["text"]?.stringValue ?? "")"
        }
        return lines.map { "\(output): \($0["text"]?.stringValue ?? "")" }.joined(separator: "\n")
    }

    /// Refuses files that cannot be read, all of them named, before the first is.
    private func sources(_ files: [String]) throws -> [Source] {
        var sources: [Source] = []
        try requireAll(files) { file in
            if PageToRead.isPage(file) {
                let page = try PageToRead(contentsOf: file, height: DataRequest().lineHeight)
                for number in page.lines.indices { _ = try trained.pipeline.frames(of: page.extents(of: number)) }
                _ = try page.input(0, as: Float.self)
                sources.append(.page(page.lines))
            } else {
                let input: Tensor<Float> = try LineReader().input(file)
                _ = try trained.pipeline.frames(of: Array(input.shape.prefix(2)))
                sources.append(.line)
            }
        }
        return sources
    }
}

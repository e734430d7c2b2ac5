import ArgumentParser
import MDLSTM
import MDLSTMData
import MDLSTMTasks

/// `mdlstm predict` of a density: the log-likelihoods of every picture's sites.
struct PredictedDensity<Element: Scalar> {
    let command: PredictCommand
    let trained: DensityFile<Element>

    func run() throws {
        guard !command.probabilities else {
            throw ValidationError("--probabilities is for classes; the model is a density")
        }
        let files = try command.files()
        var request = DataRequest()
        request.kind = .density
        let pictures = try files.map { file in
            guard
                let opened = try OpenedImages(
                    file, request, color: trained.options.color, least: trained.model.leastExtents)
            else {
                throw MDLSTMError(.data, "\(file): expected a picture or a .npy array of them, found something else")
            }
            if let fault = opened.faults.first { throw MDLSTMError(.data, "\(file.parent)\(fault.message)") }
            return opened.pictures(.training)
        }
        try Ranks.requireSame(model: command.model, data: Ranks.listing(of: files), command.compute)
        let names = try AnswerNames(command.out, of: files, ending: "npy")
        var likelihood = try PictureLikelihood(trained.planes, on: command.compute.makeBackend(Element.self))
        let seed = command.compute.givenSeed ?? trained.options.noiseSeed
        try command.answer(files, as: .density, line: { $0["output"]?.stringValue ?? "" }) { index in
            let nats = try pictures[index].map { try likelihood.nats(of: $0.noisy(seed: seed), name: files[index]) }
            let values = nats.flatMap(\.values).map { Element($0) }
            // Pictures of one array have one size.
            let tensor = Tensor(shape: (nats.count > 1 ? [nats.count] : []) + nats[0].shape, values: values)
            try NumpyArray(tensor).write(to: names.file(of: index))
            return ["input": .string(files[index]), "output": .string(names.file(of: index))]
        }
    }
}

extension String {
    /// The folder of a path with its slash; nothing where there is none.
    fileprivate var parent: String { lastIndex(of: "/").map { String(self[...$0]) } ?? "" }
}

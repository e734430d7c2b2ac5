public import ArgumentParser
import MDLSTM
import MDLSTMData
import MDLSTMImages
public import MDLSTMTasks

extension InPaintingMethod: ExpressibleByArgument {}

/// Holes of pictures filled in by a density.
struct InpaintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inpaint", abstract: "Fill holes of a picture by a density of pictures.",
        discussion: """
            MODEL is a run's folder or a model file of 'mdlstm train DATA' for a density. What the mask marks is drawn from the \
            model given the rest: first pixel by pixel, then block by block, each kept or not by the rule of Metropolis and \
            Hastings, so that it fits what is below and to the right too. --method map takes the likeliest picture that \
            gradients find, which is smooth. Of colours luma is filled in first, then chroma given luma, each with as many \
            candidates and sweeps. All other pixels are kept. The same seed gives the same.
            """)

    @Argument(help: "The model: a file, or the folder of a run.")
    var model: String

    @Option(help: "The picture: a file of one, or a .npy array [H, W], of colours [H, W, 3].")
    var input: String

    @Option(help: "Which pixels are filled in: those above 0 of a PNG or a .npy array of the same size.")
    var mask: String

    @Option(help: "A file for the picture (.png, .npy), of several NAME-0.png, ..")
    var output: String

    @Option(help: "sample, or map for the likeliest picture.")
    var method = InPaintingMethod.sample

    @Option(parsing: .unconditional, help: "Times that every block is drawn anew, or steps along the gradient.")
    var sweeps = 100

    @Option(
        parsing: .unconditional, help: "Pictures drawn to begin with; the one that the pixels around fit best is kept.")
    var candidates = 5

    @Option(parsing: .unconditional, help: "Pictures to make, side by side.")
    var count = 1

    @Flag(help: "Print one JSON object: the bits of the hole over the sweeps.")
    var json = false

    @OptionGroup var compute: ComputeOptions

    func validate() throws {
        guard (0...1_000_000).contains(sweeps) else {
            throw ValidationError("--sweeps must be from 0 to 1000000, found \(sweeps)")
        }
        guard (1...1000).contains(candidates) else {
            throw ValidationError("--candidates must be from 1 to 1000, found \(candidates)")
        }
        guard (1...256).contains(count) else { throw ValidationError("--count must be from 1 to 256, found \(count)") }
        try PictureOutput.validate(output)
    }

    func run() throws { try compute.withPrecision(Body(command: self)) }

    private struct Body: PrecisionBody {
        let command: InpaintCommand
        func run<T: Scalar>(_ type: T.Type) throws { try command.run(T.self) }
    }

    private func run<T: Scalar>(_ type: T.Type) throws {
        let path = TrainedModel<T>.file(of: model)
        let tensors = try TensorFile(contentsOf: path)
        guard try DensityFile<T>.isDensity(tensors) else {
            throw MDLSTMError(.data, "\(path): expected a density of pictures, found another model")
        }
        let trained = try DensityFile<T>(tensors, path: path)
        try trained.requireWhole(model)
        let (picture, hole) = try hole(in: trained)
        let range = trained.options.range ?? 0...256
        try requireRoom(for: picture, in: range)
        var painting = InPainting(trained.planes, range: range)
        (painting.method, painting.sweeps, painting.candidates) = (method, sweeps, candidates)
        (painting.count, painting.seed) = (count, compute.seed)
        let backend = try compute.makeBackend(T.self)
        var report = try InpaintReport(trained, hole, name: input, on: backend)
        let (clock, progress) = (ContinuousClock(), ProgressLine())
        let start = clock.now
        let shown = Set((0...10).map { sweeps * $0 / 10 })
        let filled = try painting.fill(hole, on: backend) { done in
            progress.show(
                fraction: report.share(of: done, sweeps: sweeps), "\(report.words(done.plane))sweep \(done.sweep)")
            guard shown.contains(done.sweep) else { return }
            progress.clear()
            try report.tell(done)
        }
        progress.clear()
        let names = SampleFiles.names(output, count: count)
        for (name, pixels) in zip(names, filled) {
            let values: [T] = picture.filled(pixels, where: hole.mask, in: range).map { T($0) }
            try PictureOutput.write(
                values, (picture.height, picture.width), channels: picture.channels, range, to: name)
        }
        let seconds = (clock.now - start) / .seconds(1)
        try report.end(filled[0], pixels: hole.count, seconds: seconds)
        guard json else { return try names.forEach { try printResult($0) } }
        var members: JSONObject = [
            "task": .string(TaskKind.density.rawValue), "method": .string(method.rawValue),
            "pixels": .integer(hole.count), "outputs": .array(names.map { .string($0) }), "seconds": .number(seconds),
        ]
        for (key, value) in report.json { members[key] = value }
        try printResult(JSONValue.object(members).serialized())
    }

    /// Refuses files that would change the pixels that are kept, and more numbers than a device addresses.
    private func requireRoom(for picture: DensityPicture, in range: ClosedRange<Double>) throws {
        let isOfBytes = range.lowerBound >= 0 && range.upperBound <= 256
        guard isOfBytes || !output.lowercased().hasSuffix(".png") else {
            throw ValidationError(
                "--output: the pictures of the model have numbers from \(rounded(range.lowerBound, 3)) to "
                    + "\(rounded(range.upperBound, 3)), which 8 bits of a .png do not keep; give a .npy file")
        }
        // Every copy twice, with room for a padded border.
        let numbers = 2 * count * (picture.height + 256) * (picture.width + 256) * picture.channels
        guard numbers <= Int(Int32.max) else {
            throw ValidationError(
                "--count \(count): so many copies of \(picture.height) x \(picture.width) pixels are more numbers than a "
                    + "device addresses at once; give fewer")
        }
    }

    private func hole<T: Scalar>(in trained: DensityFile<T>) throws -> (DensityPicture, PictureHole) {
        var request = DataRequest()
        request.kind = .density
        guard
            let opened = try OpenedImages(
                input, request, color: trained.options.color, least: trained.model.leastExtents)
        else {
            throw MDLSTMError(.data, "\(input): expected a picture, found something else")
        }
        if let fault = opened.faults.first { throw MDLSTMError(.data, fault.message) }
        let pictures = opened.pictures(.training)
        guard let picture = pictures.first, pictures.count == 1 else {
            throw MDLSTMError(.data, "\(input): expected one picture, found \(pictures.count)")
        }
        let mask = try PictureMask(contentsOf: mask)
        guard mask.height == picture.height, mask.width == picture.width else {
            throw MDLSTMError(
                .data,
                "\(self.mask): the mask has \(mask.height) x \(mask.width) pixels, the picture \(picture.height) x "
                    + "\(picture.width); give one of the same size")
        }
        let noisy = picture.noisy(seed: trained.model.options.noiseSeed)
        return (picture, try PictureHole(noisy, mask: mask.isMarked, of: trained.model, name: self.mask))
    }
}

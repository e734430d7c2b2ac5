import ArgumentParser
import Foundation
import MDLSTM
import MDLSTMTasks

/// Text drawn from a trained model.
struct SampleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample", abstract: "Draw text or pictures from a model that was trained on some.",
        discussion: """
            MODEL is a run's folder or a model file of 'mdlstm train DATA'. Text is written as it comes, beginning with the \
            prime; what is drawn as bytes and is no UTF-8 is written as U+FFFD, unless --raw. Pictures are drawn from a \
            density, pixel by pixel, all at once that wait for no other, and need --output. The same seed draws the same.
            """)

    @Argument(help: "The model: a file, or the folder of a run.")
    var model: String

    @Option(parsing: .unconditional, help: "Symbols to draw.")
    var length = 1000

    @Option(parsing: .unconditional, help: "What the text begins with; - for standard input.")
    var prime = ""

    @Option(parsing: .unconditional, help: "Ends a sample once this has been drawn.")
    var until: String?

    @Option(
        parsing: .unconditional,
        help: "Below 1 the likelier symbols are drawn more often, above 1 less; 0 takes the likeliest always.")
    var temperature = 1.0

    @Option(parsing: .unconditional, help: "Samples, drawn side by side.")
    var count = 1

    @Option(help: ArgumentHelp("Of pictures: height and width in pixels.", valueName: "HxW"))
    var size: PictureSize?

    @Option(help: "Of pictures: fronts, or raster for one pixel after the other, which draws the same slowly.")
    var order: DrawingOrder?

    @Option(
        help: """
            A file for the text or the picture (.png, .npy), of several NAME-0.txt, ..; in a folder that is there drawn.txt \
            or drawn.png. Text goes to standard output unless given.
            """)
    var output: String?

    @Flag(help: "Write bytes as they are drawn, UTF-8 or not.")
    var raw = false

    @OptionGroup var compute: ComputeOptions

    func validate() throws {
        guard length >= 1, length <= 1 << 40 else {
            throw ValidationError("--length must be at least 1, found \(length)")
        }
        guard (1...4096).contains(count) else {
            throw ValidationError("--count must be from 1 to 4096, found \(count)")
        }
        guard temperature >= 0, temperature <= 1e6 else {
            throw ValidationError("--temperature must be from 0 to 1e6, found \(temperature)")
        }
        if count > 1, let output, SampleFiles.isStream(output) {
            throw ValidationError(
                "--output \(output) is for one sample; leave it out to write all of them to standard output")
        }
        if let size, !(1...16_384).contains(size.height) || !(1...16_384).contains(size.width) {
            throw ValidationError("--size takes extents from 1 to 16384, found \(size)")
        }
        if until?.isEmpty == true { throw ValidationError("--until must name some text") }
    }

    func run() throws { try compute.withPrecision(Body(command: self)) }

    private struct Body: PrecisionBody {
        let command: SampleCommand
        func run<T: Scalar>(_ type: T.Type) throws { try command.run(T.self) }
    }

    private func run<T: Scalar>(_ type: T.Type) throws {
        let path = TrainedModel<T>.file(of: model)
        let tensors = try TensorFile(contentsOf: path)
        if try DensityFile<T>.isDensity(tensors) {
            return try SampledPictures(command: self, trained: DensityFile<T>(tensors, path: path)).run()
        }
        let trained = try TrainedText<T>(ModelFile(tensors, path: path), path: path)
        guard size == nil, order == nil else {
            throw ValidationError("--size and --order are for pictures; the model is none of them")
        }
        let alphabet = trained.alphabet
        let bytes =
            prime == "-" ? alphabet.unit.withoutMark(try readFile(StandardStream.input("-"))) : Array(prime.utf8)
        let begun: SymbolText
        do { begun = try alphabet.classes(of: bytes) } catch {
            throw MDLSTMError(.data, "--prime: \(error.message)")
        }
        let unknown = (0..<begun.count).count { begun[$0] == Alphabet.unknown }
        if unknown > 0 {
            printError("note: \(counted(unknown, "symbol")) of the prime are not in the model's alphabet")
        }
        let network = try compute.makeBackend(T.self).makeModel(trained.file.model, parameters: trained.file.parameters)
        let sampler = try TextSampler(
            network, alphabet: alphabet, prime: begun, count: count, temperature: temperature, seed: compute.seed)
        try write(sampler, beginning: bytes)
    }

    /// Draws, and writes each sample: the first to standard output as it comes.
    private func write<T: Scalar>(_ sampler: TextSampler<T>, beginning: [UInt8]) throws {
        let file = try output.map { try SampleFiles.path(StandardStream.output($0), ending: "txt") }
        let goal = until.map { Array($0.utf8) }
        var samples = Array(repeating: DrawnText(beginning: beginning, repairs: !raw), count: count)
        var out = output == nil ? SampleStream() : nil
        try out?.write(samples[0].shown())
        let clock = ContinuousClock()
        let start = clock.now
        var drawn = 0
        while drawn < length, samples.contains(where: { !$0.isOver }) {
            let symbols = try sampler.next()
            drawn += 1
            for (index, symbol) in symbols.enumerated() where !samples[index].isOver {
                samples[index].add(sampler.alphabet.bytes(of: symbol), until: goal)
            }
            try out?.write(samples[0].shown())
        }
        let seconds = (clock.now - start) / .seconds(1)
        for index in samples.indices { samples[index].end() }
        if let file {
            for (name, sample) in zip(SampleFiles.names(file, count: count), samples) {
                try writeFile(sample.all, to: name)
            }
        } else {
            try out?.write(samples[0].shown())
            try out?.endLine()
            for index in samples.indices.dropFirst() {
                try out?.flush()
                printError("sample \(index)")
                try out?.write(samples[index].shown())
                try out?.endLine()
            }
            try out?.flush()
        }
        printError(
            "\(counted(drawn, "symbol")) of \(counted(count, "sample")), \(rounded(Double(drawn * count) / max(seconds, 1e-9), 0)) a "
                + "second")
    }
}

/// One sample on its way.
private struct DrawnText {
    /// Everything that is to be written.
    private(set) var all: [UInt8] = []
    private(set) var isOver = false
    private var drawn: [UInt8] = []
    private var repair: TextRepair?
    private var done = 0

    init(beginning: [UInt8], repairs: Bool) {
        repair = repairs ? TextRepair() : nil
        take(beginning)
    }

    private mutating func take(_ bytes: [UInt8]) { all += repair.map { _ in Array(repair!.add(bytes).utf8) } ?? bytes }

    /// Adds what was drawn; the sample is over where it ends with `goal`.
    mutating func add(_ bytes: [UInt8], until goal: [UInt8]?) {
        take(bytes)
        guard let goal else { return }
        drawn = (drawn + bytes).suffix(goal.count)
        isOver = drawn == goal
    }

    mutating func end() {
        if repair != nil { all += Array(repair!.end().utf8) }
        repair = nil
    }

    /// What has come since the last call.
    mutating func shown() -> ArraySlice<UInt8> {
        defer { done = all.count }
        return all[done...]
    }
}

/// Standard output for text as it comes: at once on a terminal, in larger pieces elsewhere.
private struct SampleStream {
    private var waiting: [UInt8] = []
    private var last: UInt8?
    private let isTerminal = isatty(STDOUT_FILENO) == 1

    mutating func write(_ bytes: ArraySlice<UInt8>) throws(MDLSTMError) {
        waiting += bytes
        last = bytes.last ?? last
        if isTerminal || waiting.count >= 256 { try flush() }
    }

    mutating func endLine() throws(MDLSTMError) {
        if last != UInt8(ascii: "\n") { try write([UInt8(ascii: "\n")]) }
        last = nil
    }

    mutating func flush() throws(MDLSTMError) {
        defer { waiting = [] }
        if let reason = writeAll(waiting, to: STDOUT_FILENO) {
            throw MDLSTMError(.cannotWrite, "the text cannot be written to stdout: \(reason)")
        }
    }
}

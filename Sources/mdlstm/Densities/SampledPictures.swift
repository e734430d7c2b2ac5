import ArgumentParser
import Foundation
import MDLSTM
import MDLSTMImages
import MDLSTMTasks

/// `--order` of pixels.
enum DrawingOrder: String, ExpressibleByArgument, CaseIterable {
    case fronts, raster
}

/// `mdlstm sample` of a density: whole pictures.
struct SampledPictures<Element: Scalar> {
    let command: SampleCommand
    let trained: DensityFile<Element>

    func run() throws {
        guard let output = try command.output.map({ try SampleFiles.path($0, ending: "png") }) else {
            throw ValidationError("--output names the file for the pictures, .png or .npy")
        }
        guard command.prime.isEmpty, command.until == nil, !command.raw else {
            throw ValidationError("--prime, --until and --raw are for text; the model is a density of pictures")
        }
        try PictureOutput.validate(output)
        let names = SampleFiles.names(output, count: command.count)
        let range = trained.options.range ?? 0...256
        let size = (command.size?.height ?? 256, command.size?.width ?? 256)
        try trained.requireWhole(command.model)
        var request = PictureRequest(trained.planes, height: size.0, width: size.1, range: range)
        (request.count, request.seed) = (command.count, command.compute.seed)
        request.isInRasterOrder = command.order == .raster
        let backend = try command.compute.makeBackend(Element.self)
        let clock = ContinuousClock()
        let start = clock.now
        let pictures = try backend.draw(request)
        let seconds = (clock.now - start) / .seconds(1)
        let (pixels, channels) = (size.0 * size.1, pictures.shape[3])
        for (index, name) in names.enumerated() {
            let values = Array(pictures.values[(index * pixels * channels)..<((index + 1) * pixels * channels)])
            try PictureOutput.write(values, size, channels: channels, range, to: name)
        }
        printError(
            "\(counted(command.count, "picture")) of \(size.0)x\(size.1) in \(rounded(seconds, 2)) s, "
                + "\(rounded(Double(pixels * command.count) / max(seconds, 1e-9), 0)) pixels a second")
    }
}

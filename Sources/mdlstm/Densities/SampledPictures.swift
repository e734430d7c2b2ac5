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
        guard let output = command.output else {
            throw ValidationError("--output names the file for the pictures, .png or .npy")
        }
        guard command.prime.isEmpty, command.until == nil, !command.raw else {
            throw ValidationError("--prime, --until and --raw are for text; the model is a density of pictures")
        }
        let names = (0..<command.count).map { command.count == 1 ? output : Self.numbered(output, $0) }
        guard output.lowercased().hasSuffix(".png") || output.lowercased().hasSuffix(".npy") else {
            throw ValidationError("--output must end in .png or .npy, found '\(output)'")
        }
        let range = trained.model.options.range ?? 0...256
        let size = (command.size?.height ?? 256, command.size?.width ?? 256)
        var request = PictureRequest(
            trained.model, trained.whitening, parameters: trained.parameters, height: size.0, width: size.1,
            range: range)
        (request.count, request.seed) = (command.count, command.compute.seed)
        request.isInRasterOrder = command.order == .raster
        let backend = try command.compute.makeBackend(Element.self)
        let clock = ContinuousClock()
        let start = clock.now
        let pictures = try backend.draw(request)
        let seconds = (clock.now - start) / .seconds(1)
        let pixels = size.0 * size.1
        for (index, name) in names.enumerated() {
            let values = Array(pictures.values[(index * pixels)..<((index + 1) * pixels)])
            try Self.write(values, size, range, to: name)
        }
        printError(
            "\(counted(command.count, "picture")) of \(size.0)x\(size.1) in \(rounded(seconds, 2)) s, "
                + "\(rounded(Double(pixels * command.count) / max(seconds, 1e-9), 0)) pixels a second")
    }

    private static func write(
        _ values: [Element], _ size: (Int, Int), _ range: ClosedRange<Double>, to path: String
    ) throws {
        if path.lowercased().hasSuffix(".npy") {
            return try NumpyArray(Tensor(shape: [size.0, size.1, 1], values: values)).write(to: path)
        }
        try Image(levels: values.map { Double($0) }, height: size.0, width: size.1, range: range).write(to: path)
    }

    private static func numbered(_ path: String, _ index: Int) -> String {
        let url = URL(filePath: path)
        return "\(url.deletingPathExtension().relativePath)-\(index).\(url.pathExtension)"
    }
}

extension Image {
    /// Gray pixels with noise back to levels of 256; where the range is another, it is spread over them.
    init(levels: [Double], height: Int, width: Int, range: ClosedRange<Double>) {
        let isOfBytes = range.lowerBound >= 0 && range.upperBound <= 256
        let pixels = levels.map { value -> UInt8 in
            let level = isOfBytes ? value : 256 * (value - range.lowerBound) / (range.upperBound - range.lowerBound)
            return UInt8(max(0, min(255, level.isFinite ? level.rounded(.down) : 0)))
        }
        self.init(width: width, height: height, channels: 1, pixels: pixels)
    }
}

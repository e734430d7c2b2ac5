import ArgumentParser
import Foundation
import MDLSTM
import MDLSTMImages

/// The files of `--output` for pictures.
enum PictureOutput {
    static func validate(_ path: String) throws {
        guard path.lowercased().hasSuffix(".png") || path.lowercased().hasSuffix(".npy") else {
            throw ValidationError("--output must end in .png or .npy, found '\(path)'")
        }
    }

    /// Writes a picture, `[height, width]` or `[height, width, 3]`, in a form that is read back.
    static func write<T: Scalar>(
        _ values: [T], _ size: (height: Int, width: Int), channels: Int = 1, _ range: ClosedRange<Double>,
        to path: String
    ) throws {
        if path.lowercased().hasSuffix(".npy") {
            return try NumpyArray(
                Tensor(shape: [size.height, size.width] + (channels == 1 ? [] : [channels]), values: values)
            ).write(to: path)
        }
        try Image(
            levels: values.map { Double($0) }, height: size.height, width: size.width, channels: channels, range: range
        ).write(to: path)
    }
}

extension Image {
    /// Pixels with noise back to levels of 256; where the range is another, it is spread over them.
    init(levels: [Double], height: Int, width: Int, channels: Int, range: ClosedRange<Double>) {
        let isOfBytes = range.lowerBound >= 0 && range.upperBound <= 256
        let pixels = levels.map { value -> UInt8 in
            let level = isOfBytes ? value : 256 * (value - range.lowerBound) / (range.upperBound - range.lowerBound)
            return UInt8(max(0, min(255, level.isFinite ? level.rounded(.down) : 0)))
        }
        self.init(width: width, height: height, channels: channels, pixels: pixels)
    }
}

extension DensityFile {
    /// Refuses one plane alone of a density of colours.
    func requireWhole(_ path: String) throws(MDLSTMError) {
        let expected = options.color.planes
        guard planes.count < expected.count else { return }
        throw MDLSTMError(
            .data,
            "\(path): found \(model.plane.rawValue) alone; expected "
                + "\(expected.map(\.rawValue).joined(separator: " and ")), the model of the run's own folder")
    }
}

extension DensityPicture {
    /// The numbers of the picture, `[height, width, channels]`, some of its pixels taken from another as densities read it.
    func filled(_ other: Tensor<Double>, where mask: [Bool], in range: ClosedRange<Double>) -> [Double] {
        (0..<count).flatMap { place -> [Double] in
            let numbers = (place * channels)..<((place + 1) * channels)
            guard mask[place] else { return numbers.map { self[$0] } }
            var pixel = Array(other.values[numbers])
            if channels == 3 {
                let color = ColorTransform.rgb(SIMD3(pixel[0], pixel[1], pixel[2]))
                pixel = (0..<3).map { color[$0] }
            }
            // Levels without the noise, which is below one; the range ends after the largest.
            let largest = hasLevels ? range.upperBound - 1 : range.upperBound
            return pixel.map { min(max(hasLevels ? $0.rounded(.down) : $0, range.lowerBound), largest) }
        }
    }
}

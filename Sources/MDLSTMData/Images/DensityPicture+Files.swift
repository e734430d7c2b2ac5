import MDLSTM
import MDLSTMImages

extension DensityPicture {
    /// A picture's levels, of 256 or, where it has more bits, 65,536; alpha is left out.
    ///
    /// Colours become gray by 0.299 R + 0.587 G + 0.114 B, rounded to a level.
    ///
    /// - Throws: `MDLSTMError` of kind `data` for a gray picture that is to have colours.
    init(_ file: ImageFile, as color: DensityColor, name: String) throws(MDLSTMError) {
        let picture: Tensor<Double>
        switch color {
        case .gray: picture = try PictureReader(channels: 1).input(file)
        case .ycc:
            picture = try file.tensor(Double.self, leavesOutAlpha: true)
            guard picture.shape[3] == 3 else {
                throw MDLSTMError(
                    .data,
                    "expected red, green and blue, since 'color' is \"ycc\", found a gray picture; leave it out, or learn "
                        + "gray pictures with \"color\": \"gray\"")
            }
        }
        let largest = file.bitDepth > 8 ? 65_535.0 : 255
        self.init(
            name: name, height: file.height, width: file.width, channels: color.channels,
            levels: picture.values.map { UInt16(($0 * largest).rounded()) })
    }

    /// The pictures of an array: of gray `[H, W]`, `[B, H, W]` or `[B, H, W, 1]`, of colours `[H, W, 3]` or `[B, H, W, 3]`.
    static func arrays(_ file: DataFile, as color: DensityColor) throws(MDLSTMError) -> [DensityPicture] {
        let array = try NumpyArray(contentsOf: file.path)
        let values: Tensor<Double> = try array.tensor()
        let channels = color.channels
        var shape = array.shape
        if color == .gray, shape.count < 4 { shape.append(1) }
        if shape.count == 3 { shape.insert(1, at: 0) }
        guard shape.count == 4, shape[3] == channels, shape.allSatisfy({ $0 > 0 }) else {
            throw MDLSTMError(
                .data,
                "\(file.path): expected \(color == .gray ? "gray" : "RGB") pictures, an array [B, H, W, \(channels)], found the "
                    + "shape \(array.shape); give \(counted(channels, "channel"))"
                    + (color == .gray ? "" : ", or learn gray pictures with \"color\": \"gray\""))
        }
        try values.requireFinite("\(file.path): the array")
        let (height, width) = (shape[1], shape[2])
        let size = height * width * channels
        var pictures: [DensityPicture] = []
        for index in 0..<shape[0] {
            let name = shape[0] == 1 ? file.name : "\(file.name)[\(index)]"
            let pixels = Array(values.values[(index * size)..<((index + 1) * size)])
            if array.type.isFloatingPoint {
                pictures.append(
                    DensityPicture(name: name, height: height, width: width, channels: channels, numbers: pixels))
                continue
            }
            guard let least = pixels.min(), let most = pixels.max(), least >= 0, most <= 65_535 else {
                throw MDLSTMError(
                    .data,
                    "\(file.path): expected whole numbers from 0 to 65535, found \(pixels.min() ?? 0) to \(pixels.max() ?? 0); "
                        + "save other numbers as float64, with noise added")
            }
            pictures.append(
                DensityPicture(
                    name: name, height: height, width: width, channels: channels, levels: pixels.map { UInt16($0) }))
        }
        return pictures
    }
}

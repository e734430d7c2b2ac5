public import MDLSTM

/// Patches of pictures to train a density with, drawn anew at every step: a place in a random picture, half of them mirrored,
/// with noise of their own.
public struct PatchBatches<Element: Scalar>: BatchSource {
    public let pictures: [DensityPicture]

    /// Sites of a patch, by axis, and patches of a batch.
    public let patch: [Int], batch: Int
    private let model: DensityModel

    /// What is taken off every pixel, by channel.
    private let centers: [Double]
    private let seed: UInt64
    private let margins: (above: Int, beside: Int, below: Int)
    private let channelsRead: [Int]

    /// Places where a patch fits, of each picture and those before it.
    private let places: [Int]

    /// - Parameters:
    ///   - pictures: of which at least one has a site
    ///   - model: the density, whose options say the extents of a patch
    ///   - centers: the means of the channels, `DensityModel.centers` of the whitening
    ///   - batch: patches of a step
    ///   - seed: of places, mirroring and noise
    public init(_ pictures: [DensityPicture], model: DensityModel, centers: [Double], batch: Int, seed: UInt64) {
        (self.pictures, self.model, self.centers, self.batch, self.seed) = (pictures, model, centers, batch, seed)
        (margins, channelsRead) = (model.margins, model.neighbourhood.channelsRead)
        let extents = pictures.map { picture in
            let (rows, columns) = model.sites(height: picture.height, width: picture.width)
            return [rows.count, columns.count]
        }
        // The smallest picture has room for a patch, so that all pictures are learnt from.
        let patch = model.options.patch.enumerated().map { axis, extent in
            min(extent, extents.map { $0[axis] }.min() ?? extent)
        }
        self.patch = patch
        var sum = 0
        places = extents.map { own in
            sum += (own[0] - patch[0] + 1) * (own[1] - patch[1] + 1)
            return sum
        }
    }

    /// As many steps as show about as many sites as the pictures have.
    public func count(epoch: Int) -> Int {
        let sites = pictures.reduce(0) { $0 + $1.count }
        return max(1, sites / (batch * patch[0] * patch[1]))
    }

    public func batch(epoch: Int, index: Int) -> TrainingBatch<Element> {
        let step = (epoch - 1) * count(epoch: epoch) + index
        let (height, width) = extents
        let channels = model.model.inputSize
        var values = Array(repeating: Element(0), count: batch * height * width * channels)
        for sample in 0..<batch {
            let stream = RandomStream(
                seed: seed, tensor: UInt32(sample), step: UInt32(truncatingIfNeeded: step),
                stream: RandomStreams.patches)
            fill(&values, from: sample * height * width * channels, by: stream)
        }
        let ones = Array(repeating: Element(1), count: batch * patch[0] * patch[1])
        return TrainingBatch(
            input: Tensor(shape: [batch, height, width, channels], values: values),
            target: Tensor(shape: [batch] + patch + [1], values: ones))
    }

    /// Of a patch with its neighbourhoods.
    private var extents: (height: Int, width: Int) {
        (margins.above + patch[0] + margins.below, patch[1] + 2 * margins.beside)
    }

    /// Writes a patch with its neighbourhoods to the elements from `first` on.
    private func fill(_ values: inout [Element], from first: Int, by stream: RandomStream) {
        let drawn = stream.index(below: places.last ?? 1, element: 0)
        let number = places.firstIndex { $0 > drawn } ?? 0
        let picture = pictures[number]
        let (rows, columns) = model.sites(height: picture.height, width: picture.width)
        let across = columns.count - patch[1] + 1
        let place = drawn - (number > 0 ? places[number - 1] : 0)
        let isMirrored = stream.block(1).x & 1 == 1
        let (height, width) = extents
        let top = rows.lowerBound + place / across - margins.above
        let left = columns.lowerBound + place % across - margins.beside
        let channels = model.model.inputSize
        for row in 0..<height {
            for column in 0..<width {
                let element = first + (row * width + column) * channels
                let (y, x) = (top + row, left + (isMirrored ? width - 1 - column : column))
                guard (0..<picture.height).contains(y), (0..<picture.width).contains(x) else {
                    values[element + channels - 1] = 1
                    continue
                }
                let pixel = picture.planes(at: y * picture.width + x) {
                    stream.uniform(2 + (row * width + column) * picture.channels + $0)
                }
                for (index, channel) in channelsRead.enumerated() {
                    values[element + index] = Element(pixel[channel] - centers[channel])
                }
            }
        }
    }
}

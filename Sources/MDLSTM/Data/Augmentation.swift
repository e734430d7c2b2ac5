/// Changes of samples in training.
///
/// All but ``stretch`` and ``shear`` are exact on the grid: sites move as a whole, nothing is interpolated. What is drawn depends on the seed, the epoch and the sample's number alone. Targets of every site move with them.
public struct Augmentation: Hashable, Sendable {
    /// Mirrors each axis with probability 1/2.
    public var flip = false

    /// Exchanges the axes of a sample with two with probability 1/2.
    public var transpose = false

    /// Moves by up to so many sites along each axis, every distance as likely; what comes in repeats the border.
    public var shift = 0

    /// Cuts out a part of at most so many sites along each axis, every place as likely; nil for the whole.
    public var crop: Int?

    /// Multiplies each value's distance from the sample's mean by a factor in 1 - contrast ... 1 + contrast.
    public var contrast = 0.0

    /// Adds normal noise of this deviation to every value.
    public var noise = 0.0

    /// Makes the last of two axes longer by a factor in 1 - stretch ... 1 + stretch.
    public var stretch = 0.0

    /// Slants along the last of two axes by up to so many sites for each site of the first.
    public var shear = 0.0

    /// Makes strokes wider or narrower: each value goes up to this share of the way to the largest or the smallest of the
    /// values around it. Of two axes, with ink as the larger number.
    public var stroke = 0.0

    public init() {}

    /// Whether it interpolates, so that numbers of single sites could not move with it.
    public var warps: Bool { stretch > 0 || shear > 0 || stroke > 0 }

    /// Whether it leaves every sample as it is.
    public var isNone: Bool { self == Augmentation() }

    /// - Throws: ``MDLSTMError`` of kind `option` for numbers that make no sense.
    public func validate() throws(MDLSTMError) {
        guard (0...1 << 20).contains(shift), (1...1 << 20).contains(crop ?? 1), (0...1).contains(contrast),
            (0...1e6).contains(noise), (0...0.9).contains(stretch), (0...4).contains(shear), (0...1).contains(stroke)
        else {
            throw MDLSTMError(
                .option,
                "an augmentation shifts by at least 0 sites, crops to at least 1, has a contrast from 0 to 1 and noise of at "
                    + "least 0, stretches by 0 to 0.9, shears by 0 to 4 and has a stroke from 0 to 1; found shift \(shift), crop \(crop.map(String.init) ?? "none"), contrast \(contrast), noise "
                    + "\(noise), stretch \(stretch), shear \(shear), stroke \(stroke)")
        }
    }

    /// The sample as it is in an epoch.
    ///
    /// - Parameters:
    ///   - sample: number `number` of its set
    ///   - seed: of the training
    ///   - epoch: from 1
    ///   - number: of the sample in its set
    public func apply<T: Scalar>(
        to sample: Sample<T>, seed: UInt64, epoch: Int, number: Int
    ) -> Sample<T> {
        guard !isNone else { return sample }
        let stream = Self.stream(seed: seed, epoch: epoch, number: number)
        var changed = sample
        if warps { changed.input = warped(changed.input, stream) }
        if flip || transpose || shift > 0 || crop != nil { changed = move(changed, stream) }
        if contrast > 0 || noise > 0 { recolor(&changed.input.values, stream) }
        return changed
    }

    /// What is drawn for a sample in an epoch.
    static func stream(seed: UInt64, epoch: Int, number: Int) -> RandomStream {
        RandomStream(
            seed: seed, tensor: UInt32(truncatingIfNeeded: number), step: UInt32(truncatingIfNeeded: epoch),
            stream: RandomStreams.augmentation)
    }

    @_specialize(where T == Float)
    @_specialize(where T == Double)
    private func recolor<T: Scalar>(_ values: inout [T], _ stream: RandomStream) {
        if contrast > 0, !values.isEmpty {
            let factor = T(1 - contrast + 2 * contrast * stream.uniform(Draw.contrast))
            var sum: T = 0
            for value in values { sum += value }
            let mean = sum / T(values.count)
            for index in values.indices { values[index] = mean + factor * (values[index] - mean) }
        }
        if noise > 0 {
            for index in values.indices { values[index] += T(noise * stream.normal(Draw.noise + index)) }
        }
    }

    /// Elements of the stream: those of axis k follow each other.
    enum Draw {
        static let flip = 0, transpose = 16, shift = 32, crop = 48, contrast = 64, stretch = 80, shear = 81, stroke = 82
        static let noise = 128
    }

    private func move<T: Scalar>(_ sample: Sample<T>, _ stream: RandomStream) -> Sample<T> {
        let extents = sample.extents
        // The coordinates that are taken along each axis, in order.
        var taken = extents.enumerated().map { axis, extent -> [Int] in
            var coordinates = Array(0..<extent)
            if let crop, crop < extent {
                let first = stream.index(below: extent - crop + 1, element: Draw.crop + axis)
                coordinates = Array(first..<(first + crop))
            }
            if shift > 0 {
                let distance = stream.index(below: 2 * shift + 1, element: Draw.shift + axis) - shift
                let range = (coordinates.first ?? 0)...(coordinates.last ?? 0)
                coordinates = coordinates.map { min(max($0 - distance, range.lowerBound), range.upperBound) }
            }
            if flip, stream.uniform(Draw.flip + axis) < 0.5 { coordinates.reverse() }
            return coordinates
        }
        let isTransposed = transpose && extents.count == 2 && stream.uniform(Draw.transpose) < 0.5
        if isTransposed { taken.swapAt(0, 1) }
        let strides = rowMajorStrides(of: extents)
        let order = isTransposed ? [1, 0] : Array(extents.indices)
        // Axis by axis, the last the fastest.
        var sites = [0]
        for (axis, coordinates) in taken.enumerated() {
            sites = sites.flatMap { site in coordinates.map { site + $0 * strides[order[axis]] } }
        }
        let extentsTaken = taken.map(\.count)
        func gather<Value: BitwiseCopyable>(_ tensor: Tensor<Value>, width: Int) -> Tensor<Value> {
            Tensor(
                shape: extentsTaken + tensor.shape[extents.count...],
                values: Self.gather(tensor.values, sites, width: width))
        }
        var moved = sample
        moved.input = gather(sample.input, width: sample.input.shape.last ?? 1)
        switch sample.target {
        case .labels(let labels) where labels.shape == extents && !extents.isEmpty:
            moved.target = .labels(gather(labels, width: 1))
        case .values(let values) where values.shape.count == extents.count + 1 && !extents.isEmpty:
            moved.target = .values(gather(values, width: values.shape.last ?? 1))
        case .labels, .values, .none: break
        }
        return moved
    }

    @_specialize(where Value == Float)
    @_specialize(where Value == Double)
    @_specialize(where Value == Int32)
    private static func gather<Value: BitwiseCopyable>(_ values: [Value], _ sites: [Int], width: Int) -> [Value] {
        if width == 1 { return sites.map { values[$0] } }
        var gathered: [Value] = []
        gathered.reserveCapacity(sites.count * width)
        for site in sites {
            for place in (site * width)..<(site * width + width) { gathered.append(values[place]) }
        }
        return gathered
    }
}

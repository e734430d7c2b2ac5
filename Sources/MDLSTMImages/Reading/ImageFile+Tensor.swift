public import MDLSTM

extension ImageFile {
    /// Channels of the picture: 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA.
    ///
    /// A palette counts as the colours it holds. A colour or a palette that is transparent in part makes an alpha channel.
    public var channels: Int {
        switch transparency {
        case .none: palette == nil ? storedChannels : 3
        case .colour: storedChannels + 1
        case .palette: 4
        }
    }

    /// Whether the last channel is alpha.
    public var hasAlpha: Bool { channels % 2 == 0 }

    /// The picture as numbers in 0...1, of shape `[1, height, width, channels]`: stored samples over the largest of their
    /// bits, an alpha of 0 or 1 where one colour is transparent.
    ///
    /// With `leavesOutAlpha`, a channel less if the last is alpha. Throws `.data` when a sample numbers a colour that the
    /// palette does not have, or when this machine has no memory for the tensor.
    @_specialize(where T == Float)
    @_specialize(where T == Double)
    public func tensor<T: Scalar>(
        _ type: T.Type = T.self, leavesOutAlpha: Bool = false
    ) throws(MDLSTMError) -> Tensor<T> {
        let colours = leavesOutAlpha && hasAlpha ? channels - 1 : channels
        let shape = [1, height, width, colours]
        let count = width * height * colours
        try requireMemory(for: count, of: T.self, "\(name): the array \(shape)")
        var values: [T] = []
        values.reserveCapacity(count)
        switch samples {
        case .bytes(let samples): try append(samples, channels: colours, to: &values)
        case .words(let samples): try append(samples, channels: colours, to: &values)
        }
        return Tensor(shape: shape, values: values)
    }

    private func append<Sample: FixedWidthInteger, T: Scalar>(
        _ samples: [Sample], channels: Int, to values: inout [T]
    ) throws(MDLSTMError) {
        if let palette {
            for sample in samples {
                guard Int(sample) < palette.count else {
                    throw MDLSTMError(
                        .data,
                        "\(name): expected the number of one of \(counted(palette.count, "colour")), found "
                            + "\(Int(sample)); the palette is cut short, write the file again")
                }
                for channel in 0..<channels { values.append(T(palette[Int(sample)][channel]) / 255) }
            }
            return
        }
        let largest = 1 << bitDepth - 1
        let levels = (0...largest).map { T($0) / T(largest) }
        let stored = min(channels, storedChannels)
        // What the samples do not hold is the alpha of one transparent colour.
        var transparent: [UInt16]?
        if stored < channels, case .colour(let colour) = transparency { transparent = colour }
        for first in stride(from: 0, to: samples.count, by: storedChannels) {
            for sample in samples[first..<(first + stored)] { values.append(levels[Int(sample)]) }
            if let transparent {
                values.append(zip(samples[first...], transparent).allSatisfy { $0 == $1 } ? 0 : 1)
            }
        }
    }
}

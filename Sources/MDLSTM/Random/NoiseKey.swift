/// What the masks of zoneout and dropout are drawn from: the same on every backend and machine.
public struct NoiseKey: Hashable, Sendable {
    public var seed: UInt64

    /// The training step, so that every step has masks of its own.
    public var step: UInt32

    /// The layer of the model.
    public var layer: UInt32

    /// The place of the first sample in the whole batch: a part of a batch has the masks that it has in the whole.
    public var firstSample: Int

    public init(seed: UInt64, step: UInt32, layer: UInt32 = 0, firstSample: Int = 0) {
        self.seed = seed
        self.step = step
        self.layer = layer
        self.firstSample = firstSample
    }

    /// The same for another layer.
    package func of(layer: Int) -> NoiseKey {
        NoiseKey(seed: seed, step: step, layer: UInt32(layer), firstSample: firstSample)
    }

    /// The random bits of one element, numbered over the whole batch.
    package func block(_ element: Int) -> SIMD4<UInt32> {
        Philox.block(
            counter: SIMD4(UInt32(truncatingIfNeeded: element), layer, step, RandomStreams.noise),
            key: SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
    }

    /// Whether something of this probability happens under these random bits.
    package func happens(_ probability: Double, _ word: UInt32) -> Bool { word < Self.threshold(probability) }

    /// Words below it make a thing of this probability happen.
    package static func threshold(_ probability: Double) -> UInt32 { UInt32(probability * 0x1p32) }
}

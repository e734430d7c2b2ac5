/// The random numbers of a pixel: of a pass, a picture and a place on it, so that no order changes them.
struct PixelNoise {
    /// In [0, 1), of component and scale.
    let choice: Double

    /// Two numbers of the normal distribution.
    let normals: [Double]

    init(seed: UInt64, picture: Int, place: Int, step: UInt32) {
        let block = RandomStream(seed: seed, tensor: UInt32(picture), step: step, stream: RandomStreams.sampling)
            .block(place)
        func unit(_ word: UInt32) -> Double { Double(word >> 8) * 0x1p-24 }
        choice = unit(block.x)
        // 1 - u is never 0.
        let radius = (-2 * ExactMath.log(1 - unit(block.y))).squareRoot()
        let turns = unit(block.z)
        let before = turns < 0.25 ? turns + 0.75 : turns - 0.25
        normals = [turns, before].map { radius * ExactMath.cosine(turns: $0) }
    }
}

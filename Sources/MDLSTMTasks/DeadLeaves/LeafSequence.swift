import MDLSTM

/// A disc at twice a picture's size.
package struct Leaf {
    /// The centre, from the upper left corner, and the radius.
    package let y: Double, x: Double, radius: Double

    /// In [0, 1), times 2^24.
    package let gray: Int32

    /// Whether it reaches the centre of the pixel.
    package func covers(row: Int, column: Int) -> Bool {
        let (dy, dx) = (Double(row) + 0.5 - y, Double(column) + 0.5 - x)
        return dy * dy + dx * dx <= radius * radius
    }
}

/// The discs of one picture, the topmost first.
package struct LeafSequence {
    /// For each number of a disc a stream of its own.
    private let radius: RandomStream, y: RandomStream, x: RandomStream, gray: RandomStream

    /// r^-2 of the least and of the largest radius.
    private let ofLeast: Double, ofLargest: Double

    private let margin: Double, height: Double, width: Double

    package init(_ leaves: DeadLeaves, number: Int) {
        func stream(_ step: UInt32) -> RandomStream {
            RandomStream(seed: leaves.seed, tensor: UInt32(number), step: step, stream: RandomStreams.data)
        }
        (radius, y, x, gray) = (stream(0), stream(1), stream(2), stream(3))
        let least = 2 * leaves.radii.lowerBound
        margin = 2 * leaves.radii.upperBound
        (ofLeast, ofLargest) = (1 / (least * least), 1 / (margin * margin))
        (height, width) = (Double(2 * leaves.height), Double(2 * leaves.width))
    }

    /// The disc that lies under `index` others, `index` below 2^32.
    ///
    /// The share of radii up to r is (least^-2 - r^-2) / (least^-2 - largest^-2): solved for r. Nothing but operations that
    /// IEEE 754 rounds exactly is used.
    package subscript(index: Int) -> Leaf {
        Leaf(
            y: place(y.uniform(index), height), x: place(x.uniform(index), width),
            radius: 1 / (ofLeast - radius.uniform(index) * (ofLeast - ofLargest)).squareRoot(),
            gray: Int32(gray.uniform(index) * 0x1p24))
    }

    private func place(_ share: Double, _ extent: Double) -> Double { share * (extent + 2 * margin) - margin }
}

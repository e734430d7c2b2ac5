import MDLSTM

/// A picture of a line and what is written in it.
struct LineEntry: Sendable {
    enum Picture: Sendable {
        /// A picture of the line alone.
        case file(DataFile)
        /// A part of the picture of a page.
        case region(page: DataFile, LineShape)
    }

    /// No two of a part are alike: `a.png`, or `page.xml#line_3`.
    let name: String
    let picture: Picture
    let text: LineText

    /// The file of its picture.
    var file: DataFile {
        switch picture {
        case .file(let file), .region(let file, _): file
        }
    }
}

/// Where a line stands on the picture of a page, in pixels from its upper left corner.
struct LineShape: Sendable, Equatable {
    /// The outline, at least 3 points.
    var polygon: [SIMD2<Double>]

    /// What the letters stand on, from the beginning of the line to its end; at most one point where none is known.
    var baseline: [SIMD2<Double>] = []

    /// Width and height of the picture that the points are for; nil where that is not said.
    var page: SIMD2<Double>?

    /// Whether the points are in a unit of length: they then go with the page, whatever the size of its picture.
    var isInLengths = false
}

/// What could be read of the lines of a part, and what not.
struct ReadLines: Sendable {
    var entries: [LineEntry] = []
    var faults: [DataFault] = []
}

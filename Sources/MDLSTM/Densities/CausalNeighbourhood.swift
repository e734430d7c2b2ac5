/// The sites that a site of a picture is predicted from: those before it in raster order, within a window of odd size.
///
/// A window of size n reaches m = (n - 1) / 2 sites to each side. Letters: D inputs and O outputs of a site; a picture is
/// `[height, width, channels]`. Places are in the order row by row through the window, channels innermost, that of
/// Theis and Bethge's program (arXiv 1506.03478).
public struct CausalNeighbourhood: Hashable, Sendable {
    /// Where an input is, seen from the site.
    public struct Place: Hashable, Sendable {
        /// Rows and columns from the site; negative ones are above and to the left.
        public let row: Int, column: Int

        public let channel: Int
    }

    /// n, the size of the window.
    public let size: Int

    /// The channels of a picture.
    public let channels: Int

    /// The D inputs in order.
    public let inputs: [Place]

    /// The channels at the site itself that are predicted, O in order.
    public let outputs: [Int]

    /// Rows of the window below the site: 0, or m where another channel is known there or the sites are those of such a one.
    public let rowsBelow: Int

    /// Rows of the window above the site, m.
    public var rowsAbove: Int { size / 2 }

    /// Columns of the window on either side of the site, m.
    public var columnsBeside: Int { size / 2 }

    /// All channels of a site from all channels of the sites before it: m rows of n above, m sites to the left.
    ///
    /// D = C (n m + m) and O = C for C channels.
    ///
    /// - Throws: ``MDLSTMError`` unless `size` is odd and at least 3, and `channels` positive.
    public init(size: Int, channels: Int = 1) throws(MDLSTMError) {
        guard channels > 0 else {
            throw MDLSTMError(.option, "a causal neighbourhood of \(counted(channels, "channel")); expected 1 or more")
        }
        let inputs = Self.causalSites(try Self.halfSize(size)).flatMap { site in
            (0..<channels).map { Place(row: site.row, column: site.column, channel: $0) }
        }
        self.init(size: size, channels: channels, inputs: inputs, outputs: Array(0..<channels), rowsBelow: 0)
    }

    /// Chroma of a site from chroma before it and luma all around: channels 1 and 2 of 3, where channel 0 is known.
    ///
    /// The inputs are 2 (n m + m) of chroma, then the n^2 sites of luma, the site itself among them; O = 2.
    ///
    /// - Throws: ``MDLSTMError`` unless `size` is odd and at least 3.
    public static func chromaGivenLuma(size: Int) throws(MDLSTMError) -> CausalNeighbourhood {
        let m = try halfSize(size)
        let chroma = causalSites(m).flatMap { site in
            (1...2).map { Place(row: site.row, column: site.column, channel: $0) }
        }
        let luma = (-m...m).flatMap { row in (-m...m).map { Place(row: row, column: $0, channel: 0) } }
        return CausalNeighbourhood(size: size, channels: 3, inputs: chroma + luma, outputs: [1, 2], rowsBelow: m)
    }

    /// Luma of a site from luma before it: channel 0 of 3, at the sites of ``chromaGivenLuma(size:)``.
    ///
    /// D = n m + m and O = 1; nothing is read of the m rows below.
    ///
    /// - Throws: ``MDLSTMError`` unless `size` is odd and at least 3.
    public static func lumaOfColors(size: Int) throws(MDLSTMError) -> CausalNeighbourhood {
        let m = try halfSize(size)
        let luma = causalSites(m).map { Place(row: $0.row, column: $0.column, channel: 0) }
        return CausalNeighbourhood(size: size, channels: 3, inputs: luma, outputs: [0], rowsBelow: m)
    }

    private init(size: Int, channels: Int, inputs: [Place], outputs: [Int], rowsBelow: Int) {
        self.size = size
        self.channels = channels
        self.inputs = inputs
        self.outputs = outputs
        self.rowsBelow = rowsBelow
    }

    /// D, the inputs of a site.
    public var inputSize: Int { inputs.count }

    /// O, the outputs of a site.
    public var outputSize: Int { outputs.count }

    /// The channels of a picture that are inputs or outputs, in order.
    public var channelsRead: [Int] { Set(inputs.map(\.channel) + outputs).sorted() }

    /// Rows below the site that inputs lie in.
    public var rowsRead: Int { inputs.reduce(0) { max($0, $1.row) } }

    /// The sites of the inputs, each once, the site itself left out, in the order of ``inputs``.
    public var inputSites: [(row: Int, column: Int)] {
        var found: [(row: Int, column: Int)] = []
        for place in inputs where place.row != 0 || place.column != 0 {
            if !found.contains(where: { $0 == (place.row, place.column) }) { found.append((place.row, place.column)) }
        }
        return found
    }

    /// The rows of a picture whose sites have all of their window above and below inside; none if it is too low.
    public func validRows(height: Int) -> Range<Int> { rowsAbove..<max(rowsAbove, height - rowsBelow) }

    /// The columns of a picture whose sites have all of their window to both sides inside; none if it is too narrow.
    public func validColumns(width: Int) -> Range<Int> { columnsBeside..<max(columnsBeside, width - columnsBeside) }

    private static func halfSize(_ size: Int) throws(MDLSTMError) -> Int {
        guard size >= 3, size % 2 == 1 else {
            throw MDLSTMError(
                .option, "a causal neighbourhood of size \(size); expected an odd size of at least 3, as 5 or 9")
        }
        return size / 2
    }

    /// The sites before the middle of a window in raster order.
    private static func causalSites(_ m: Int) -> [(row: Int, column: Int)] {
        (-m...0).flatMap { row in (-m...(row < 0 ? m : -1)).map { (row, $0) } }
    }
}

/// The recurrent cells of the family.
public enum Cell: String, CaseIterable, Sendable {
    /// The multi-dimensional LSTM of Graves, Fernandez and Schmidhuber 2007 (arXiv 0705.2011).
    case graves

    /// The LSTM over a sequence, `graves` with N = 1, and the variants of Greff et al. 2017 (arXiv 1503.04069).
    case lstm

    /// The spatial LSTM of Theis and Bethge 2015 (arXiv 1506.03478).
    case spatial

    /// The stable cell of Leifert et al. 2016 (JMLR 17:97): one forget gate times a weighted mean of the predecessors.
    case stable

    /// LeakyLP of Leifert et al. 2016 (JMLR 17:97).
    case leaky

    /// The Grid LSTM of Kalchbrenner, Danihelka and Graves 2016 (arXiv 1507.01526).
    case grid

    /// Whether the cell is defined for so many axes.
    public func supports(axes: Int) -> Bool { traits.supportedAxes.contains(axes) }

    /// The number of axes of a layer that does not state it.
    public var defaultAxes: Int { traits.defaultAxes }

    /// The scan orders a layer of the cell can have over so many axes; a depth is scanned forwards only.
    package func directions(axes: Int) -> [Direction] {
        Direction.all(axes: axes).filter { !traits.hasDepth || !$0.reversed[axes - 1] }
    }

    /// Whether the cell over one axis is the LSTM.
    var isLSTMOverOneAxis: Bool { self == .lstm || self == Cell.lstm.traits.generalForm }
}

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

    /// The numbers of axes the cell is defined for.
    public func supports(axes: Int) -> Bool { self == .lstm ? axes == 1 : axes >= 1 }

    /// The axes of a layer that says nothing about them.
    public var defaultAxes: Int { self == .lstm ? 1 : 2 }
}

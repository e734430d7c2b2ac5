/// The recurrent cells of the family.
public enum Cell: String, CaseIterable, Sendable {
    /// The multi-dimensional LSTM of Graves, Fernandez and Schmidhuber 2007 (arXiv 0705.2011).
    case graves

    /// The LSTM over a sequence: `graves` with N = 1.
    case lstm

    /// The numbers of axes the cell is defined for.
    public func supports(axes: Int) -> Bool { self == .lstm ? axes == 1 : axes >= 1 }
}

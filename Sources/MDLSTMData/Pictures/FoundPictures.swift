import MDLSTM

/// The pictures of a part of a data set, found by their names; none has been opened.
struct FoundPictures: Sendable {
    var kind: TaskKind
    var entries: [PictureEntry] = []

    /// What is wrong with names: masks that are missing, classes without pictures.
    var faults: [DataFault] = []

    /// The names of the classes, in order.
    var classNames: [String] {
        var names: Set<String> = []
        for case .className(let name) in entries.map(\.target) { names.insert(name) }
        return Array(names).sortedByBytes()
    }
}

public import MDLSTM

/// What is asked of data besides where they are.
public struct DataRequest: Sendable {
    /// What is to be learnt; nil where the data decide.
    public var kind: TaskKind?

    /// A file that lists samples, a path a line, TAB, target; what a folder holds counts then for nothing.
    public var list: String?

    /// Labels of sites that count nowhere; unless given 255 in masks and none in arrays.
    public var ignoredLabels: Set<Int>?

    /// The names of the classes, by number; unless given the data name them.
    public var classes: [String]?

    /// The channels that pictures are read as: 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA. Unless given gray, or RGB where a
    /// picture has colours.
    public var channels: Int?

    /// The characters that lines may have, those of a model; unless given those of the texts to train with.
    public var alphabet: Alphabet?

    /// The height in pixels of lines that are cut out of pages, so that letters are of like size whatever the scan; nil for
    /// that on the page. Pictures of single lines stay as they are.
    public var lineHeight: Int? = 48

    /// Leaves samples with a fault out.
    public var skipsBad = false

    /// Takes at most so many samples of each part, spread evenly over it.
    public var limit: Int?

    /// Decodes every picture to see whether it is whole; else its header alone, and every mask.
    public var decodesPictures = true

    public init() {}
}

/// A part of data that is used for one thing only.
public enum DataPart: String, CaseIterable, Sendable {
    /// What is learnt from.
    case training
    /// What the best model is chosen by: a folder `valid`, `val` or `validation`.
    case validation
    /// What neither sees: a folder `test`.
    case test

    /// The part that a file is by the words of its name, between `_`, `-` and `.`; nil where none says so.
    init?(wordsOf name: String) {
        let words = name.split { "_-.".contains($0) }
        guard let part = words.compactMap({ DataPart(folder: String($0)) }).last else { return nil }
        self = part
    }

    /// The part that a folder of this name is; nil for other names.
    init?(folder name: String) {
        switch name.lowercased() {
        case "train": self = .training
        case "valid", "val", "validation": self = .validation
        case "test": self = .test
        default: return nil
        }
    }
}

import MDLSTM

/// What a path was recognised as, by part; no picture has been opened yet.
enum FoundData: Sendable {
    case pictures([DataPart: FoundPictures])
    case arrays([DataPart: ArrayFiles])
    case idx([DataPart: IDXPair])
    case text([DataPart: [DataFile]])
    /// Pictures without anything beside them, or arrays of them.
    case images([DataPart: [DataFile]])
    /// Pictures of lines, or places on pictures of pages, with their texts.
    case lines([DataPart: FoundLines])

    /// In words, for messages.
    var noun: String {
        switch self {
        case .pictures(let parts):
            parts.values.first?.kind == .labelSites ? "images with masks" : "folders of pictures by class"
        case .arrays: "arrays x and y"
        case .idx: "IDX files of images and labels"
        case .text: "text"
        case .images: "pictures"
        case .lines: "pictures of lines with text"
        }
    }

    /// Whether it is pictures that nothing is told of.
    var areImages: Bool { if case .images = self { true } else { false } }

    var areLines: Bool { if case .lines = self { true } else { false } }

    /// The kinds that it can be for.
    var kinds: [TaskKind] {
        switch self {
        case .pictures(let parts): parts.values.first.map { [$0.kind] } ?? []
        case .arrays: TaskKind.ofArrays
        case .idx: [.classify]
        case .text: [.nextSymbol]
        case .images: [.density]
        case .lines: [.transcribe]
        }
    }

    /// With one part taken for another, where it has one alone; nil where it has several.
    func asPart(_ part: DataPart) -> FoundData? {
        switch self {
        case .pictures(let parts): parts.count == 1 ? .pictures([part: parts.values.first!]) : nil
        case .arrays(let parts): parts.count == 1 ? .arrays([part: parts.values.first!]) : nil
        case .idx(let parts): parts.count == 1 ? .idx([part: parts.values.first!]) : nil
        case .text(let parts): parts.count == 1 ? .text([part: parts.values.first!]) : nil
        case .images(let parts): parts.count == 1 ? .images([part: parts.values.first!]) : nil
        case .lines(let parts): parts.count == 1 ? .lines([part: parts.values.first!]) : nil
        }
    }

    /// With the parts of another of the same sort; nil where it is of another.
    func joined(_ other: FoundData) -> FoundData? {
        switch (self, other) {
        case (.pictures(let a), .pictures(let b)) where kinds == other.kinds:
            .pictures(a.merging(b) { first, _ in first })
        case (.arrays(let a), .arrays(let b)): .arrays(a.merging(b) { first, _ in first })
        case (.idx(let a), .idx(let b)): .idx(a.merging(b) { first, _ in first })
        case (.text(let a), .text(let b)): .text(a.merging(b) { first, _ in first })
        case (.images(let a), .images(let b)): .images(a.merging(b) { first, _ in first })
        case (.lines(let a), .lines(let b)): .lines(a.merging(b) { first, _ in first })
        default: nil
        }
    }
}

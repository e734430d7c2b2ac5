import ArgumentParser

/// The formats of outputs over a grid.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
    case npy, png

    /// The format that a file's name ends in; nil for another ending or none.
    init?(endingOf path: String) {
        guard let name = path.split(separator: "/").last, let point = name.lastIndex(of: ".") else { return nil }
        self.init(rawValue: name[point...].dropFirst().lowercased())
    }
}

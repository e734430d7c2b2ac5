import ArgumentParser

/// A height and a width, such as 256x384.
struct PictureSize: ExpressibleByArgument, CustomStringConvertible, Sendable {
    let height: Int, width: Int

    init(height: Int, width: Int) { (self.height, self.width) = (height, width) }

    init?(argument: String) {
        guard let extents = Extents(argument: argument)?.values, extents.count == 2 else { return nil }
        self.init(height: extents[0], width: extents[1])
    }

    var description: String { "\(height)x\(width)" }
}

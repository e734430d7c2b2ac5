import MDLSTM
import MDLSTMImages
import Synchronization

/// Lines that are cut out of pages, kept so that each page is decoded once.
///
/// What has no room is cut again when it is asked for, out of the pages that were last decoded, which are kept too.
final class CutLines: Sendable {
    /// Rows of a line; nil for those of the page.
    let height: Int?

    /// Of each page the numbers of its lines, and where they stand.
    private let lines: [String: [(index: Int, line: StraightLine)]]

    /// Bytes of lines, and of pages, that are kept at most.
    private let capacity: Int
    private let kept = Mutex(Kept())

    private struct Kept {
        var lines: [Int: CutLine] = [:]
        var bytes = 0

        /// The last to be asked for at the end.
        var pages: [(path: String, page: PagePicture)] = []
    }

    init(
        _ entries: [LineEntry], height: Int?, capacity: Int = min(256 << 20, MemoryLimit.tightest.left / 8)
    ) {
        (self.height, self.capacity) = (height, capacity)
        var lines: [String: [(Int, StraightLine)]] = [:]
        for (index, entry) in entries.enumerated() {
            if case .region(let page, let shape) = entry.picture {
                lines[page.path, default: []].append((index, StraightLine(shape)))
            }
        }
        self.lines = lines
    }

    /// The pages that have lines.
    var pages: [String] { lines.keys.sorted() }

    /// The numbers of a page's lines.
    func lines(of page: String) -> [Int] { lines[page]?.map(\.index) ?? [] }

    /// Rows and columns of a page's lines, by number.
    func extents(of page: String) -> [Int: [Int]] {
        var extents: [Int: [Int]] = [:]
        for (index, line) in lines[page] ?? [] {
            let (rows, columns, _) = line.extents(height: height)
            extents[index] = [rows, columns]
        }
        return extents
    }

    /// Decodes a page and keeps its lines, as many as there is room for.
    func read(_ path: String) throws(MDLSTMError) {
        _ = try cut(all: path)
    }

    /// A line of a page.
    func line(_ index: Int, of path: String) throws(MDLSTMError) -> CutLine {
        if let line = kept.withLock({ $0.lines[index] }) { return line }
        let page = kept.withLock { kept -> PagePicture? in
            guard let place = kept.pages.firstIndex(where: { $0.path == path }) else { return nil }
            kept.pages.append(kept.pages.remove(at: place))
            return kept.pages.last?.page
        }
        guard let line = lines[path]?.first(where: { $0.index == index })?.line else {
            preconditionFailure("a line of the page")
        }
        if let page { return page.cut(line, height: height) }
        let decoded = try cut(all: path)
        if let line = kept.withLock({ $0.lines[index] }) { return line }
        keep(decoded, path)
        return decoded.cut(line, height: height)
    }

    private func cut(all path: String) throws(MDLSTMError) -> PagePicture {
        let page = try PagePicture(ImageFile(contentsOf: path), path: path)
        for (index, line) in lines[path] ?? [] {
            let (rows, columns, _) = line.extents(height: height)
            let hasRoom = kept.withLock { kept in
                guard kept.lines[index] == nil, kept.bytes + rows * columns <= capacity else { return false }
                kept.bytes += rows * columns
                return true
            }
            guard hasRoom else { continue }
            let cut = page.cut(line, height: height)
            kept.withLock { $0.lines[index] = cut }
        }
        return page
    }

    private func keep(_ page: PagePicture, _ path: String) {
        kept.withLock { kept in
            guard page.byteCount <= capacity, !kept.pages.contains(where: { $0.path == path }) else { return }
            kept.pages.append((path, page))
            while kept.pages.reduce(0, { $0 + $1.page.byteCount }) > capacity { kept.pages.removeFirst() }
        }
    }
}

import MDLSTM
import MDLSTMImages

/// The lines of pages: ALTO and PAGE XML with the pictures that they name.
enum PageFiles {
    static func read(_ files: [DataFile], _ pictures: NamedPictures) -> ReadLines {
        var read = ReadLines()
        var taken: [String: DataFile] = [:]
        for (file, page) in zip(files, concurrently(files.count) { Page(files[$0], pictures) }) {
            read.faults += page.faults
            guard let picture = page.picture else { continue }
            if let other = taken[picture.path] {
                read.faults.append(
                    DataFault(
                        file.name, found: "lines of \(picture.name)", expected: "one XML for each picture",
                        but: "\(other.name) has its lines", advice: "move one away: every line would be there twice",
                        missing: page.entries.count))
                continue
            }
            taken[picture.path] = file
            read.entries += page.entries
        }
        // Beside pictures of pages that are used, others may have been forgotten.
        let used = Set(taken.keys), folders = Set(pictures.all.filter { used.contains($0.path) }.map(\.folder))
        for picture in pictures.all where !used.contains(picture.path) && folders.contains(picture.folder) {
            read.faults.append(
                DataFault(
                    picture.name, found: "no XML that names it", expected: "one for each picture of a page",
                    advice: "add its XML, or remove the picture"))
        }
        return read
    }
}

/// What one XML file has.
struct Page: Sendable {
    private(set) var picture: DataFile?
    private(set) var entries: [LineEntry] = []
    private(set) var faults: [DataFault] = []

    /// Whether lines that are not written out are taken too.
    private let isToBeRead: Bool

    init(_ file: DataFile, _ pictures: NamedPictures, isToBeRead: Bool = false) {
        self.isToBeRead = isToBeRead
        do throws(MDLSTMError) {
            let layout = try PageLayout(contentsOf: file.path)
            guard !layout.lines.isEmpty else {
                throw MDLSTMError(
                    .data, "\(file.path): expected lines, found none; mark the lines of the page, or remove the file")
            }
            guard let picture = pictures.picture(named: layout.picture, by: file) else {
                let name = layout.picture.isEmpty ? "\(file.stem).png" : layout.picture
                throw MDLSTMError(
                    .data,
                    "\(file.path): expected the picture of the page, '\(name)', found none; put it beside the file or in the "
                        + "folder around")
            }
            self.picture = picture
            read(layout, of: file, on: picture)
        } catch {
            faults.append(DataFault(error, path: file.path, name: file.name, missing: 1))
        }
    }

    private mutating func read(_ layout: PageLayout, of file: DataFile, on picture: DataFile) {
        let size: SIMD2<Double>
        do throws(MDLSTMError) {
            let header = try ImageHeader(contentsOf: picture.path)
            size = SIMD2(Double(header.width), Double(header.height))
        } catch {
            faults.append(DataFault(error, path: picture.path, name: picture.name, missing: layout.lines.count))
            return
        }
        var names: Set<String> = []
        for (number, line) in layout.lines.enumerated() {
            var name = "\(file.name)#\(line.id.isEmpty ? "line \(number + 1)" : line.id.onOneLine)"
            if !names.insert(name).inserted { name += " (line \(number + 1))" }
            names.insert(name)
            do throws(MDLSTMError) {
                let text = isToBeRead ? .unknown : try LineText(line.text ?? "", name: file.path)
                let shape = try line.shape.get().fitted(to: size)
                entries.append(LineEntry(name: name, picture: .region(page: picture, shape), text: text))
            } catch {
                faults.append(DataFault(error, path: file.path, name: name, missing: 1))
            }
        }
    }
}

extension LineShape {
    /// In pixels of a picture of this size.
    ///
    /// Throws `.data` where the points are for a picture of another size, are less than three, or lie beside it.
    func fitted(to size: SIMD2<Double>) throws(MDLSTMError) -> LineShape {
        func text(_ pair: SIMD2<Double>) -> String { "\(pair.x.formatted) x \(pair.y.formatted)" }
        guard polygon.count >= 3 else {
            throw MDLSTMError(
                .data,
                "expected an outline of at least 3 points, found \(polygon.isEmpty ? "none" : "\(polygon.count)"); mark the line again"
            )
        }
        var shape = self
        if isInLengths {
            guard let page else {
                throw MDLSTMError(
                    .data, "expected width and height of the page, found none; export it with points in pixels")
            }
            shape.polygon = polygon.map { $0 * size / page }
            shape.baseline = baseline.map { $0 * size / page }
        } else if let page, abs(page.x - size.x) > Self.tolerance || abs(page.y - size.y) > Self.tolerance {
            throw MDLSTMError(
                .data,
                "expected a picture of \(text(page)) pixels, found \(text(size)); give the picture that the lines were marked on"
            )
        }
        let beside = shape.polygon.first { point in
            point.min() < -Self.tolerance || (point - size).max() > Self.tolerance
        }
        if let beside {
            throw MDLSTMError(
                .data,
                "expected an outline within the page, \(text(size)) pixels, found the point "
                    + "\(beside.x.formatted),\(beside.y.formatted); mark the line again")
        }
        try shape.requireSize(within: size)
        return shape
    }

    /// Throws `.data` for an outline that is hardly one along its baseline, or larger than the page.
    private func requireSize(within page: SIMD2<Double>) throws(MDLSTMError) {
        let size = StraightLine(self).size
        let most = (page * page).sum().squareRoot() + 2 * Self.tolerance
        guard size.height < 4 || size.width < 1 || max(size.width, size.height) > most else { return }
        throw MDLSTMError(
            .data,
            "expected an outline at least 4 pixels high along its baseline and no larger than the page, found one of "
                + "\(Int(size.width)) x \(Int(size.height)) pixels; mark the line again, or remove it")
    }

    /// Pixels by which points are rounded.
    private static let tolerance = 2.0
}

extension Double {
    /// Without a point where it is whole.
    fileprivate var formatted: String { self == rounded() && magnitude < 1e15 ? String(Int(self)) : String(self) }
}

import MDLSTM

/// The first pixels of a hole: drawn one after the other, given what is above and to the left of each.
///
/// A candidate is drawn by the likelihood of its own pixels, so what it is worth is that of the given ones after it.
struct HoleStart<Element: Scalar> {
    private let painting: PlanePainting<Element>
    private let hole: PictureHole

    /// The window that is drawn in and judged by.
    private let rows: Range<Int>, columns: Range<Int>

    init(_ painting: PlanePainting<Element>, _ hole: PictureHole) {
        (self.painting, self.hole) = (painting, hole)
        (rows, columns) = hole.surroundings(in: painting.model)
    }

    /// Draws the candidates of every copy, and keeps the one that the given pixels are likeliest after.
    func draw(on canvas: inout HoleCanvas<Element>, by backend: any Backend<Element>) throws {
        let (count, sites) = (canvas.count, rows.count * columns.count)
        let painter = try backend.makePainter(
            painting.painted(
                canvas, pixels: canvas.pixels, windows: count, height: rows.count, width: columns.count))
        let corners = (0..<count).map { canvas.pixel($0, rows.lowerBound, columns.lowerBound) }
        let places = rows.flatMap { row in columns.map { (row: row, column: $0) } }
        let drawn = places.map { hole.mask[$0.row * hole.width + $0.column] }
        let all = Array(repeatElement(drawn, count: count).joined())
        var best = Array(repeating: -Double.infinity, count: count)
        for candidate in 0..<max(1, painting.settings.candidates) {
            let step = painting.firstStep + UInt32(candidate)
            _ = try painter.paint(PaintPass(corners: corners, drawn: all, step: step))
            // What was drawn beyond the range has become its end, which has a likelihood too.
            let judged = PaintPass(corners: corners, drawn: Array(repeating: false, count: all.count))
            guard let found = try painter.paint(judged) else { continue }
            for copy in 0..<count {
                let own = (copy * sites)..<((copy + 1) * sites)
                let nats = own.reduce(0.0) { $0 + (all[$1] ? 0 : Double(found.nats[$1])) }
                try InPainting<Element>.requireFinite(nats)
                guard nats > best[copy] else { continue }
                best[copy] = nats
                for (place, site) in zip(places, own) where all[site] {
                    let first = canvas.element(copy, place.row, place.column)
                    let drawn = found.pixels[(site * painting.outputs)..<((site + 1) * painting.outputs)]
                    canvas.pixels.replaceSubrange(first..<(first + painting.outputs), with: drawn)
                }
            }
        }
    }
}

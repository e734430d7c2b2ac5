import MDLSTM
private import RealModule

/// Draws the blocks of a hole anew, and keeps each with the probability min(1, p(new) q(old) / (p(old) q(new))).
///
/// p is the likelihood of the block's window, q that of the block's pixels as they are drawn one after the other. These are
/// factors of p, so that what remains is the likelihood of the other pixels. What is drawn beyond the range has no such
/// likelihood and is never kept.
struct HoleChain<Element: Scalar> {
    private let painting: PlanePainting<Element>
    private let hole: PictureHole
    private let blocks: HoleBlocks
    private let painter: any PicturePainter<Element>

    /// Every copy twice: as it is, and with what is proposed.
    init(
        _ painting: PlanePainting<Element>, _ hole: PictureHole, _ canvas: HoleCanvas<Element>,
        on backend: any Backend<Element>
    ) throws {
        (self.painting, self.hole) = (painting, hole)
        blocks = HoleBlocks(hole, of: painting.model)
        let twice = (0..<canvas.count).flatMap { copy in
            let size = canvas.size * canvas.channels
            let one = canvas.pixels[(copy * size)..<((copy + 1) * size)]
            return Array(one) + Array(one)
        }
        painter = try backend.makePainter(
            painting.painted(
                canvas, pixels: twice, windows: 2 * canvas.count * blocks.together, height: blocks.height,
                width: blocks.width))
    }

    /// A pixel of a block that is filled in: its site in the window, and its first number on the canvas.
    private struct Pixel {
        let site: Int, element: Int
    }

    /// Draws every block once; returns the share of them that was kept.
    mutating func sweep(_ sweep: Int, _ canvas: inout HoleCanvas<Element>) throws -> Double {
        var (kept, all) = (0, 0)
        for (index, pass) in blocks.passes.enumerated() {
            let number = UInt32(truncatingIfNeeded: painting.settings.candidates + sweep * blocks.passes.count + index)
            kept += try draw(pass, step: painting.firstStep &+ number, &canvas)
            all += pass.count * canvas.count
        }
        return Double(kept) / Double(max(1, all))
    }

    private func draw(
        _ pass: [HoleBlocks.Block], step: UInt32, _ canvas: inout HoleCanvas<Element>
    ) throws -> Int {
        let sites = blocks.height * blocks.width
        var corners: [Int] = [], drawn: [Bool] = []
        for copy in 0..<canvas.count {
            for place in 0..<blocks.together {
                // Windows that are missing in this pass look at the first one's sites, and draw nothing.
                let block = pass[place < pass.count ? place : 0]
                let corner = canvas.pixel(0, block.row, block.column)
                corners += [2 * copy, 2 * copy + 1].map { $0 * canvas.size + corner }
                var own = Array(repeating: false, count: sites)
                if place < pass.count { for pixel in pixels(of: block, copy, canvas) { own[pixel.site] = true } }
                drawn += Array(repeating: false, count: sites) + own
            }
        }
        guard let found = try painter.paint(PaintPass(corners: corners, drawn: drawn, step: step)) else { return 0 }
        var (elements, values, kept) = ([Int](), [Element](), 0)
        for copy in 0..<canvas.count {
            let chance = RandomStream(
                seed: painting.settings.seed, tensor: UInt32(copy), step: step, stream: RandomStreams.acceptance)
            for (place, block) in pass.enumerated() {
                let old = 2 * (copy * blocks.together + place) * sites
                let new = old + sites
                var ratio = 0.0, isInside = true
                for site in 0..<sites {
                    let nats = Double(found.nats[new + site])
                    if drawn[new + site] {
                        isInside = isInside && nats > -.infinity
                    } else {
                        ratio += nats - Double(found.nats[old + site])
                    }
                }
                try InPainting<Element>.requireFinite(ratio)
                let isKept = isInside && ratio > .log(1 - chance.uniform(place))
                kept += isKept ? 1 : 0
                for pixel in pixels(of: block, copy, canvas) {
                    // The twin of this copy becomes the same.
                    let twin = (isKept ? copy : copy + 1) * canvas.size * canvas.channels
                    for output in 0..<painting.outputs {
                        let site = (isKept ? new : old) + pixel.site
                        let value = found.pixels[site * painting.outputs + output]
                        canvas.pixels[pixel.element + output] = value
                        elements.append(pixel.element + output + twin)
                        values.append(value)
                    }
                }
            }
        }
        try painter.set(values, at: elements)
        return kept
    }

    private func pixels(of block: HoleBlocks.Block, _ copy: Int, _ canvas: HoleCanvas<Element>) -> [Pixel] {
        block.rows.flatMap { row in
            block.columns.compactMap { column in
                guard hole.mask[row * hole.width + column] else { return nil }
                return Pixel(
                    site: (row - block.row) * blocks.width + column - block.column,
                    element: canvas.element(copy, row, column))
            }
        }
    }
}

/// Where everything of a confusion matrix goes.
struct MatrixLayout {
    private static let countSize = 11.0
    private static let longestName = 150.0

    private let matrix: ConfusionMatrix
    private let names: [String]

    /// Side of a cell.
    private let cell: Double
    private let left: Double

    /// Whether the names of the answers stand upright.
    private let isUpward: Bool
    let width: Double
    let height: Double

    /// Side of the square of all cells.
    private var side: Double { cell * Double(names.count) }
    private var hasCounts: Bool { names.count <= 40 }
    /// They are most of the file where there are many cells.
    private var hasTips: Bool { names.count <= 100 }

    init(_ matrix: ConfusionMatrix) {
        self.matrix = matrix
        names = matrix.classes.map { SVG.fitted($0, width: Self.longestName) }
        let count = Double(names.count)
        let widestCount = SVG.width(of: String(matrix.counts.joined().max() ?? 0), size: Self.countSize)
        cell =
            names.count <= 40
            ? max(widestCount + 8, min(48, max(24, 480 / count)))
            : count <= 480 ? (960 / count).rounded(.down) : 960 / count
        let longest = names.map { SVG.width(of: $0) }.max() ?? 0
        isUpward = longest + 8 > cell
        left = SVG.margin + 24 + longest + 8
        // At the right the scale, below the names of the answers and of the axis.
        width = max(left + cell * count + 80 + SVG.margin, SVG.width(forHeading: matrix.title))
        height = SVG.top + cell * count + (isUpward ? longest : 13) + 30 + SVG.margin
    }

    func drawCells(on svg: inout SVG) {
        guard hasTips else { return drawMap(on: &svg) }
        for expected in names.indices {
            for answered in names.indices where matrix.counts[expected][answered] > 0 {
                let (x, y) = (left + cell * Double(answered), SVG.top + cell * Double(expected))
                let (count, share) = (matrix.counts[expected][answered], matrix.share(expected, answered))
                svg.rectangle(
                    x: x, y: y, width: cell, height: cell, fill: Self.color(share),
                    tip: hasTips
                        ? "\(matrix.classes[expected]) taken for \(matrix.classes[answered]): \(count)" : nil)
                guard hasCounts else { continue }
                svg.text(
                    String(count), at: SIMD2(x + cell / 2, y + cell / 2 + 4), size: Self.countSize, anchor: .middle,
                    fill: share > 0.45 ? "#ffffff" : "#333333")
            }
        }
        svg.rectangle(x: left, y: SVG.top, width: side, height: side, fill: "none", stroke: "#b0b0b0")
    }

    /// All cells as one image: of very many classes they would be a very large drawing.
    private func drawMap(on svg: inout SVG) {
        var pixels: [UInt8] = []
        pixels.reserveCapacity(3 * names.count * names.count)
        for counts in matrix.counts {
            let total = Double(counts.reduce(0, +))
            for count in counts {
                let color = count == 0 ? SIMD3(255, 255, 255) : Self.levels(Double(count) / total)
                for channel in 0..<3 { pixels.append(UInt8(color[channel])) }
            }
        }
        let map = Image(width: names.count, height: names.count, channels: 3, pixels: pixels)
        do { try svg.image(map, x: left, y: SVG.top, width: side, height: side) } catch {
            preconditionFailure("a matrix that fits the memory fits PNG: \(error)")
        }
        svg.rectangle(x: left, y: SVG.top, width: side, height: side, fill: "none", stroke: "#b0b0b0")
    }

    /// The axes' names, and the name of every class for which there is room.
    func drawNames(on svg: inout SVG) {
        let middle = side / 2
        for index in stride(from: 0, to: names.count, by: Int((15 / cell).rounded(.up))) {
            let centre = cell * (Double(index) + 0.5)
            svg.text(names[index], at: SIMD2(left - 8, SVG.top + centre + 4.5), anchor: .end)
            let below = SVG.top + side + (isUpward ? 8 : 18)
            svg.text(
                names[index], at: SIMD2(left + centre + (isUpward ? 4.5 : 0), below), anchor: isUpward ? .end : .middle,
                isUpward: isUpward)
        }
        svg.text("class", at: SIMD2(SVG.margin + 12, SVG.top + middle), anchor: .middle, isUpward: true)
        svg.text("answer", at: SIMD2(left + middle, height - SVG.margin), anchor: .middle)
    }

    /// What the colours mean: a bar at the right.
    func drawScale(on svg: inout SVG) {
        let (x, steps) = (left + side + 24, 20)
        let step = min(side, 200) / Double(steps)
        for index in 0..<steps {
            let share = (Double(steps - index) - 0.5) / Double(steps)
            // One over the next, so that no gap shows between them.
            svg.rectangle(
                x: x, y: SVG.top + step * Double(index), width: 14, height: step * Double(steps - index),
                fill: Self.color(share))
        }
        for (index, label) in ["100 %", "50 %", "0 %"].enumerated() {
            svg.text(label, at: SIMD2(x + 20, SVG.top + step * Double(steps * index) / 2 + 4), size: 11)
        }
    }

    /// From white to a dark blue.
    private static func color(_ share: Double) -> String { SVG.color(levels(share)) }

    private static func levels(_ share: Double) -> SIMD3<Int> {
        let (light, dark) = (SIMD3(247.0, 251, 255), SIMD3(8.0, 48, 107))
        let mix = light + (dark - light) * share
        return SIMD3(Int(mix.x.rounded()), Int(mix.y.rounded()), Int(mix.z.rounded()))
    }
}

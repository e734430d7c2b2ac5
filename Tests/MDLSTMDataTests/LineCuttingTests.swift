import Foundation
import MDLSTM
import MDLSTMData
import Testing
import _TestSupport

/// Lines that are cut out of a page made for it: straight, on white paper, without what is beside them.
struct LineCuttingTests {
    private let folder: DataFolder
    private let width = 240, height = 160

    init() throws { folder = try DataFolder() }

    /// Ink by row and column of the only line of a page.
    private func cut(
        _ polygon: String, _ baseline: String, height lineHeight: Int? = nil, _ gray: (Double, Double) -> Double
    ) throws -> [[Double]] {
        try folder.page("a.png", width, height, gray)
        try folder.put(
            "a.xml", PageXML.page("a.png", width, height, PageXML.line("l", polygon, baseline: baseline, "x")))
        let input = try folder.open { $0.lineHeight = lineHeight }.training(as: Double.self).sample(at: 0).input
        let columns = input.shape[1]
        return (0..<input.shape[0]).map { Array(input.values[($0 * columns)..<(($0 + 1) * columns)]) }
    }

    /// Paper that is in shadow on the right.
    private func paper(_ x: Double) -> Double { 240 - 100 * x / 240 }

    /// The rows whose middle columns are all ink, where those of all other rows, but for one beside, are all paper.
    private func straightRows(_ ink: [[Double]], sourceLocation: SourceLocation = #_sourceLocation) -> ClosedRange<Int>?
    {
        let margin = ink[0].count / 10
        let middles = ink.map { $0.dropFirst(margin).dropLast(margin) }
        let inked = middles.indices.filter { middles[$0].allSatisfy { $0 > 0.5 } }
        guard let first = inked.first, let last = inked.last else { return nil }
        #expect(inked == Array(first...last), sourceLocation: sourceLocation)
        for row in middles.indices where row < first - 1 || row > last + 1 {
            #expect(middles[row].max()! < 0.08, "row \(row)", sourceLocation: sourceLocation)
        }
        return first...last
    }

    @Test func slopedLineInShadow() throws {
        let ink = try cut("20,25 220,75 220,105 20,55", "20,45 220,95") { x, y in
            let above = 45 + (x - 20) / 4 - y
            return above > 3 && above < 9 ? 0.3 * paper(x) : paper(x)
        }
        let rows = try #require(straightRows(ink))
        // 4 from the baseline, 20 below the upper edge, measured down the page, whose slope is 1 to 4.
        #expect(rows.count == 6 || rows.count == 5)
        #expect(abs(ink.count - 29) <= 1 && abs(ink[0].count - 206 - 7) <= 2)
        // The darkest becomes black whatever the shade of the paper.
        let middles = ink[(rows.lowerBound + rows.upperBound) / 2].dropFirst(30).dropLast(30)
        #expect(middles.min()! > 0.9)
    }

    @Test func bentLine() throws {
        let bends = [(20.0, 100.0), (60.0, 80.0), (120.0, 70.0), (180.0, 80.0), (220.0, 100.0)]
        func depth(_ x: Double) -> Double {
            let next = bends.firstIndex { $0.0 > x && $0.0 > 20 } ?? 4
            let (a, b) = (bends[next - 1], bends[next])
            let share: Double = (x - a.0) / (b.0 - a.0)
            return a.1 + share * (b.1 - a.1)
        }
        let upper = bends.map { "\($0.0),\($0.1 - 20)" }, lower = bends.reversed().map { "\($0.0),\($0.1 + 10)" }
        let baseline = bends.map { "\($0.0),\($0.1)" }.joined(separator: " ")
        let page = { (x: Double, y: Double) in abs(depth(x) - 5 - y) < 3 ? 20.0 : abs(depth(x) - 27 - y) < 4 ? 0 : 220 }
        let ink = try cut((upper + lower).joined(separator: " "), baseline, page)
        #expect(ink.count == 30 && ink[0].count == 200)
        #expect(straightRows(ink) == 12...17)
        // As drawn from right to left.
        let back = bends.reversed().map { "\($0.0),\($0.1)" }.joined(separator: " ")
        #expect(try cut((upper + lower).joined(separator: " "), back, page) == ink)
    }

    /// A line that runs up the page, as beside a table, is turned.
    @Test func uprightLine() throws {
        let ink = try cut("30,150 30,10 60,10 60,150", "50,150 50,10") { x, y in
            x > 40 && x < 46 ? (y > 80 ? 0 : 110) : 220
        }
        #expect(ink.count == 30 && ink[0].count == 140)
        #expect(straightRows(ink.map { Array($0.prefix(70)) }) == 10...15)
        // It begins below.
        #expect(ink[12][20] > 0.9 && ink[12][120] < 0.6)
    }

    @Test func outsideIsWhite() throws {
        let ink = try cut("40,40 200,40 120,100", "40,90 200,90") { x, y in y > 50 && y < 58 ? 10 : 230 }
        #expect(ink.count == 60 && ink[0].count == 160)
        #expect(ink[14][80] == 1 && ink[14][10] == 0 && ink[14][150] == 0 && ink[14][25] == 1)
    }

    /// The letters of a scan of twice the size are as large.
    @Test func heightIsTheSame() throws {
        let page = { (x: Double, y: Double) in y > 40 && y < 60 && Int(x) % 40 < 20 ? 30.0 : 230 }
        let ink = try cut("20,20 220,20 220,80 20,80", "20,60 220,60", height: 48, page)
        #expect(ink.count == 48 && ink[0].count == 160)
        #expect(ink[24][24] == 1 && ink[24][8] < 0.05 && ink[8][24] < 0.05)
        let larger = try cut("20,20 220,20 220,80 20,80", "20,60 220,60", height: 90, page)
        #expect(larger.count == 90 && larger[0].count == 300 && larger[45][45] == 1)
    }

    /// Faint lines become darker, the grain of empty paper does not become ink.
    @Test func contrast() throws {
        let faint = try cut("20,20 220,20 220,80 20,80", "20,60 220,60") { x, y in y > 40 && y < 50 ? 176 : 220 }
        #expect(faint[25][100] > 0.75)
        let empty = try cut("20,20 220,20 220,80 20,80", "20,60 220,60") { x, y in 220 - Double(Int(3 * x + 7 * y) % 5)
        }
        #expect(empty.joined().max()! < 0.1)
    }

    /// Colours, palettes and 16 bits are the same page.
    @Test func depthsOfPages() throws {
        let gray = (0..<(100 * 40)).map { $0 % 100 > 40 && $0 % 100 < 60 && $0 / 100 > 15 && $0 / 100 < 25 ? 1 : 0 }
        let colours = [220, 40]
        let forms = [
            PNGWriter(width: 100, height: 40, depth: 8, colorType: 0, samples: gray.map { colours[$0] }),
            PNGWriter(
                width: 100, height: 40, depth: 8, colorType: 2,
                samples: gray.flatMap { [Int](repeating: colours[$0], count: 3) }),
            PNGWriter(width: 100, height: 40, depth: 16, colorType: 0, samples: gray.map { 257 * colours[$0] }),
            PNGWriter(width: 100, height: 40, depth: 4, colorType: 3, samples: gray).with(
                .init("PLTE", colours.flatMap { [UInt8](repeating: UInt8($0), count: 3) })),
        ]
        var inputs: [Tensor<Float>] = []
        for form in forms {
            try folder.put("a.png", form.bytes)
            try folder.put("a.xml", PageXML.page("a.png", 100, 40, PageXML.line("l", "0,0 100,0 100,40 0,40", "x")))
            inputs.append(try folder.open().training(as: Float.self).sample(at: 0).input)
        }
        #expect(inputs.allSatisfy { $0 == inputs[0] } && inputs[0].values.max() == 1)
        try folder.put(
            "a.png",
            PNGWriter(width: 100, height: 40, depth: 4, colorType: 3, samples: gray).with(.init("PLTE", [1, 1, 1]))
                .bytes)
        #expect(try folder.open().faults.map(\.file) == ["a.png"])
    }
}

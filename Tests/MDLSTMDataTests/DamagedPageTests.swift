import MDLSTM
import MDLSTMData
import Testing
import _TestSupport

/// XML of a page with digits, bytes and whole pieces changed: lines or faults, nothing else.
struct DamagedPageTests {
    private let folder: DataFolder

    init() throws {
        folder = try DataFolder()
        try folder.page("a.png", 64, 48) { x, y in y > 20 && y < 30 && Int(x) % 8 < 5 ? 40 : 220 }
    }

    private let pages = [
        PageXML.page(
            "a.png", 64, 48, PageXML.line("l", "2,5 60,9 60,30 2,26", baseline: "2,20 30,22 60,24", "a b"),
            PageXML.line("m", "5,46 5,2 20,2 20,46", baseline: "16,46 16,2", "up")),
        PageXML.alto(
            "a.png", 640, 480, unit: "mm10",
            "<TextLine ID=\"y\" HPOS=\"10\" VPOS=\"40\" WIDTH=\"500\" HEIGHT=\"90\"><String CONTENT=\"a\"/></a:TextLine>"
        ),
    ]

    @Test(arguments: 0..<2) func changedBytes(_ page: Int) throws {
        let whole = Array(pages[page].utf8)
        let random = RandomStream(seed: 7, tensor: UInt32(page), step: 1, stream: 1)
        let digits = whole.indices.filter { (0x30...0x39).contains(whole[$0]) }
        let signs = Array("0123456789-.,e <>&\"/".utf8) + [0, 0xFF]
        var next = 0
        func draw(_ count: Int) -> Int {
            next += 1
            return min(count - 1, Int(random.uniform(next) * Double(count)))
        }
        var read = 0
        for turn in 0..<60 {
            var bytes = whole
            for _ in 0...draw(3) {
                let place = turn % 3 > 0 ? digits[draw(digits.count)] : draw(bytes.count)
                switch draw(4) {
                case 0:
                    bytes.insert(
                        contentsOf: Array(repeating: signs[draw(10)], count: 1 + draw(8)), at: min(place, bytes.count))
                case 1: bytes.removeSubrange(min(place, bytes.count)..<min(place + draw(12), bytes.count))
                default: if place < bytes.count { bytes[place] = signs[draw(turn % 3 > 0 ? 14 : signs.count)] }
                }
            }
            try folder.put("a.xml", bytes)
            let data = try folder.open("a.xml")
            #expect(data.faults.allSatisfy { !$0.message.utf8.contains { $0 < 0x20 } })
            let lines = data.training(as: Float.self)
            for index in 0..<lines.count {
                let sample = try lines.sample(at: index)
                #expect(sample.input.values.allSatisfy { (0...1).contains($0) })
                read += 1
            }
        }
        #expect(read > 4)
    }
}

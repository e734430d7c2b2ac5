import Foundation
import MDLSTM
import MDLSTMImages
import Testing
import _TestSupport

@testable import MDLSTMTasks

/// Event files, read back by a decoder of their own.
struct TensorBoardTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func checksumsAreThoseOfTheStandard() {
        #expect(crc32c(Array("123456789".utf8)) == 0xE306_9283)
        // RFC 3720, B.4.
        #expect(crc32c(Array(repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(crc32c(Array(repeating: 0xFF, count: 32)) == 0x62A8_AB43)
        #expect(crc32c(Array(0..<32)) == 0x46DD_794E)
        // As TensorBoard's own masked_crc32c says.
        #expect(maskedChecksum(Array("123456789".utf8)) == 0xC78A_B0E5)
        #expect(maskedChecksum(Array(0..<32)) == 0x951F_7892)
    }

    /// Varints of one to ten bytes.
    @Test(arguments: [
        (0, [8, 0]), (127, [8, 127]), (128, [8, 128, 1]), (300, [8, 172, 2]),
        (-1, [8] + Array(repeating: 255, count: 9) + [1]),
    ])
    func numbersAreVarints(_ number: Int, _ bytes: [UInt8]) {
        var message = ProtocolMessage()
        message.add(1, number)
        #expect(message.bytes == bytes)
    }

    @Test func figuresAndPicturesComeBack() throws {
        let image = Image(width: 3, height: 2, channels: 3, pixels: (0..<18).map { UInt8($0 * 14) })
        let writer = try TensorBoardWriter(in: folder.path, now: { 1_234_567_890.5 })
        try writer.append(step: 300, scalars: [("train/loss", 0.75), ("é", -2)], images: [("examples/1", image)])
        let events = try Event.read(writer.path)
        #expect(events.count == 3)
        #expect(events.allSatisfy { $0.wallTime == 1_234_567_890.5 })
        #expect(events[0].version == "brain.Event:2")
        #expect(events[1].session == 1 && events[1].step == 0)
        #expect(events[2].step == 300 && events[2].scalars == ["train/loss": 0.75, "é": -2])
        let picture = try #require(events[2].images["examples/1"])
        #expect((picture.height, picture.width, picture.colorspace) == (2, 3, 3))
        #expect(try Image.decoded(picture.png) == image)
        let name = try #require(writer.path.split(separator: "/").last)
        #expect(name.wholeMatch(of: /events\.out\.tfevents\.1234567890\..+\.\d+\.0/) != nil, "\(name)")
    }

    @Test func epochsAreScalars() throws {
        let writer = try TensorBoardWriter(in: folder.path)
        try writer.append(
            EpochRecord(
                epoch: 3, step: 21, seconds: 1, learningRate: 0.5, trainLoss: 2,
                validation: ["loss": 4, "accuracy": .null]),
            figures: ["loss", "accuracy"])
        let event = try #require(Event.read(writer.path).last)
        #expect(event.step == 21)
        #expect(
            event.scalars == ["train/loss": 2, "train/learningRate": 0.5, "train/epoch": 3, "validation/loss": 4])
    }

    /// Every event is in the file when its call returns; a later start has a file that is read after the others, within the
    /// same second too, and tells from which step on the others count no more.
    @Test func laterStartsFollow() throws {
        var paths: [String] = []
        for step in [nil, 20, 30] as [Int?] {
            let writer = try TensorBoardWriter(in: folder.path, continuingAfter: step, now: { 100 })
            paths.append(writer.path)
            try writer.append(step: 40, scalars: [("a", 1)])
            #expect(try Event.read(writer.path).count == 3)
        }
        #expect(TensorBoardWriter.files(in: folder.path) == paths)
        #expect(try paths.map { try Event.read($0)[1].step } == [0, 21, 31])
        #expect(folder.names[1].hasPrefix("events.out.tfevents.0000000101."))
    }

    @Test func folderThatIsNotThereIsNamed() {
        let error = #expect(throws: MDLSTMError.self) { try TensorBoardWriter(in: folder.file("none")) }
        #expect(error?.kind == .cannotCreate)
    }
}

/// An event as a reader of the format sees it.
private struct Event {
    var wallTime = 0.0, step = 0, version: String?, session: Int?
    var scalars: [String: Float] = [:]
    var images: [String: (height: Int, width: Int, colorspace: Int, png: [UInt8])] = [:]

    /// All records of a file, their checksums checked.
    static func read(_ path: String) throws -> [Event] {
        let bytes = try readFile(path)
        var events: [Event] = []
        var place = 0
        while place < bytes.count {
            let length = Array(bytes[place..<(place + 8)])
            let count = Int(littleEndianNumber(length[...]))
            let content = Array(bytes[(place + 12)..<(place + 12 + count)])
            let sums = [place + 8, place + 12 + count].map { UInt32(littleEndianNumber(bytes[$0..<($0 + 4)])) }
            #expect(sums == [maskedChecksum(length), maskedChecksum(content)])
            events.append(try Event(content))
            place += 16 + count
        }
        #expect(place == bytes.count)
        return events
    }

    private init(_ content: [UInt8]) throws {
        for field in try Field.all(content) {
            switch field.number {
            case 1: wallTime = Double(bitPattern: field.value)
            case 2: step = Int(field.value)
            case 3: version = field.text
            case 5: for value in try Field.all(field.bytes) { try add(try Field.all(value.bytes)) }
            case 7: session = try Field.all(field.bytes).first { $0.number == 1 }.map { Int($0.value) }
            default: Issue.record("field \(field.number)")
            }
        }
    }

    private mutating func add(_ value: [Field]) throws {
        let tag = try #require(value.first { $0.number == 1 }).text
        if let scalar = value.first(where: { $0.number == 2 }) {
            scalars[tag] = Float(bitPattern: UInt32(scalar.value))
        }
        guard let picture = value.first(where: { $0.number == 4 }) else { return }
        let fields = try Field.all(picture.bytes)
        func number(_ index: Int) -> Int { fields.first { $0.number == index }.map { Int($0.value) } ?? -1 }
        images[tag] = (number(1), number(2), number(3), fields.first { $0.number == 4 }?.bytes ?? [])
    }

    private struct Field {
        var number = 0, value: UInt64 = 0, bytes: [UInt8] = []
        var text: String { String(decoding: bytes, as: UTF8.self) }

        static func all(_ message: [UInt8]) throws -> [Field] {
            var rest = message[...]
            func varint() -> UInt64 {
                var (result, shift) = (UInt64(0), UInt64(0))
                while let byte = rest.popFirst() {
                    result |= UInt64(byte & 0x7F) << shift
                    if byte < 0x80 { break }
                    shift += 7
                }
                return result
            }
            var fields: [Field] = []
            while !rest.isEmpty {
                let key = varint()
                var field = Field(number: Int(key >> 3))
                switch key & 7 {
                case 0: field.value = varint()
                case 1, 5:
                    let count = key & 7 == 1 ? 8 : 4
                    field.value = littleEndianNumber(rest.prefix(count))
                    rest = rest.dropFirst(count)
                default:
                    let count = Int(varint())
                    try #require(count <= rest.count)
                    field.bytes = Array(rest.prefix(count))
                    rest = rest.dropFirst(count)
                }
                fields.append(field)
            }
            return fields
        }
    }
}

/// A number whose first byte is the least.
private func littleEndianNumber(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
}

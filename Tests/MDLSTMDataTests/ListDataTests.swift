import Foundation
import MDLSTM
import MDLSTMData
import Testing
import _TestSupport

/// A path a line, TAB, target.
struct ListDataTests {
    private let folder: DataFolder

    init() throws {
        folder = try DataFolder()
        for name in ["a", "b", "c"] { try folder.gray("pictures/\(name).png", 2, 1, [0, 255]) }
        try folder.gray("m.png", 2, 1, [1, 0])
    }

    private func open(_ text: String, kind: TaskKind? = nil) throws -> OpenedData {
        try folder.put("lists/l.txt", text)
        var request = DataRequest()
        (request.list, request.kind) = (folder.path("lists/l.txt"), kind)
        return try OpenedData(nil, request)
    }

    @Test func targetsByTheirEndings() throws {
        let names = try open(
            "\u{FEFF}../pictures/b.png\tdog\r\n\r\n../pictures/a.png\tcat\r\n../pictures/c.png\tdog\r\n")
        #expect(names.shape.kind == .classify && names.classes == ["cat", "dog"] && names.faults == [])
        let set = names.training(as: Float.self)
        #expect(set.names == ["../pictures/b.png", "../pictures/a.png", "../pictures/c.png"])
        #expect(try set.sample(at: 0).target == .labels(Tensor(shape: [], values: [1])))
        let masks = try open("../pictures/b.png\t../m.png\n")
        #expect(masks.shape.kind == .labelSites && masks.classes == ["0", "1"])
        #expect(
            try masks.training(as: Float.self).sample(at: 0).target == .labels(Tensor(shape: [1, 2], values: [1, 0])))
        let numbers = try open("../pictures/b.png\t1.5 -2\n../pictures/a.png\t3\t4\n")
        #expect(numbers.shape == DataShape(kind: .regress, axes: 2, features: 1, outputs: 2, isAnswerPerSample: true))
        #expect(numbers.summary == "2 images with numbers, gray, 1x2, 2 numbers a sample")
        #expect(
            try numbers.training(as: Float.self).sample(at: 1).target == .values(Tensor(shape: [2], values: [3, 4])))
        // Whole numbers are names of classes, unless they are said to be numbers.
        let text = "../pictures/b.png\t7\n../pictures/a.png\t5\n"
        #expect(try open(text).classes == ["5", "7"])
        #expect(
            try open(text, kind: .regress).training(as: Float.self).sample(at: 0).target
                == .values(Tensor(shape: [1], values: [7])))
    }

    /// Every line that is none, each by its number.
    @Test func linesThatAreWrong() throws {
        let data = try open(
            "../pictures/a.png\tx\n../pictures/b.png x\n\n../pictures/a.png\ty\n../pictures/c.png\t\n\ty\n"
                + "../pictures/b.png\ty\n")
        let advice = "expected a path, TAB and a target; write it so, or remove the line"
        #expect(
            data.faults.map(\.message) == [
                "l.txt: '../pictures/b.png x' in line 2, \(advice)",
                "l.txt: ../pictures/a.png again in line 4, expected every picture once; remove the line",
                "l.txt: '../pictures/c.png\\u{9}' in line 5, \(advice)", "l.txt: '\\u{9}y' in line 6, \(advice)",
            ])
        #expect(data.training(as: Float.self).names == ["../pictures/a.png", "../pictures/b.png"])
        #expect(data.leftOut == 4 && data.faults.allSatisfy(\.canBeLeftOut))
        let error = #expect(throws: MDLSTMError.self) { _ = try open("\n\n") }
        #expect(error?.message.contains("found no line") ?? false)
    }

    @Test func numbersThatAreNone() throws {
        let data = try open(
            "../pictures/a.png\tone\n../pictures/b.png\t1 2\n../pictures/c.png\t3\nd.png\tnan 1\n", kind: .regress)
        let advice = "expected 2 numbers with spaces between them; write as many for every picture"
        #expect(
            data.faults.map(\.message) == [
                "l.txt: 'one' for ../pictures/a.png, \(advice)", "l.txt: '3' for ../pictures/c.png, \(advice)",
                "l.txt: 'nan 1' for d.png, \(advice)",
            ])
        #expect(data.shape.outputs == 2 && data.training(as: Float.self).names == ["../pictures/b.png"])
    }

    @Test func missingFilesAreFaults() throws {
        let data = try open("../pictures/a.png\tx\nnone.png\ty\n../pictures/b.png\ty\n")
        #expect(data.faults.map(\.file) == ["none.png"])
        #expect(data.faults[0].message.contains("No such file"))
    }
}

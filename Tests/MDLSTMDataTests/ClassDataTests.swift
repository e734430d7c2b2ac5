import Foundation
import MDLSTM
import MDLSTMData
import Testing
import _TestSupport

/// A folder of pictures for each class.
struct ClassDataTests {
    private let folder: DataFolder

    init() throws { folder = try DataFolder() }

    @Test func classesAreFoldersInOrder() throws {
        try folder.gray("dog/2.png", 2, 3, Array(0..<6))
        try folder.gray("dog/10.PNG", 1, 1, [255])
        try folder.gray("Cat/deep/a.png", 4, 1, [0, 0, 0, 0])
        try folder.put("dog/notes.txt", "x")
        let data = try folder.open()
        #expect(data.faults == [] && data.classes == ["Cat", "dog"] && data.classCounts == [1, 2])
        #expect(data.shape == DataShape(kind: .classify, axes: 2, features: 1, outputs: 2, isAnswerPerSample: true))
        #expect(data.summary == "3 images, gray, 1x1 to 3x4, 2 classes")
        let set = data.training(as: Float.self)
        #expect(set.names == ["Cat/deep/a.png", "dog/10.PNG", "dog/2.png"])
        #expect(try set.allExtents == [[1, 4], [1, 1], [3, 2]])
        #expect(
            try set.sample(at: 1)
                == Sample(
                    input: Tensor(shape: [1, 1, 1], values: [1]), target: .labels(Tensor(shape: [], values: [1]))))
    }

    /// A model's classes in an order of its own, of which the data may have some only.
    @Test func classesOfAModel() throws {
        try folder.gray("b/1.png", 1, 1, [1])
        let data = try folder.open { $0.classes = ["b", "a", "c"] }
        #expect(data.faults == [] && data.classes == ["b", "a", "c"] && data.classCounts == [1, 0, 0])
        #expect(try data.training(as: Float.self).sample(at: 0).target == .labels(Tensor(shape: [], values: [0])))
        try folder.gray("d/1.png", 1, 1, [1])
        try folder.expectFaults([
            "d/1.png: 1 picture of the class 'd', expected one of the config's classes b, a, c; name the class in the config's "
                + "'classes', or remove the pictures"
        ]) { $0.classes = ["b", "a", "c"] }
    }

    @Test func partsAndTheirClasses() throws {
        for part in ["train", "valid", "test"] {
            for name in ["a", "b"] { try folder.gray("\(part)/\(name)/\(part).png", 1, 1, [3]) }
        }
        let data = try folder.open()
        #expect(DataPart.allCases.map { data.count($0) } == [2, 2, 2] && data.classes == ["a", "b"])
        #expect(data.samples(.test, as: Float.self).names == ["test/a/test.png", "test/b/test.png"])
        // A class may be called so.
        let other = try DataFolder()
        for name in ["test", "rest"] { try other.gray("\(name)/1.png", 1, 1, [3]) }
        #expect(try other.open().classes == ["rest", "test"])
    }

    @Test func faults() throws {
        try folder.gray("a/1.png", 1, 1, [1])
        try folder.gray("b/1.png", 1, 1, [1])
        try folder.put("b/2.jpg", "no picture")
        try folder.put("b/3.gif", "GIF89a..")
        try FileManager.default.createDirectory(atPath: folder.path("c"), withIntermediateDirectories: true)
        let messages = try folder.open().faults.map(\.message)
        #expect(messages.count == 3)
        #expect(
            messages[0]
                == "c/: no pictures, expected at least one of the class; add pictures (PNG or JPEG), or remove the folder"
        )
        #expect(messages[1] == "b/2.jpg: other bytes at the start, expected a PNG or a JPEG; give a PNG or a JPEG")
        #expect(messages[2].hasPrefix("b/3.gif: a GIF, expected a PNG or a JPEG; make one: convert "))
    }

    @Test func oneClassIsNoTask() throws {
        try folder.gray("a/1.png", 1, 1, [1])
        try folder.expectFaults(["DATA: one class, expected at least 2 to tell apart; add samples of another"])
    }

    @Test func channels() throws {
        try folder.gray("a/1.png", 2, 1, [51, 102])
        try folder.rgb("b/1.png", 1, 1, [255, 51, 0])
        try folder.put(
            "b/2.png", PNGWriter(width: 1, height: 1, depth: 8, colorType: 6, samples: [0, 51, 102, 7]).bytes)
        let colours = try folder.open()
        #expect(colours.summary == "3 images, RGB, 1 of them gray, alpha left out, 1x1 to 1x2, 2 classes")
        let inputs = try (0..<3).map { try colours.training(as: Float.self).sample(at: $0).input }
        #expect(inputs[0] == Tensor(shape: [1, 2, 3], values: [0.2, 0.2, 0.2, 0.4, 0.4, 0.4]))
        #expect(inputs[1] == Tensor(shape: [1, 1, 3], values: [1, 0.2, 0]))
        #expect(inputs[2] == Tensor(shape: [1, 1, 3], values: [0, 0.2, 0.4]))
        let gray = try folder.open { $0.channels = 1 }
        #expect(gray.summary == "3 images, gray, 2 of them made gray, alpha left out, 1x1 to 1x2, 2 classes")
        let value = try gray.training(as: Double.self).sample(at: 1).input.values[0]
        #expect(abs(value - (0.299 + 0.587 * 0.2)) < 1e-15)
        let alpha = try folder.open { $0.channels = 4 }.training(as: Double.self)
        #expect(try alpha.sample(at: 2).input.values[3] == 7 / 255 && alpha.sample(at: 0).input.values[3] == 1)
    }

    @Test func linksAreFollowed() throws {
        try folder.gray("store/1.png", 1, 1, [1])
        try folder.gray("data/a/1.png", 1, 1, [1])
        let manager = FileManager.default
        try manager.createSymbolicLink(atPath: folder.path("data/b"), withDestinationPath: "../store")
        #expect(try folder.open("data").training(as: Float.self).names == ["a/1.png", "b/1.png"])
        // In a circle, and to nowhere.
        try manager.createSymbolicLink(atPath: folder.path("data/a/again"), withDestinationPath: "..")
        try manager.createSymbolicLink(atPath: folder.path("data/a/lost.png"), withDestinationPath: "nowhere")
        let data = try folder.open("data")
        #expect(data.faults.map(\.file) == ["a/lost.png"])
        #expect(data.training(as: Float.self).names.contains("b/1.png"))
    }
}

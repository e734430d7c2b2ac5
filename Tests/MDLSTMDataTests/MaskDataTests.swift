import Foundation
import MDLSTM
import MDLSTMData
import Testing
import _TestSupport

/// Images and masks of the same names.
struct MaskDataTests {
    private let folder: DataFolder

    init() throws { folder = try DataFolder() }

    private func put(_ name: String, _ labels: [Int] = [0, 1, 2, 0, 1, 255], masks: String = "masks") throws {
        try folder.gray("images/\(name).png", 3, 2, [0, 51, 102, 153, 204, 255])
        try folder.gray("\(masks)/\(name).png", 3, 2, labels)
    }

    @Test(arguments: ["masks", "labels", "Labels"]) func valuesAreThoseStored(_ masks: String) throws {
        try put("b", masks: masks)
        try put("a", [1, 1, 1, 1, 1, 7], masks: masks)
        try folder.put(".DS_Store", "x")
        try folder.put("images/Thumbs.db", "x")
        try folder.put("__MACOSX/images/._a.png", "x")
        let data = try folder.open { $0.classes = nil }
        #expect(data.faults == [] && data.ignoredLabels == [255] && data.ignoredSites == 1)
        #expect(data.shape == DataShape(kind: .labelSites, axes: 2, features: 1, outputs: 8, isAnswerPerSample: false))
        #expect(data.classes == (0..<8).map(String.init) && data.classCounts == [2, 7, 1, 0, 0, 0, 0, 1])
        #expect(data.summary == "2 images with masks, gray, 2x3, 8 classes")
        let set = data.training(as: Float.self)
        #expect(set.names == ["images/a.png", "images/b.png"])
        let sample = try set.sample(at: 1)
        #expect(sample.input == Tensor(shape: [2, 3, 1], values: [0, 0.2, 0.4, 0.6, 0.8, 1]))
        #expect(sample.target == .labels(Tensor(shape: [2, 3], values: [0, 1, 2, 0, 1, 255])))
    }

    /// Gray of 1 and 16 bits, and numbers of colours.
    @Test func depthsAndPalettesOfMasks() throws {
        let forms: [(PNGWriter, [Int32])] = [
            (PNGWriter(width: 2, height: 1, depth: 1, colorType: 0, samples: [1, 0]), [1, 0]),
            (PNGWriter(width: 2, height: 1, depth: 16, colorType: 0, samples: [300, 2]), [300, 2]),
            (
                PNGWriter(width: 2, height: 1, depth: 4, colorType: 3, samples: [2, 1]).with(
                    .init("PLTE", [9, 9, 9, 8, 8, 8, 255, 0, 0])), [2, 1]
            ),
        ]
        for (mask, labels) in forms {
            try folder.gray("images/a.png", 2, 1, [0, 1])
            try folder.put("masks/a.png", mask.bytes)
            let data = try folder.open()
            #expect(data.faults == [])
            #expect(
                try data.training(as: Float.self).sample(at: 0).target
                    == .labels(Tensor(shape: [1, 2], values: labels)))
        }
    }

    @Test func everyFaultIsTold() throws {
        for name in ["a", "b", "c", "d", "e", "f", "g"] { try put(name) }
        try folder.gray("masks/b.png", 2, 2, [0, 1, 1, 0])
        try FileManager.default.removeItem(atPath: folder.path("masks/c.png"))
        try FileManager.default.removeItem(atPath: folder.path("images/d.png"))
        // The body is damaged, not the header.
        var damaged = PNGWriter(width: 3, height: 2, depth: 8, colorType: 0, samples: Array(repeating: 9, count: 6))
        damaged = damaged.with(data: damaged.data.map { $0 ^ 1 })
        try folder.put("images/e.png", damaged.bytes)
        try folder.rgb("masks/f.png", 3, 2, Array(0..<18))
        try put("g", [0, 0, 0, 0, 4, 5])
        let lacking = [
            "images/c.png: no mask, expected masks/c.png; add the mask, or remove the image",
            "masks/d.png: no image, expected images/d.png; add the image, or remove the mask",
            "masks/b.png: 2 x 2, but images/b.png is 2 x 3; write a mask with a label for each pixel",
        ]
        let f =
            "masks/f.png: RGB, expected one label for each pixel; write the numbers of the classes as gray, or as the colours of "
            + "a palette"
        let g =
            "masks/g.png: label 4 at row 1, column 1, expected 0 to 2, the numbers of the config's classes; correct it, or have it "
            + "ignored by \"ignoreLabel\": 4 in the config's task"
        let change = { (request: inout DataRequest) in request.classes = ["a", "b", "c"] }
        let messages = try folder.open("", change).faults.map(\.message)
        #expect(messages.filter { !$0.hasPrefix("images/e.png: ") } == lacking + [f, g])
        #expect(messages.count { $0.hasPrefix("images/e.png: ") && $0.contains("expected a whole PNG file") } == 1)
        let data = try folder.open {
            change(&$0); $0.skipsBad = true
        }
        #expect(data.training(as: Float.self).names == ["images/a.png"] && data.leftOut == 6)
        #expect(data.summary == "1 image with masks, gray, 2x3, 3 classes, 6 left out")
        // Headers alone show nothing of the body.
        let quick = try folder.open {
            change(&$0); $0.decodesPictures = false
        }
        #expect(!quick.faults.contains { $0.file == "images/e.png" })
    }

    @Test func partsInsideAndOutside() throws {
        let other = try DataFolder()
        for part in ["train", "val"] {
            try other.gray("images/\(part)/\(part).png", 1, 1, [7])
            try other.gray("labels/\(part)/\(part).png", 1, 1, [part == "val" ? 1 : 0])
        }
        let data = try other.open()
        #expect(data.faults == [] && data.training(as: Float.self).names == ["images/train/train.png"])
        #expect(data.samples(.validation, as: Float.self).names == ["images/val/val.png"])
        let root = try DataFolder()
        for place in ["", "valid/"] {
            try root.gray("\(place)images/a.png", 2, 1, [7, 8])
            try root.gray("\(place)masks/a.png", 2, 1, [1, 0])
        }
        let split = try root.open()
        #expect(split.training(as: Float.self).names == ["images/a.png"])
        #expect(split.samples(.validation, as: Float.self).names == ["valid/images/a.png"])
    }

    @Test func nnUNetNames() throws {
        try folder.gray("imagesTr/case_001_0000.png", 2, 1, [7, 8])
        try folder.gray("labelsTr/case_001.png", 2, 1, [1, 0])
        try folder.gray("imagesTs/case_002_0000.png", 2, 1, [7, 8])
        try folder.gray("labelsTs/case_002.png", 2, 1, [1, 0])
        try folder.put("dataset.json", "{}")
        let data = try folder.open()
        #expect(data.faults == [] && data.training(as: Float.self).names == ["imagesTr/case_001_0000.png"])
        #expect(data.count(.test) == 1)
        try folder.gray("imagesTr/case_001_0001.png", 2, 1, [7, 8])
        #expect(try folder.open().faults.map(\.file) == ["imagesTr/case_001_0001.png"])
    }

    /// Black and white masks hold one class besides 255, which is ignored.
    @Test func oneClassIsNoTask() throws {
        try put("a", [0, 255, 0, 255, 0, 255])
        try folder.expectFaults([
            "DATA: one class besides 255, which is ignored, expected at least 2 to tell apart; write labels 0, 1, 2, .., or say in "
                + "the config's task which label to ignore"
        ])
        #expect(try folder.open { $0.classes = ["0", "1"] }.faults == [])
        #expect(try folder.open { $0.ignoredLabels = [] }.classes.count == 256)
    }

    @Test func masksThatArePhotographs() throws {
        try folder.gray("images/a.png", 5, 3, Array(0..<15))
        try folder.put("masks/a.jpg", JPEGSamples.accepted[0].bytes)
        #expect(
            try folder.open().faults.first?.message
                == "masks/a.jpg: a JPEG, which changes labels, expected a PNG; write the labels as PNG")
    }
}

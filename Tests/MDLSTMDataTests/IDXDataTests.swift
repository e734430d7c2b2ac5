import Foundation
import MDLSTM
import MDLSTMData
import Testing
import _TestSupport

/// MNIST's files.
struct IDXDataTests {
    private let folder: DataFolder

    init() throws { folder = try DataFolder() }

    @Test func valuesAreThoseStored() throws {
        try folder.put("train-images-idx3-ubyte", IDXSamples.images(3, 2, 5))
        try folder.put("train-labels-idx1-ubyte", IDXSamples.labels([7, 0, 9]))
        for name in ["", "train-images-idx3-ubyte", "train-labels-idx1-ubyte"] {
            let data = try folder.open(name)
            #expect(data.faults == [] && data.classes == (0...9).map(String.init))
            #expect(
                data.shape == DataShape(kind: .classify, axes: 2, features: 1, outputs: 10, isAnswerPerSample: true))
            #expect(data.summary == "3 images, gray, 2x5, 10 classes")
            let sample = try data.training(as: Double.self).sample(at: 1)
            #expect(sample.input == Tensor(shape: [2, 5, 1], values: (10..<20).map { Double($0) / 255 }))
            #expect(sample.target == .labels(Tensor(shape: [], values: [0])))
        }
    }

    /// gzip -c of the files, in one member and in two.
    @Test func compressedFiles() throws {
        try folder.put("images-idx3-ubyte.gz", IDXSamples.compressedImages)
        try folder.put("labels-idx1-ubyte.gz", IDXSamples.labels([1, 0, 1]))
        let data = try folder.open("images-idx3-ubyte.gz")
        #expect(try data.training(as: Double.self).sample(at: 2).input.values == (20..<30).map { Double($0) / 255 })
        try folder.put("images-idx3-ubyte.gz", IDXSamples.twoMembers)
        #expect(
            try folder.open("images-idx3-ubyte.gz").training(as: Double.self).sample(at: 2).input.values[9] == 29 / 255)
    }

    @Test func partsByName() throws {
        for (name, count) in [("train-", 3), ("t10k-", 2), ("validation-", 1)] {
            try folder.put("\(name)images.idx3-ubyte", IDXSamples.images(count, 2, 2))
            try folder.put("\(name)labels.idx1-ubyte", IDXSamples.labels(Array([0, 1, 2].prefix(count))))
        }
        let data = try folder.open()
        #expect(data.count(.training) == 3 && data.count(.validation) == 1 && data.count(.test) == 2)
        #expect(try folder.open("t10k-images.idx3-ubyte").count(.training) == 2)
    }

    @Test func unequalCounts() throws {
        try folder.put("images-idx3-ubyte", IDXSamples.images(3, 2, 2))
        try folder.put("labels-idx1-ubyte", IDXSamples.labels([0, 1]))
        try folder.expectFaults([
            "labels-idx1-ubyte: 2 labels, but images-idx3-ubyte has 3 images; get the files that belong together"
        ])
    }

    /// Of every file that is none.
    @Test func damagedFiles() throws {
        try folder.put("train-images-idx3-ubyte", IDXSamples.labels([0, 1]))
        try folder.put("train-labels-idx1-ubyte", Array(IDXSamples.labels([0, 1]).dropLast()))
        try folder.put("t10k-images-idx3-ubyte", IDXSamples.images(2, 2, 2))
        try folder.put("t10k-labels-idx1-ubyte", [])
        let faults = try folder.open().faults
        #expect(
            faults.map(\.file) == ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-labels-idx1-ubyte"])
        #expect(
            faults[0].found == "0x00000801" && faults[1].found == "9"
                && faults[1].advice.hasPrefix("the file is cut short"))
        #expect(faults.allSatisfy { !$0.canBeLeftOut })
    }

    @Test func labelsBeyondTheClasses() throws {
        try folder.put("images-idx3-ubyte", IDXSamples.images(3, 2, 2))
        try folder.put("labels-idx1-ubyte", IDXSamples.labels([0, 3, 1]))
        try folder.expectFaults([
            "labels-idx1-ubyte: label 3 at sample 1, expected 0 to 1, the numbers of the config's classes; correct it"
        ]) { $0.classes = ["zero", "one"] }
    }

    @Test func labelsMissing() throws {
        try folder.put("images-idx3-ubyte", IDXSamples.images(3, 2, 2))
        folder.expectRefusal(["with their labels beside them"], "images-idx3-ubyte")
    }

    @Test(arguments: IDXSamples.rejected) func rejects(_ file: SampleFile) {
        let error = #expect(throws: MDLSTMError.self) { try IDXFile(parsing: file.bytes, name: "x", .images) }
        #expect(error?.kind == .data && error?.message.hasPrefix("x: expected ") ?? false, "\(error?.message ?? "")")
        #expect(error?.message.contains(file.reason) ?? false, "'\(error?.message ?? "")' lacks '\(file.reason)'")
    }
}

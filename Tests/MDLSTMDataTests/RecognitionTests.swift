import Foundation
import MDLSTM
import MDLSTMData
import Testing
import _TestSupport

/// What a path is taken for, and why not.
struct RecognitionTests {
    private let folder: DataFolder

    init() throws { folder = try DataFolder() }

    @Test func nothingThere() throws {
        folder.expectRefusal(["expected a file or a folder of data"], "none", kind: .missingInput)
        folder.expectRefusal(["expected data, images/ with masks/", "found nothing"])
        try folder.put("README.md", "x")
        folder.expectRefusal(["found README.md"])
        folder.expectRefusal(["found a file of another kind"], "README.md")
    }

    @Test func mixedDataNeedAKind() throws {
        try folder.gray("a/1.png", 1, 1, [1])
        try folder.gray("b/1.png", 1, 1, [1])
        try folder.gray("images/1.png", 2, 1, [1, 1])
        try folder.gray("masks/1.png", 2, 1, [1, 0])
        folder.expectRefusal([
            "found images with masks and folders of pictures by class", "--kind labelSites or classify",
        ])
        #expect(try folder.open { $0.kind = .labelSites }.count == 1)
        #expect(try folder.open { $0.kind = .classify }.classes == ["a", "b", "images", "masks"])
        let loose = try DataFolder()
        try loose.gray("a/1.png", 1, 1, [1])
        try loose.gray("b/1.png", 1, 1, [1])
        try loose.gray("c.png", 1, 1, [1])
        loose.expectRefusal(["1 picture beside them (c.png)", "--kind classify"])
        #expect(try loose.open { $0.kind = .classify }.count == 2)
    }

    @Test func otherKindsAreNamed() throws {
        try folder.gray("p/1.png", 1, 1, [1])
        for path in ["p", "p/1.png"] {
            folder.expectRefusal(["found pictures that nothing is told of, data for density"], path)
        }
        folder.expectRefusal(["found 1 picture without labels, data for density; expected data for classify"], "p") {
            $0.kind = .classify
        }
        try folder.put("p/1.gt.txt", "text")
        #expect(try folder.open("p").shape.kind == .transcribe)
        try folder.put("t/a.txt", "text")
        folder.expectRefusal(["found text, data for nextSymbol"], "t")
        folder.expectRefusal(["found text, data for nextSymbol"], "t/a.txt")
        try folder.gray("pages/1.png", 1, 1, [1])
        try folder.put("pages/1.xml", "<PcGts/>")
        #expect(try folder.open("pages").faults.map(\.file) == ["1.xml"])
        try folder.array("d/a.npy", Tensor(zeros: [2, 3, 3, 1]))
        folder.expectRefusal(["data for density"], "d")
        folder.expectRefusal(["data for density", "expected data for regress", "y.npy"], "d") { $0.kind = .regress }
        try folder.gray("i/images/1.png", 1, 1, [1])
        folder.expectRefusal(["expected masks/ or labels/ beside images/"], "i")
    }

    /// A folder of data sets is none itself.
    @Test func dataSetsAreNoClasses() throws {
        for name in ["one", "two"] {
            try folder.gray("\(name)/images/1.png", 1, 1, [1])
            try folder.gray("\(name)/masks/1.png", 1, 1, [1])
        }
        folder.expectRefusal(["found one/, two/"])
        // One alone is what an archive leaves.
        try FileManager.default.removeItem(atPath: folder.path("two"))
        #expect(try folder.open { $0.classes = ["0", "1"] }.training(as: Float.self).names == ["one/images/1.png"])
    }

    @Test func partsAreOfOneSort() throws {
        try folder.gray("train/a/1.png", 1, 1, [1])
        try folder.gray("train/b/1.png", 1, 1, [1])
        try folder.gray("test/images/1.png", 1, 1, [1])
        try folder.gray("test/masks/1.png", 1, 1, [1])
        folder.expectRefusal(["expected data of one sort in all parts"])
        try folder.gray("val/a/1.png", 1, 1, [1])
        try folder.gray("val/b/1.png", 1, 1, [1])
        try folder.gray("valid/a/1.png", 1, 1, [1])
        try folder.gray("valid/b/1.png", 1, 1, [1])
        folder.expectRefusal(["found two of samples for validation"]) { $0.kind = .classify }
    }

    @Test func emptyDataAreAFault() throws {
        for name in ["images", "masks"] {
            try FileManager.default.createDirectory(atPath: folder.path(name), withIntermediateDirectories: true)
        }
        try folder.expectFaults(["DATA: no samples, expected at least one; put some there"])
    }

    /// Validation is held back by name, unless the data have a part for it.
    @Test func splits() throws {
        for index in 0..<40 { try folder.gray("\(index % 2)/\(index).png", 1, 1, [1]) }
        let data = try folder.open()
        let (training, validation) = data.split(validation: 0.25, seed: 3, as: Float.self)
        #expect(training.count + validation.count == 40 && (4...16).contains(validation.count))
        #expect(Set(training.names).isDisjoint(with: validation.names))
        try folder.gray("0/new.png", 1, 1, [1])
        let more = try folder.open().split(validation: 0.25, seed: 3, as: Float.self)
        #expect(Set(validation.names).isSubset(of: more.validation.names))
    }
}

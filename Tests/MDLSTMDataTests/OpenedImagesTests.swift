import MDLSTM
import MDLSTMData
import Testing
import _TestSupport

/// Pictures that are learnt themselves.
struct OpenedImagesTests {
    private let folder: DataFolder

    init() throws { folder = try DataFolder() }

    private func open(
        _ name: String = "", color: DensityColor = .gray, least: (height: Int, width: Int) = (1, 1),
        _ change: (inout DataRequest) -> Void = { _ in }
    ) throws -> OpenedImages {
        var request = DataRequest()
        change(&request)
        let path = name.isEmpty ? folder.path : folder.path(name)
        return try #require(try OpenedImages(path, request, color: color, least: least))
    }

    private func values(_ picture: DensityPicture) -> [Double] {
        (0..<(picture.count * picture.channels)).map { picture[$0] }
    }

    @Test func folderOfPictures() throws {
        try folder.gray("b.png", 3, 2, [1, 2, 3, 4, 5, 255])
        try folder.gray("a.png", 1, 2, [7, 8])
        let opened = try open()
        let pictures = opened.pictures(.training)
        #expect(pictures.map(\.name) == ["a.png", "b.png"] && opened.faults.isEmpty)
        #expect(pictures.map(\.height) == [2, 2] && pictures.map(\.width) == [1, 3])
        #expect(values(pictures[1]) == [1, 2, 3, 4, 5, 255] && pictures[1].hasLevels)
        #expect(opened.summary == "2 pictures, gray, 2x1 to 2x3" && opened.shape.kind == .density)
        #expect(try open { $0.limit = 1 }.pictures(.training).count == 1)
    }

    @Test func partsAreFolders() throws {
        for (index, name) in ["train/a", "train/b", "valid/c", "test/d"].enumerated() {
            try folder.gray("\(name).png", 2, 1, [index, 9])
        }
        let opened = try open()
        #expect(opened.pictures(.training).map(\.name) == ["train/a.png", "train/b.png"])
        #expect(opened.pictures(.validation).map(\.name) == ["valid/c.png"])
        #expect(values(opened.pictures(.test)[0]) == [3, 9])
        let (training, validation) = opened.split(validation: 0.5, seed: 1)
        #expect(training.count == 2 && validation.count == 1)
    }

    /// Which pictures are held back is told by their names.
    @Test func withoutPartsSomeAreHeldBack() throws {
        for index in 0..<20 { try folder.gray("\(index).png", 1, 1, [index]) }
        let (training, validation) = try open().split(validation: 0.3, seed: 5)
        #expect(training.count + validation.count == 20 && (1...12).contains(validation.count))
        #expect(Set(training.map(\.name)).isDisjoint(with: validation.map(\.name)))
        #expect(try open().split(validation: 0, seed: 5).validation.isEmpty)
    }

    @Test func onePicture() throws {
        try folder.gray("p/a.png", 2, 1, [3, 4])
        try folder.gray("p/b.png", 2, 1, [5, 6])
        #expect(try open("p/b.png").pictures(.training).map(values) == [[5, 6]])
        #expect(try OpenedImages.isImages(folder.path("p/b.png"), DataRequest()))
        #expect(try OpenedImages.isImages(folder.path("p"), DataRequest()))
    }

    @Test func colourBecomesGray() throws {
        try folder.rgb("a.png", 2, 2, [255, 0, 0, 0, 255, 0, 0, 0, 255, 90, 90, 90])
        #expect(try values(open().pictures(.training)[0]) == [76, 150, 29, 90])
    }

    @Test func coloursAreReadWhereAskedFor() throws {
        let samples = [255, 0, 7, 0, 254, 9, 1, 2, 253, 90, 91, 92]
        try folder.rgb("a.png", 2, 2, samples)
        try folder.put(
            "b.png", PNGWriter(width: 1, height: 1, depth: 8, colorType: 6, samples: [3, 4, 5, 77]).bytes)
        try folder.put("c.npy", integers([1, 2, 3, 4, 5, 600], [1, 2, 3], "<i4"))
        try folder.array("d.npy", Tensor(shape: [2, 1, 1, 3], values: [-0.5, 0, 2.25, 1, 2, 3]))
        let opened = try open(color: .ycc)
        let pictures = opened.pictures(.training)
        #expect(opened.faults.isEmpty && opened.summary == "5 pictures, RGB, 1x1 to 2x2")
        #expect(pictures.map(\.name) == ["a.png", "b.png", "c.npy", "d.npy[0]", "d.npy[1]"])
        #expect(pictures.allSatisfy { $0.channels == 3 } && opened.shape.features == 3)
        #expect(values(pictures[0]) == samples.map { Double($0) } && values(pictures[1]) == [3, 4, 5])
        #expect(values(pictures[2]) == [1, 2, 3, 4, 5, 600] && pictures[2].width == 2 && pictures[2].hasLevels)
        #expect(values(pictures[3]) == [-0.5, 0, 2.25] && !pictures[3].hasLevels)
    }

    @Test func grayIsNoColour() throws {
        try folder.gray("gray.png", 2, 1, [1, 2])
        try folder.rgb("rgb.png", 1, 1, [1, 2, 3])
        try folder.array("flat.npy", Tensor(zeros: [1, 9, 8]))
        let opened = try open(color: .ycc)
        #expect(opened.pictures(.training).map(\.name) == ["rgb.png"])
        #expect(
            opened.faults.map(\.message) == [
                "flat.npy: the shape [1, 9, 8], expected RGB pictures, an array [B, H, W, 3]; give 3 channels, or learn gray "
                    + "pictures with \"color\": \"gray\"",
                "gray.png: a gray picture, expected red, green and blue, since 'color' is \"ycc\"; leave it out, or learn gray "
                    + "pictures with \"color\": \"gray\"",
            ])
    }

    @Test func arrays() throws {
        try folder.put("i.npy", integers([0, 7, 65_535, 1], [2, 2], "<i4"))
        try folder.put("u.npy", integers([1, 2, 3, 4, 5, 6], [3, 1, 2, 1], "|u1"))
        try folder.array("f.npy", Tensor(shape: [1, 1, 3], values: [-0.5, 0, 2.25]))
        let pictures = try open().pictures(.training)
        #expect(pictures.map(\.name) == ["f.npy", "i.npy", "u.npy[0]", "u.npy[1]", "u.npy[2]"])
        #expect(values(pictures[0]) == [-0.5, 0, 2.25] && !pictures[0].hasLevels)
        #expect(pictures[0].noisy(seed: 1).values == [-0.5, 0, 2.25])
        #expect(values(pictures[1]) == [0, 7, 65_535, 1] && pictures[1].hasLevels && pictures[1].height == 2)
        #expect(values(pictures[4]) == [5, 6] && pictures[4].width == 2)
        let noise = zip(pictures[1].noisy(seed: 1).values, values(pictures[1])).map { $0 - $1 }
        #expect(noise.allSatisfy { (0..<1).contains($0) } && Set(noise).count == 4)
    }

    @Test func faultsAreTold() throws {
        try folder.gray("large.png", 7, 5, Array(repeating: 1, count: 35))
        try folder.gray("low.png", 7, 4, Array(repeating: 1, count: 28))
        try folder.put("broken.png", Array(DataFolder.gray(7, 5, Array(repeating: 1, count: 35)).dropLast(20)))
        try folder.array("colour.npy", Tensor(zeros: [1, 9, 9, 3]))
        try folder.put("negative.npy", integers([-1, 2], [1, 2]))
        try folder.array("infinite.npy", Tensor(shape: [1, 2], values: [.infinity, 2]))
        let opened = try open(least: (5, 7))
        #expect(opened.pictures(.training).map(\.name) == ["large.png"])
        let faults = opened.faults.sorted { $0.file < $1.file }
        #expect(faults.map(\.file) == ["broken.png", "colour.npy", "infinite.npy", "low.png", "negative.npy"])
        #expect(faults[1].found.contains("[1, 9, 9, 3]") && faults[2].message.contains("inf"))
        #expect(
            faults[3].message
                == "low.png: 7 x 4 pixels, expected at least 7 x 5, a neighbourhood with a pixel; give a larger picture, or choose "
                + "a smaller neighbourhood")
        #expect(faults[4].message.contains("whole numbers from 0 to 65535"), "\(faults[4].message)")
    }

    @Test func otherDataAreNone() throws {
        try folder.gray("c/a/1.png", 1, 1, [1])
        try folder.gray("c/b/1.png", 1, 1, [1])
        try folder.put("t/a.txt", "text")
        for name in ["c", "t"] {
            #expect(try OpenedImages(folder.path(name), DataRequest(), least: (1, 1)) == nil)
        }
        try folder.gray("c/loose.png", 2, 1, [1, 2])
        #expect(try open("c") { $0.kind = .density }.pictures(.training).map(\.name) == ["loose.png"])
    }
}

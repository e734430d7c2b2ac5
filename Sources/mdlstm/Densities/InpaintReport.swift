import MDLSTM
import MDLSTMTasks

/// What is told of holes while they are filled in: of colours by luma alone at first, then by luma and chroma.
struct InpaintReport<Element: Scalar> {
    private let planes: [DensityPlane]

    /// By the planes that have been filled in.
    private let judges: [HoleJudge<Element>]

    /// What the picture was worth as it was given: something where a mask lies on a picture that is whole.
    private let asGiven: [HoleJudge<Element>.Bits]

    /// Of boxes beside the hole.
    private var around: [ClosedRange<Double>?] = []
    private var course: [JSONValue] = []

    init(
        _ trained: DensityFile<Element>, _ hole: PictureHole, name: String, on backend: any Backend<Element>
    ) throws {
        planes = trained.planes.map(\.model.plane)
        let networks = try trained.planes.map { plane in
            PictureLikelihood<Element>.Plane(
                try backend.makeModel(plane.model.network, parameters: plane.parameters), plane.model, plane.whitening)
        }
        judges = networks.indices.map { HoleJudge(PictureLikelihood(Array(networks[...$0])), hole, name: name) }
        asGiven = try judges.map { try $0.bits(of: hole.picture) }
        for (plane, bits) in zip(planes, asGiven) {
            printError("as given, \(words(plane))bits a pixel: " + Self.words(bits))
        }
    }

    /// `luma, ` and `luma and chroma, `; nothing of gray.
    func words(_ plane: DensityPlane) -> String {
        planes.count == 1 ? "" : planes.prefix(index(of: plane) + 1).map(\.rawValue).joined(separator: " and ") + ", "
    }

    private func index(of plane: DensityPlane) -> Int { planes.firstIndex(of: plane)! }

    /// The share of all that is done.
    func share(of done: InPainting<Element>.Progress, sweeps: Int) -> Double {
        (Double(index(of: done.plane)) + Double(done.sweep) / Double(max(1, sweeps))) / Double(planes.count)
    }

    /// Judges the pictures on their way, and says so.
    mutating func tell(_ done: InPainting<Element>.Progress) throws {
        let bits = try done.pictures.map { try judges[index(of: done.plane)].bits(of: $0) }
        var members: JSONObject = [
            "sweep": .integer(done.sweep), "bitsPerPixel": .array(bits.map { .number($0.box) }),
            "hole": .array(bits.map { .number($0.hole) }),
            "border": .array(bits.map { bits in bits.border.map { .number($0) } ?? .null }),
            "accepted": done.accepted.map { .number($0) } ?? .null,
        ]
        if planes.count > 1 { members["network"] = .string(done.plane.rawValue) }
        course.append(.object(members))
        let kept = done.accepted.map { "; \(rounded(100 * $0, 1)) % of blocks kept" } ?? ""
        printError(
            "\(words(done.plane))sweep \(done.sweep), bits a pixel: "
                + "\(bits.map(Self.words).joined(separator: " | "))\(kept)")
    }

    /// Says how long it took, and what boxes beside the hole are worth.
    mutating func end(_ picture: Tensor<Double>, pixels: Int, seconds: Double) throws {
        around = try judges.map { try $0.bits(of: picture).around }
        var line = "\(counted(pixels, "pixel")) in \(rounded(seconds, 1)) s"
        for (plane, around) in zip(planes, around) {
            guard let around else { continue }
            line +=
                "; beside the hole, \(words(plane))\(rounded(around.lowerBound, 4)) to \(rounded(around.upperBound, 4))"
        }
        printError(line)
    }

    private static func words(_ bits: HoleJudge<Element>.Bits) -> String {
        "hole \(rounded(bits.hole, 3))" + (bits.border.map { ", border \(rounded($0, 3))" } ?? "")
    }

    /// Members of the object that is printed; `asGiven` and `around` are by all planes, of luma alone under `networks`.
    var json: JSONObject {
        func members(_ index: Int) -> JSONObject {
            let around: JSONValue =
                self.around[index].map { ["least": .number($0.lowerBound), "most": .number($0.upperBound)] } ?? .null
            return ["asGiven": .number(asGiven[index].box), "around": around]
        }
        var json = members(planes.count - 1)
        json["course"] = .array(course)
        if planes.count > 1 { json["networks"] = .object([planes[0].rawValue: .object(members(0))]) }
        return json
    }
}

import MDLSTM
import Testing
import _TestSupport

/// Small pictures whose density is learnt, and models of them.
struct PictureData {
    let data: OwnData

    init() throws {
        data = try OwnData()
        for (index, size) in [(24, 20), (20, 24), (22, 22)].enumerated() {
            try data.gray(size.0, size.1, Self.pixels(size.0, size.1, seed: index), to: "pictures/\(index).png")
        }
        try writeConfiguration("c.json")
    }

    func path(_ name: String) -> String { data.path(name) }

    /// Slopes with noise, from 0 to 255.
    static func pixels(_ height: Int, _ width: Int, seed: Int) -> [Int] {
        let noise = OwnData.noise(height * width, below: 40, seed: seed)
        return noise.enumerated().map { 4 * ($0 / width) + 3 * ($0 % width) + $1 }
    }

    /// A small density with one layer, which a few steps take through.
    func writeConfiguration(
        _ name: String, task: String = #""border": "inside""#, layers: Int = 1,
        training: String = #""steps": 5, "batch": 2"#
    ) throws {
        let layer = #"{"type": "recurrent", "cell": "spatial", "hiddenSize": 3, "directions": ["++"]}"#
        let list = Array(repeating: layer, count: layers).joined(separator: ", ")
        try data.write(
            """
            {"version": 1, "model": {"layers": [\(list)]},
             "task": {"kind": "density", "neighbourhood": 3, "patch": [7, 5],
                      "head": {"components": 3, "scales": 2, "features": 4}, \(task)},
             "training": {\(training)}}
            """, to: name)
    }

    @discardableResult
    func train(_ out: String, _ more: [String] = []) throws -> CommandLineTool.Outcome {
        try data.train("pictures", "c.json", out: out, more)
    }

    func evaluate(_ model: String, _ pictures: String = "pictures", _ more: [String] = []) throws -> JSONObject {
        try CommandLineTool.succeed(
            ["evaluate", path(model), path(pictures), "--json", "--backend", "cpu"] + more
        ).json
    }
}

import MDLSTM
import MDLSTMData
import MDLSTMTasks

extension CheckDataCommand {
    /// Pictures whose density can be learnt; nil where the data are something else.
    func openedImages(_ given: GivenConfiguration) throws -> OpenedImages? {
        let request = try options.request(kind: given.kind, ignoredLabels: nil, classes: nil, channels: nil)
        let task = given.taskSettings?.density ?? DensityOptions()
        let model = try DensityModel(task, layers: [])
        return try OpenedImages(data, request, color: task.color, least: model.leastExtents)
    }

    func printImages(_ opened: OpenedImages) throws {
        printError("data: " + opened.summary)
        if json {
            try printResult(opened.json.serialized())
        } else {
            try printResult("kind: \(opened.shape.kind.rawValue)")
            let counts = opened.parts.map { "\(opened.pictures($0).count) \($0.rawValue)" }
            try printResult(
                "samples: \(opened.count)"
                    + (opened.parts == [.training] || counts.isEmpty ? "" : " (\(counts.joined(separator: ", ")))"))
            try tell(opened.faults) { try printResult($0) }
        }
        if let failure = opened.failure { throw failure }
    }
}

extension OpenedImages {
    /// The parts that have pictures.
    fileprivate var parts: [DataPart] { DataPart.allCases.filter { !pictures($0).isEmpty } }

    fileprivate var count: Int { parts.reduce(0) { $0 + pictures($1).count } }

    /// The object of `mdlstm check-data --json`.
    var json: JSONValue {
        var counts: JSONObject = [:]
        for part in parts { counts[part.rawValue] = .integer(pictures(part).count) }
        let all = parts.flatMap(pictures)
        func extents(_ choose: ([Int]) -> Int?) -> JSONValue {
            .array([all.map(\.height), all.map(\.width)].compactMap(choose).map { .integer($0) })
        }
        return [
            "kind": .string(shape.kind.rawValue), "samples": .integer(count), "parts": .object(counts),
            "extents": ["least": extents { $0.min() }, "most": extents { $0.max() }],
            "channels": .integer(color.channels),
            "outputs": 1, "classes": [], "leftOut": .integer(faults.count), "faults": .array(faults.map(\.json)),
        ]
    }
}

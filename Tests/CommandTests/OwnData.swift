import Foundation
import MDLSTM
import Testing
import _TestSupport

/// Small data of a person's own, and trainings on them.
struct OwnData {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func path(_ name: String) -> String { folder.file(name) }

    func write(_ bytes: [UInt8], to name: String) throws {
        try FileManager.default.createDirectory(
            atPath: (path(name) as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try writeFile(bytes, to: path(name))
    }

    func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

    func gray(_ height: Int, _ width: Int, _ samples: [Int], to name: String) throws {
        try write(PNGWriter(width: width, height: height, depth: 8, colorType: 0, samples: samples).bytes, to: name)
    }

    /// Numbers below `limit` that are told apart by `seed`.
    static func noise(_ count: Int, below limit: Int, seed: Int) -> [Int] {
        let stream = RandomStream(seed: UInt64(seed), tensor: 1, step: 1, stream: 0)
        return (0..<count).map { stream.index(below: limit, element: $0) }
    }

    /// Noise of sizes of its own, whose labels say which of two grays a pixel is nearest; every ninth is ignored.
    func writeMasks(_ name: String = "masks", count: Int = 9, ignored: [Int] = [254, 255]) throws {
        for index in 0..<count {
            let (height, width) = (4 + index % 3, 3 + index % 4)
            let samples = Self.noise(height * width, below: 256, seed: index)
            let labels = samples.enumerated().map { $0 % 9 == 8 ? ignored[$0 % 2] : $1 / 128 }
            try gray(height, width, samples, to: "\(name)/images/\(index).png")
            try gray(height, width, labels, to: "\(name)/labels/\(index).png")
        }
    }

    /// Pictures of three grays in folders named by them.
    func writeClasses(_ name: String = "classes", _ classes: [String] = ["black", "gray", "white"], count: Int = 3)
        throws
    {
        for (number, own) in classes.enumerated() {
            for index in 0..<count {
                let (height, width) = (3 + index % 2, 4 + number)
                let samples = Self.noise(height * width, below: 40, seed: 10 * number + index).map { $0 + 70 * number }
                try gray(height, width, samples, to: "\(name)/\(own)/\(own)\(index).png")
            }
        }
    }

    /// An archive of samples with extents of their own; targets are numbers of sites, or of samples.
    ///
    /// - Returns: the arrays
    @discardableResult
    func writeNumbers(_ name: String, extents: [Int], perSample: Bool) throws -> (
        x: Tensor<Float>, y: Tensor<Float>, lengths: [[Int]]
    ) {
        let count = 5
        let x = Tensor<Float>.random([count] + extents + [2], seed: 3)
        let y = Tensor<Float>.random([count] + (perSample ? [] : extents) + [2], seed: 4)
        let lengths = (0..<count).map { sample in extents.enumerated().map { 1 + (sample + $0) % $1 } }
        let members: [(String, Tensor<Float>)] = [
            ("x", x), ("y", y),
            ("lengths", Tensor(shape: [count, extents.count], values: lengths.flatMap { $0 }.map { Float($0) })),
        ]
        try write(
            ZipWriter(members: members.map { .init(name: "\($0).npy", stored: NumpyArray($1).serialized()) }).bytes,
            to: name)
        return (x, y, lengths)
    }

    /// A configuration of a small model of the reference's speed.
    func writeConfiguration(
        _ name: String, kind: String, layers: [String]? = nil, task: String = "",
        training: String = #""epochs": 2, "batch": 4"#
    ) throws {
        let recurrent = #"{"type": "recurrent", "cell": "leaky", "hiddenSize": 3, "directions": "all"}"#
        let dense = #"{"type": "dense", "outputSize": "auto"}"#
        let pool = #"{"type": "pool", "by": "mean"}"#
        let usual = kind == "classify" ? [recurrent, pool, dense] : [recurrent, dense]
        try write(
            """
            {"version": 1, "model": {"layers": [\((layers ?? usual).joined(separator: ", "))]},
             "task": {"kind": "\(kind)"\(task)}, "training": {\(training)}}
            """, to: name)
    }

    @discardableResult
    func train(_ data: String, _ config: String, out: String, _ more: [String] = []) throws -> CommandLineTool.Outcome {
        try CommandLineTool.succeed(trainArguments(data, config, out: out, more))
    }

    func trainArguments(_ data: String, _ config: String, out: String, _ more: [String] = []) -> [String] {
        ["train", path(data), "--config", path(config), "--out", path(out), "--backend", "cpu"] + more
    }

    /// The tensors of a run's model.
    func parameters(_ run: String) throws -> ParameterTensors<Float> {
        try ModelFile<Float>(contentsOf: path("\(run)/model.safetensors")).parameters
    }

    func json(_ file: String) throws -> JSONValue { try JSONValue(parsing: readFile(path(file)), name: file) }

    func jsonLines(_ file: String) throws -> [JSONValue] {
        try readFile(path(file)).split(separator: UInt8(ascii: "\n")).map { try JSONValue(parsing: $0, name: file) }
    }
}

extension CommandLineTool.Outcome {
    /// The JSON object on stdout.
    var json: JSONObject {
        get throws { try #require(try JSONValue(parsing: Array(output.utf8), name: "output").objectValue) }
    }
}

extension JSONValue {
    /// Without members that are times.
    var withoutTimes: JSONValue {
        if let list = arrayValue { return .array(list.map(\.withoutTimes)) }
        guard let members = objectValue else { return self }
        var kept: JSONObject = [:]
        for (key, value) in members where !["seconds", "evaluationSeconds", "samplesPerSecond"].contains(key) {
            kept[key] = value.withoutTimes
        }
        return .object(kept)
    }
}

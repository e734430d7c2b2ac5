import MDLSTM
import MDLSTMImages
import MDLSTMTasks
import Testing
import _TestSupport

/// report.json, data.json and confusion.json.
struct ReportTests {
    @Test func reportHasTheEvaluationAndTheTraining() throws {
        let report = RunReport(
            evaluation: ["task": "classify", "samples": 5, "loss": 0.25, "accuracy": 0.8, "seconds": 0.5], epochs: 7,
            steps: 70, seconds: 12.5, samplesPerSecond: 640, monitor: "error", best: (0.2, 4), end: .patience)
        #expect(
            report.json == [
                "task": "classify", "samples": 5, "loss": 0.25, "accuracy": 0.8, "evaluationSeconds": 0.5, "epochs": 7,
                "steps": 70, "seconds": 12.5, "samplesPerSecond": 640.0, "monitor": "error", "bestEpoch": 4,
                "bestValue": 0.2, "end": "patience",
            ])
        let folder = try TemporaryFolder()
        try report.write(to: folder.file("report.json"))
        #expect(try JSONValue(parsing: readFile(folder.file("report.json")), name: "report") == report.json)
    }

    @Test func reportWithoutValidationHasNulls() {
        let report = RunReport(
            evaluation: ["task": "regress"], course: FitCourse(), last: nil, samplesPerSecond: nil, monitor: "loss")
        let expected: [(String, JSONValue)] = [
            ("steps", 0), ("seconds", 0.0), ("samplesPerSecond", nil), ("bestEpoch", nil), ("bestValue", nil),
            ("end", nil),
        ]
        for (key, value) in expected { #expect(report.json[key] == value, "\(key)") }
    }

    private struct Named: DataSet {
        typealias Element = Float
        var samples: [(name: String, extents: [Int])]
        var count: Int { samples.count }
        func name(of index: Int) -> String { samples[index].name }
        func extents(of index: Int) -> [Int] { samples[index].extents }
        func sample(at index: Int) throws -> Sample<Float> { throw MDLSTMError(.data, "not to be read") }
    }

    /// The right value is from a program of its own, in Python: FNV-1a of 64 bits over the bytes that the documentation names.
    @Test func fingerprintIsThatOfNamesAndExtents() throws {
        let (train, valid) = (Named(samples: [("é.png", [3, 300]), ("b", [7])]), Named(samples: [("c", [])]))
        let listing = try DataListing.of(train, valid)
        #expect(
            listing.json == ["fingerprint": "fff8beb9a48d7476", "train": ["é.png", "b"], "validation": ["c"]])
        #expect(try DataListing.of(train, valid) == listing)
        let others: [(Named, Named)] = [
            (Named(samples: [("é.png", [300, 3]), ("b", [7])]), valid),
            (Named(samples: train.samples.reversed()), valid),
            (Named(samples: [("é.png", [3, 300])]), Named(samples: [("b", [7]), ("c", [])])),
            (Named(samples: [("é.pn", [3, 300]), ("gb", [7])]), valid), (train, Named(samples: [])),
        ]
        for (train, valid) in others {
            let other = try DataListing.of(train, valid)
            #expect(other != listing && other.fingerprint != listing.fingerprint)
        }
    }

    @Test func confusionNamesItsClasses() throws {
        var counts = ClassCounts(classes: 3)
        for (label, predicted) in [(0, 0), (0, 2), (0, 2), (2, 1)] { counts.add(label, predicted: predicted) }
        let names = ["ant", "bee", "<cat>"]
        #expect(
            counts.confusion(classes: names) == [
                "classes": ["ant", "bee", "<cat>"], "confusion": [[1, 0, 2], [0, 0, 0], [0, 1, 0]],
            ])
        let svg = counts.matrix(title: "best", classes: names).svg()
        #expect(svg.texts.filter { $0 == "bee" }.count == 2)
        for count in ["1", "2"] { #expect(svg.texts.contains(count)) }
    }
}

extension DataListing {
    fileprivate static func of<Element: Scalar>(
        _ train: any DataSet<Element>, _ validation: any DataSet<Element>
    ) throws -> DataListing {
        try DataListing([("train", train), ("validation", validation)])
    }
}

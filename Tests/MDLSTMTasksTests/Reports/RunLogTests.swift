import MDLSTM
import MDLSTMTasks
import Testing
import _TestSupport

struct RunLogTests {
    private let folder: TemporaryFolder
    private let figures = ["loss", "accuracy"]

    init() throws { folder = try TemporaryFolder() }

    /// An epoch of seven steps.
    private func record(_ epoch: Int) -> EpochRecord {
        EpochRecord(
            epoch: epoch, step: 7 * epoch, seconds: Double(epoch) / 4, learningRate: 0.001,
            trainLoss: 2 / Double(epoch),
            validation: [
                "task": "classify", "samples": 11, "loss": .number(1 / Double(epoch)), "accuracy": 0.5,
                "classes": [["name": "a", "count": 11]], "confusion": [[11]],
            ])
    }

    private func text(_ name: String) throws -> String {
        String(decoding: try readFile(folder.file(name)), as: UTF8.self)
    }

    private func lines(_ name: String) throws -> [String] {
        try text(name).split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    @Test func everyEpochIsOnTheDiskAtOnce() throws {
        let log = try RunLog(in: folder.path, figures: figures)
        #expect(try text("metrics.jsonl").isEmpty)
        for epoch in 1...3 {
            try log.append(record(epoch))
            let line = try JSONValue(parsing: try #require(lines("metrics.jsonl").last), name: "line")
            #expect(try lines("metrics.jsonl").count == epoch)
            #expect(line["epoch"] == .integer(epoch) && line["step"] == .integer(7 * epoch))
            #expect(line["trainLoss"]?.doubleValue == 2 / Double(epoch))
            #expect(line["validation"]?["loss"]?.doubleValue == 1 / Double(epoch))
            #expect(line["validation"]?["classes"]?.arrayValue?.count == 1 && line["validation"]?["confusion"] == nil)
        }
        #expect(
            try lines("metrics.csv") == [
                "epoch,step,seconds,learningRate,trainLoss,validation.loss,validation.accuracy",
                "1,7,0.25,0.001,2.0,1.0,0.5", "2,14,0.5,0.001,1.0,0.5,0.5",
                "3,21,0.75,0.001,\(2.0 / 3),\(1.0 / 3),0.5",
            ])
        #expect(try RunLog.records(in: folder.path) == (1...3).map(record))
    }

    /// Killed in epoch 5 while a line was written, the last checkpoint of the beginning of epoch 3: the same files in the end.
    @Test func continuedLogIsTheSame() throws {
        let whole = try RunLog(in: folder.path, figures: figures)
        for epoch in 1...6 { try whole.append(record(epoch)) }
        let expected = try RunLog.fileNames.map(text)

        let killed = try RunLog(in: folder.path, figures: figures)
        for epoch in 1...4 { try killed.append(record(epoch)) }
        for name in RunLog.fileNames {
            try writeFile(try readFile(folder.file(name)) + Array("{\"epoch\":5,\"st".utf8), to: folder.file(name))
        }
        let resumed = try RunLog(in: folder.path, figures: figures, continuingAt: 3)
        #expect(resumed.records == [record(1), record(2)])
        #expect(try lines("metrics.jsonl").count == 2 && lines("metrics.csv").count == 3)
        for epoch in 3...6 { try resumed.append(record(epoch)) }
        #expect(try RunLog.fileNames.map(text) == expected)
        #expect(resumed.records == (1...6).map(record))
    }

    @Test func figuresThatDoNotExistAreNullAndEmpty() throws {
        let log = try RunLog(in: folder.path, figures: figures)
        try log.append(
            EpochRecord(epoch: 1, step: 1, seconds: 1, learningRate: 1, trainLoss: .nan, validation: ["loss": .null]))
        try log.append(EpochRecord(epoch: 2, step: 2, seconds: 1, learningRate: 1, trainLoss: 3, validation: nil))
        #expect(try lines("metrics.csv").dropFirst() == ["1,1,1.0,1.0,,,", "2,2,1.0,1.0,3.0,,"])
        let values = try lines("metrics.jsonl").map { try JSONValue(parsing: $0, name: "line") }
        #expect(values[0]["trainLoss"] == .null && values[0]["validation"] == ["loss": nil])
        #expect(values[1]["validation"] == .null)
        let read = try RunLog.records(in: folder.path)
        #expect(read[0].trainLoss.isNaN && read[0].figure("loss") == nil && read[1].validation == nil)
    }

    @Test func newLogTakesThePlaceOfAnother() throws {
        #expect(!RunLog.exists(in: folder.path))
        try RunLog(in: folder.path, figures: figures).append(record(1))
        #expect(RunLog.exists(in: folder.path))
        let log = try RunLog(in: folder.path, figures: [])
        #expect(log.records.isEmpty)
        #expect(try text("metrics.jsonl").isEmpty && lines("metrics.csv").count == 1)
    }

    @Test(arguments: [
        ("{\"epoch\":1}\n", "'step' is missing"), ("no\n", "line 1"), ("[]\n", "expected a JSON object"),
        ("\n", "line 1"),
        (
            """
            {"epoch":2,"step":1,"seconds":1,"learningRate":1,"trainLoss":1,"validation":null}
            {"epoch":2,"step":2,"seconds":1,"learningRate":1,"trainLoss":1,"validation":null}

            """, "line 2: expected an epoch after 2, found 2"
        ),
        ("{\"epoch\":0,\"step\":1}\n", "'epoch' must be a whole number from 1"),
        (
            "{\"epoch\":1,\"step\":1,\"seconds\":1,\"learningRate\":1,\"trainLoss\":1,\"validation\":3}\n",
            "'validation' must be an object or null"
        ),
    ])
    func brokenLogIsRefused(_ content: String, _ message: String) throws {
        try writeFile(Array(content.utf8), to: folder.file("metrics.jsonl"))
        let error = #expect(throws: MDLSTMError.self) {
            try RunLog(in: folder.path, figures: figures, continuingAt: 9)
        }
        #expect(error?.kind == .data && error?.message.contains(message) == true, "\(error?.message ?? "")")
        #expect(try text("metrics.jsonl") == content, "nothing is written")
    }

    @Test func folderThatIsNotThereIsNamed() {
        let error = #expect(throws: MDLSTMError.self) { try RunLog(in: folder.file("none"), figures: []) }
        #expect(error?.kind == .cannotCreate && error?.message.contains("none/metrics.jsonl") == true)
    }
}

import MDLSTM
import MDLSTMTasks
import Testing
import _TestSupport

/// Figures added up by hand.
struct EvaluationTests {
    @Test func classes() throws {
        var evaluation = Evaluation(kind: .classify, classes: ["a", "b", "c"])
        let logits: [Float] = [2, 1, 0, 0, 3, 1, 5, 0, 0, 0, 1, 0]
        try evaluation.add(
            Tensor(shape: [4, 3], values: logits), target: .labels(Tensor(shape: [4], values: [0, 1, 1, 0])),
            grid: try Grid(batch: 4, extents: []), classWeights: nil)
        #expect(evaluation.counts.counts == [[1, 1, 0], [1, 1, 0], [0, 0, 0]])
        let figures = Dictionary(uniqueKeysWithValues: evaluation.figures.map { ($0.name, $0.value) })
        #expect(figures["accuracy"] == 0.5 && figures["error"] == 0.5)
        let json = evaluation.json
        #expect(json["samples"] == 4 && json["confusion"] == [[1, 1, 0], [1, 1, 0], [0, 0, 0]])
        let c = try #require(json["classes"]?.arrayValue?[2])
        #expect(
            c["name"] == "c" && c["count"] == 0 && c["precision"] == .null && c["recall"] == .null && c["f1"] == .null)
        let a = evaluation.counts.figures(of: 0)
        #expect(a.precision == 0.5 && a.recall == 0.5 && a.f1 == 0.5)
    }

    /// Sites that do not count are in no figure, whatever the model says there; classes that occur nowhere are in no mean.
    @Test func sites() throws {
        var evaluation = Evaluation(kind: .labelSites, classes: ["0", "1", "2"])
        let output = Tensor<Double>(
            shape: [2, 2, 3], values: [1, 0, 0, 0, 1, 0, 0, 0, 9, 1, 0, 0])
        try evaluation.add(
            output, target: .labels(Tensor(shape: [2, 2], values: [0, 0, -1, -1])),
            grid: try Grid(extents: [2], samples: [[2], [1]]), classWeights: nil)
        #expect(evaluation.sites == 2 && evaluation.ignored == 1)
        #expect(evaluation.counts.meanIoU == (0.5 + 0) / 2)
        #expect(evaluation.json["siteAccuracy"] == 0.5)
        let nothing = Evaluation(kind: .labelSites, classes: ["0"])
        #expect(nothing.json["loss"] == .null && nothing.json["meanIoU"] == .null && nothing.figures.isEmpty)
    }

    @Test func numbers() throws {
        var evaluation = Evaluation(kind: .regress, classes: [])
        try evaluation.add(
            Tensor<Float>(shape: [1, 2, 2], values: [1, 2, 3, 4]),
            target: .values(Tensor(shape: [1, 2, 2], values: [0, 2, 5, 4])), grid: try Grid(batch: 1, extents: [2]),
            classWeights: nil)
        #expect(
            evaluation.json["meanSquaredError"] == .number(1.25)
                && evaluation.json["meanAbsoluteError"] == .number(0.75))
        #expect(evaluation.loss == 1.25)
    }

    @Test func monitors() throws {
        #expect(try TaskKind.labelSites.monitor(named: nil) == ("meanIoU", true))
        #expect(try TaskKind.classify.monitor(named: "loss") == ("loss", false))
        #expect { try TaskKind.classify.monitor(named: "cer") } throws: { "\($0)".contains("error, loss, accuracy") }
    }
}

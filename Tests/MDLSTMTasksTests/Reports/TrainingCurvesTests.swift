import MDLSTM
import MDLSTMImages
import MDLSTMTasks
import Testing

struct TrainingCurvesTests {
    /// Five epochs, every second one evaluated; the loss and error of an evaluation are given.
    private func curves(_ figures: [Int: (loss: Double, error: Double)], monitor: String, best: Int?) -> TrainingCurves
    {
        TrainingCurves(
            title: "digits",
            records: (1...5).map { epoch in
                EpochRecord(
                    epoch: epoch, step: epoch, seconds: 1, learningRate: 1, trainLoss: 1 / Double(epoch),
                    validation: figures[epoch].map { ["loss": .number($0.loss), "error": .number($0.error)] })
            }, monitor: monitor, bestEpoch: best)
    }

    @Test func linesAndBestAreDrawn() throws {
        let svg = curves([1: (1, 0.5), 3: (0.5, 0.2), 5: (0.75, 0.3)], monitor: "error", best: 3).drawing
        let lines = svg.found("polyline").map { $0.attributes["points"]!.split(separator: " ").count }
        #expect(lines == [5, 3, 3], "training, validation, error")
        let dots = svg.found("circle").map { (Double($0.attributes["cx"]!)!, Double($0.attributes["cy"]!)!) }
        try #require(dots.count == 2)
        // The dots lie on the second point of their lines.
        for (dot, line) in zip(dots, svg.found("polyline").dropFirst()) {
            let point = line.attributes["points"]!.split(separator: " ")[1].split(separator: ",").map { Double($0)! }
            #expect(abs(point[0] - dot.0) < 0.1 && abs(point[1] - dot.1) < 0.1)
        }
        for text in ["training", "validation", "loss", "error", "digits"] {
            #expect(svg.texts.contains(text), "\(text)")
        }
        #expect(svg.texts.filter { $0 == "best, epoch 3" }.count == 2)
        #expect(svg.texts.filter { $0 == "epoch" }.count == 2)
        // The second chart stands below the first, within the drawing.
        #expect(dots[1].1 > dots[0].1 + 150 && dots[1].1 < svg.height)
        // Between two epochs is nothing to name.
        let numbers = svg.found("text").filter { $0.attributes["text-anchor"] == "middle" }.compactMap {
            Double($0.text)
        }
        #expect(!numbers.isEmpty && numbers.allSatisfy { $0 == $0.rounded() })
    }

    @Test func lossIsMonitoredInTheFirstChart() {
        let svg = curves([2: (1, 0.5), 4: (0.5, 0.2)], monitor: "loss", best: 4).drawing
        #expect(svg.found("polyline").count == 2 && svg.found("circle").count == 1)
        #expect(svg.texts.filter { $0 == "epoch" }.count == 1)
    }

    @Test func trainingWithoutValidationIsALine() {
        let svg = curves([:], monitor: "error", best: nil).drawing
        #expect(svg.found("polyline").count == 1 && svg.found("circle").isEmpty)
        #expect(!svg.texts.contains("validation"))
    }

    @Test func nothingIsDrawnOfNothing() {
        let empty = TrainingCurves(title: "", records: [], monitor: "loss", bestEpoch: nil)
        #expect(empty.drawing.found("polyline").isEmpty)
    }
}

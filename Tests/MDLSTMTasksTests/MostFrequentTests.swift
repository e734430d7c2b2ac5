import MDLSTMTasks
import Testing

/// The figures of one class everywhere, beside those of counts that say it everywhere.
struct MostFrequentTests {
    private func counts(_ sums: [Int], predicting answer: ((Int) -> Int)) -> ClassCounts {
        var counts = ClassCounts(classes: sums.count)
        for (label, sum) in sums.enumerated() {
            for _ in 0..<sum { counts.add(label, predicted: answer(label)) }
        }
        return counts
    }

    @Test(arguments: [([7, 2, 1], 0), ([2, 3, 11], 2), ([0, 5, 2], 1), ([4, 4], 0), ([0, 3], 1)])
    func figures(_ sums: [Int], label: Int) {
        let found = counts(sums) { ($0 + 1) % sums.count }.mostFrequent
        let constant = counts(sums) { _ in label }
        #expect(found.label == label)
        #expect(found.accuracy == constant.accuracy)
        #expect(((found.meanIoU ?? -1) - (constant.meanIoU ?? -2)).magnitude < 1e-15)
    }

    @Test func nothingToJudge() {
        let found = ClassCounts(classes: 3).mostFrequent
        #expect(found.label == 0 && found.accuracy == nil && found.meanIoU == nil)
    }
}

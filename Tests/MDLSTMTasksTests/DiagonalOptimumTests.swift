import MDLSTMTasks
import Testing

/// The least error of the diagonal task, against published figures and against enumeration.
struct DiagonalOptimumTests {
    typealias Kind = DiagonalTask.ModelKind

    /// Of tensorflow-multi-dimensional-lstm's task, each to half of its last digit.
    @Test(arguments: [
        (Kind.md, 8, 0.0143, 0.00005), (.md, 16, 0.00432, 0.000005), (.md, 32, 0.00171, 0.000005),
        (.snake, 8, 0.01327, 0.000005), (.snake, 16, 0.00425, 0.000005), (.snake, 32, 0.00171, 0.000005),
        (.horizontal, 8, 0.02768, 0.000005), (.horizontal, 16, 0.00781, 0.000005),
        (.horizontal, 32, 0.00259, 0.000005),
    ])
    func publishedFigures(_ kind: Kind, size: Int, expected: Double, within half: Double) throws {
        let optimum = try DiagonalTask(kind: kind, rows: size, columns: size, batch: 1).optimum
        #expect((optimum - expected).magnitude <= half)
    }

    @Test(arguments: Kind.allCases, [(3, 3), (4, 5), (5, 4), (3, 7)])
    func enumeration(_ kind: Kind, _ size: (rows: Int, columns: Int)) throws {
        let optimum = try DiagonalTask(kind: kind, rows: size.rows, columns: size.columns, batch: 1).optimum
        let expected = leastError(kind, rows: size.rows, columns: size.columns)
        #expect((optimum - expected).magnitude <= 1e-14, "found \(optimum), enumerated \(expected)")
    }

    /// Every place of the ones, equally likely; at every pixel, the places that look alike to the model are one class,
    /// whose best prediction is the mean of the target.
    private func leastError(_ kind: Kind, rows: Int, columns: Int) -> Double {
        let places = (1...(rows - 2)).flatMap { r in (1...(columns - 2)).map { c in (r, c) } }
        func isOne(_ place: (Int, Int), _ i: Int, _ j: Int) -> Bool {
            (i, j) == place || (i, j) == (place.0 + 1, place.1 + 1)
        }
        func sees(_ i: Int, _ j: Int, from row: Int, _ column: Int) -> Bool {
            switch kind {
            case .md: i <= row && j <= column
            case .snake: i < row || i == row && j <= column
            case .horizontal: false
            }
        }
        let noiseVariance = 0.1 * 0.1 / 12
        var total = 0.0
        for i in 0..<rows {
            for j in 0..<columns {
                var classes: [[Bool]: [Double]] = [:]
                for place in places {
                    var seen: [Bool] = []
                    for a in 0..<rows {
                        for b in 0..<columns where sees(a, b, from: i, j) { seen.append(isOne(place, a, b)) }
                    }
                    let target = isOne(place, i, (j + 1) % columns)
                    // The first pixel of a row is known again at its end, but only noise can be there.
                    classes[seen, default: []].append(target ? 1 : 0.05)
                }
                for targets in classes.values {
                    let mean = targets.reduce(0, +) / Double(targets.count)
                    for target in targets {
                        total += (target - mean) * (target - mean) + (target == 1 ? 0 : noiseVariance)
                    }
                }
            }
        }
        return total / Double(places.count * rows * columns)
    }
}

import MDLSTM

extension Workload {
    /// The workloads that figures are given for, `a` to `k`: images small and large, a volume, sequences, and a ragged
    /// batch of text lines.
    ///
    /// Forget gates start as always, there are no peepholes, and all axes are scanned forwards but in `g`.
    public static let named: [Workload] = [
        workload("a", .graves, batch: 16, [8, 8], input: 1, hidden: 16),
        workload("b", .graves, batch: 16, [32, 32], input: 1, hidden: 32),
        workload("c", .graves, batch: 16, [32, 32], input: 16, hidden: 64),
        workload("d", .graves, batch: 4, [128, 128], input: 16, hidden: 64),
        workload("e", .graves, batch: 16, [64, 64], input: 64, hidden: 128),
        workload("f", .graves, batch: 1, [256, 256], input: 3, hidden: 32),
        workload("g", .graves, batch: 16, [32, 256], input: 16, hidden: 16, directions: Direction.all(axes: 2)),
        workload("h", .graves, batch: 2, [24, 24, 24], input: 4, hidden: 32),
        workload("i", .lstm, batch: 32, [256], input: 128, hidden: 128),
        workload("j", .lstm, batch: 64, [128], input: 256, hidden: 512),
        ragged("k", batch: 64, rows: 32, columns: 64...512, input: 16, hidden: 64),
    ]

    private static func workload(
        _ name: String, _ cell: Cell, batch: Int, _ extents: [Int], input: Int, hidden: Int,
        directions: [Direction]? = nil
    ) -> Workload {
        workload(
            name, cell, Array(repeating: extents, count: batch), input: input, hidden: hidden,
            directions: directions ?? [.forward(axes: extents.count)])
    }

    /// Samples whose columns are spread evenly from the fewest to the most.
    private static func ragged(
        _ name: String, batch: Int, rows: Int, columns: ClosedRange<Int>, input: Int, hidden: Int
    ) -> Workload {
        let spread = columns.upperBound - columns.lowerBound
        // Rounded to the nearest, so that the mean is the middle of the range.
        let samples = (0..<batch).map { b in
            [rows, columns.lowerBound + (2 * b * spread + batch - 1) / (2 * (batch - 1))]
        }
        return workload(name, .graves, samples, input: input, hidden: hidden, directions: [.forward(axes: 2)])
    }

    private static func workload(
        _ name: String, _ cell: Cell, _ samples: [[Int]], input: Int, hidden: Int, directions: [Direction]
    ) -> Workload {
        let extents = samples[0].indices.map { k in samples.map { $0[k] }.max()! }
        do {
            return Workload(
                name: name,
                layer: try LayerConfiguration(cell: cell, inputSize: input, hiddenSize: hidden, directions: directions),
                grid: try Grid(extents: extents, samples: samples))
        } catch {
            preconditionFailure("workload \(name): \(error)")
        }
    }
}

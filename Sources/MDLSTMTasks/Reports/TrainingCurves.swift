public import MDLSTMImages

/// How a training went, over its epochs: curves.svg.
public struct TrainingCurves: Sendable {
    public var title: String
    public var records: [EpochRecord]

    /// The figure that tells the best.
    public var monitor: String

    /// Nil without validation.
    public var bestEpoch: Int?

    public init(title: String, records: [EpochRecord], monitor: String, bestEpoch: Int?) {
        (self.title, self.records, self.monitor, self.bestEpoch) = (title, records, monitor, bestEpoch)
    }

    /// Above the losses of training and validation, below the monitored figure, if it is not the loss; the best epoch is a dot.
    public var drawing: SVG {
        let best = records.first { $0.epoch == bestEpoch }
        func series(_ name: String, _ figure: (EpochRecord) -> Double?) -> LinePlot.Series? {
            let points = records.compactMap { record in figure(record).map { SIMD2(Double(record.epoch), $0) } }
            return points.isEmpty ? nil : LinePlot.Series(name, points: points)
        }
        func mark(_ figure: String) -> LinePlot.Series? {
            best.flatMap { best in
                best.figure(figure).map {
                    LinePlot.Series("best, epoch \(best.epoch)", points: [SIMD2(Double(best.epoch), $0)])
                }
            }
        }
        func plot(_ label: String, _ lines: [LinePlot.Series?]) -> LinePlot {
            let lines = lines.compactMap { $0 }
            let values = lines.flatMap(\.points).map(\.y).filter(\.isFinite)
            let (least, most) = (values.min() ?? 1, values.max() ?? 1)
            var plot = LinePlot(
                title: "", xLabel: "epoch", yLabel: label, series: lines,
                hasLogarithmicY: least > 0 && most > 20 * least)
            plot.hasWholeX = true
            return plot
        }
        var plots = [
            plot("loss", [series("training", \.trainLoss), series("validation") { $0.figure("loss") }, mark("loss")])
        ]
        if monitor != "loss", let line = series(monitor, { $0.figure(monitor) }) {
            plots.append(plot(monitor, [line, mark(monitor)]))
        }
        return PlotStack(title: title, plots: plots).svg()
    }
}

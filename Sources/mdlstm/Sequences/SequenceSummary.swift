import MDLSTM
import MDLSTMTasks

/// A share in percent.
func percent(_ share: Double) -> String { rounded(100 * share, 1) + " %" }

extension SequenceReport {
    /// Task and network in one line.
    var title: String {
        let layers = "\(counted(network.layers, "layer")) of \(counted(network.hiddenSize, "unit"))"
        return switch network.kind {
        case .grid: "\(task.title), \(network.isTied ? "tied" : "untied") grid of \(layers)"
        case .stacked: "\(task.title), stacked lstm, \(layers)"
        }
    }

    /// What is printed without `--json`: for each seed the examples until shares of whole answers, and the shares at the end.
    var summary: String {
        func examples(_ count: Int?) -> String { count.map(String.init) ?? "not reached" }
        let weights = ([counted(weights, "weight")] + model.weightSharing).joined(separator: "; ")
        var rows = [
            ["seed"] + Self.shares.map { "\(rounded(100 * $0.share, 0)) %" }
                + ["examples", "whole", "symbols", "seconds"]
        ]
        for run in runs {
            rows.append(
                ["\(run.seed)"] + Self.shares.map { examples(run.measurements.examples(until: $0.share)) }
                    + ["\(run.examples)", percent(run.test.whole), percent(run.test.symbols), rounded(run.seconds, 1)])
        }
        if runs.count > 1 {
            rows.append(["median"] + Self.shares.map { examples(medianExamples(until: $0.share)) } + ["", "", "", ""])
        }
        return """
            \(title)
            \(weights)
            examples until shares of whole answers; whole answers and symbols right at the end, of 2,000 fresh examples
            \(table(rows))
            """
    }
}

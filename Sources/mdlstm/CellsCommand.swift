import ArgumentParser
import MDLSTM

struct CellsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cells", abstract: "List the cells: source, gates, parameters, options.")

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        let cells = try Cell.allCases.map(CellDescription.init)
        try json ? printJSON(cells) : printText(cells)
    }

    private func printText(_ cells: [CellDescription]) throws {
        for description in cells {
            let cell = description.cell
            let axes = cell.traits.supportedAxes
            let text = axes.count == 1 ? "\(axes.lowerBound) axis" : "\(axes.lowerBound) to \(axes.upperBound) axes"
            try printResult("\(cell.rawValue): \(cell.traits.summary); \(cell.traits.source); \(text)")
            let usual = counted(cell.defaultAxes, "axis", plural: "axes")
            try printResult("  gates over \(usual): \(description.gates.joined(separator: ", "))")
            for tensor in description.tensors {
                let condition = tensor.condition.isEmpty ? "" : "  \(tensor.condition)"
                try printResult("  \(tensor.name) [\(tensor.shape.joined(separator: ", "))]\(condition)")
            }
        }
        let letters = CellDescription.letters.map { "\($0) \($1)" }.joined(separator: "; ")
        try printResult("\nletters: \(letters)\n\noptions:")
        for option in CellOption.all {
            let cells = option.cells.count == Cell.allCases.count ? "all cells" : list(option.cells)
            let fallback = option.fallback.map { "default \($0)" } ?? "required"
            try printResult("  \(option.flag ?? "in files only") (\(option.key)): \(option.summary)")
            try printResult("    \(option.values); \(fallback); \(cells)")
        }
    }

    private func list(_ cells: [Cell]) -> String { cells.map(\.rawValue).joined(separator: ", ") }

    private func printJSON(_ cells: [CellDescription]) throws {
        let object: JSONValue = [
            "cells": .array(cells.map(\.json)),
            "letters": .object(
                CellDescription.letters.reduce(into: JSONObject()) { $0[$1.0] = .string($1.1) }),
            "options": .array(CellOption.all.map(\.json)),
        ]
        try printResult(object.serialized())
    }
}

extension CellDescription {
    fileprivate var json: JSONValue {
        [
            "cell": .string(cell.rawValue), "summary": .string(cell.traits.summary),
            "source": .string(cell.traits.source),
            "axes": .array([
                .integer(cell.traits.supportedAxes.lowerBound), .integer(cell.traits.supportedAxes.upperBound),
            ]),
            "defaultAxes": .integer(cell.defaultAxes), "gates": .array(gates.map { .string($0) }),
            "tensors": .array(
                tensors.map { tensor in
                    [
                        "name": .string(tensor.name), "shape": .array(tensor.shape.map { .string($0) }),
                        "condition": .string(tensor.condition),
                    ]
                }),
        ]
    }
}

extension CellOption {
    fileprivate var json: JSONValue {
        [
            "key": .string(key), "flag": flag.map { .string($0) } ?? .null, "values": .string(values),
            "default": fallback.map { .string($0) } ?? .null, "cells": .array(cells.map { .string($0.rawValue) }),
            "summary": .string(summary),
        ]
    }
}

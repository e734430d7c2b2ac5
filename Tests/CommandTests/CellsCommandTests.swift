import Foundation
import MDLSTM
import Testing

extension CommandSuites {
    /// `mdlstm cells` against the library.
    @Suite struct CellsCommandTests {
        private struct List: Decodable {
            struct Cell: Decodable {
                let cell: String, summary: String, source: String, gates: [String], tensors: [Tensor]
            }
            struct Tensor: Decodable { let name: String, shape: [String], condition: String }
            struct Option: Decodable {
                let key: String, flag: String?, cells: [String], summary: String, values: String
            }
            let cells: [Cell], letters: [String: String], options: [Option]
        }

        private let list: List

        init() throws {
            let output = try CommandLineTool.succeed(["cells", "--json"]).output
            list = try JSONDecoder().decode(List.self, from: Data(output.utf8))
        }

        @Test func everyCellIsThere() throws {
            #expect(list.cells.map(\.cell) == Cell.allCases.map(\.rawValue))
            let text = try CommandLineTool.succeed(["cells"]).output
            for cell in list.cells {
                #expect(!cell.source.isEmpty && !cell.summary.isEmpty)
                #expect(text.contains("\n\(cell.cell): ") || text.hasPrefix("\(cell.cell): "))
            }
            #expect(list.cells.first { $0.cell == "leaky" }?.gates == ["k", "l_1", "g", "o1", "o2"])
        }

        /// All cases every check runs over use no key and no tensor that the list lacks.
        @Test(arguments: LayerCase.all)
        func everyKeyAndTensorIsThere(_ layer: LayerCase) throws {
            let configuration = layer.configuration
            let name = configuration.cell.rawValue
            for (key, _) in try #require(configuration.json.objectValue) {
                let option = try #require(list.options.first { $0.key == key }, "'\(key)' of \(layer.name) is missing")
                let isDefault = key == "peepholes" && !configuration.options.peepholes
                #expect(isDefault || option.cells.contains(name), "\(key) of \(layer.name)")
            }
            let tensors = try #require(list.cells.first { $0.cell == name }).tensors
            for shape in configuration.parameterShapes {
                let found = tensors.contains {
                    $0.name == shape.name && extents($0.shape, configuration) == shape.shape
                }
                #expect(found, "\(shape) of \(layer.name)")
            }
        }

        /// The value of a shape's letters in a layer.
        private func extents(_ letters: [String], _ layer: LayerConfiguration) -> [Int?] {
            let values = [
                "S": layer.setCount, "D": layer.directions.count, "N": layer.axes, "I": layer.inputSize,
                "H": layer.hiddenSize, "G": layer.gates.count, "P": layer.peepholeVectors.count,
                "M": layer.ownLSTMAxes.count,
            ]
            func value(_ text: Substring) -> Int? { values[String(text)] ?? Int(text) }
            return letters.map { extent in
                if extent == "N-M" { return layer.ownPlainAxes.count }
                return extent.split(separator: "+").reduce(Optional(0)) { sum, term in
                    let product = term.split(separator: "*").reduce(Optional(1)) { product, factor in
                        product.flatMap { a in value(factor).map { a * $0 } }
                    }
                    return sum.flatMap { a in product.map { a + $0 } }
                }
            }
        }

        @Test func everyLetterIsExplained() {
            let used = Set(list.cells.flatMap(\.tensors).flatMap(\.shape).joined().filter(\.isLetter).map(String.init))
            #expect(used == Set(list.letters.keys))
        }

        @Test func everyFlagIsOneOfInit() throws {
            let help = try CommandLineTool.succeed(["init", "--help"]).output
            for option in list.options where option.key != "version" {
                let flag = try #require(option.flag).replacing("--[no-]", with: "--")
                #expect(help.contains(flag), "\(flag)")
                #expect(!option.summary.isEmpty && !option.values.isEmpty)
            }
        }

        @Test func optionsBelongToTheirCells() throws {
            for (key, cells) in [
                ("variant", ["lstm"]), ("forgetSum", ["graves", "spatial"]), ("extended", ["spatial"]),
                ("depth", ["grid"]),
                ("peepholes", ["graves", "lstm", "leaky", "grid"]), ("zoneoutCell", ["graves", "lstm"]),
                ("layerNorm", ["graves", "lstm", "spatial", "stable"]), ("cellClip", Cell.allCases.map(\.rawValue)),
            ] {
                #expect(list.options.first { $0.key == key }?.cells == cells, "\(key)")
            }
            let chosen = list.cells.first { $0.cell == "lstm" }?.tensors.first { $0.name == "weight_gh" }
            #expect(chosen?.condition == "with variant FGR" && chosen?.shape == ["S", "3", "3*H", "H"])
        }

        /// Which functions of its axes leave a grid which tensors.
        @Test func tensorsOfAGridFollowItsAxes() throws {
            let tensors = try #require(list.cells.first { $0.cell == "grid" }).tensors
            let text = try CommandLineTool.succeed(["cells"]).output
            let other = "with axisFunctions other than lstm on"
            let expected = [
                ("weight_in [D, 2*H, I]", "not \(other) the last axis"),
                ("bias_in [D, 2*H]", "not \(other) the last axis"),
                ("weight_hh [S, M, G*H, N*H]", "not \(other) every axis"),
                ("bias [S, M, G*H]", "not \(other) every axis"),
                ("weight_ch [S, M, 3, H]", "with peepholes true"),
                ("weight_vh [S, N-M, H, N*H]", "\(other) some axis"), ("bias_v [S, N-M, H]", "\(other) some axis"),
                ("weight_in [D, H, I]", "\(other) the last axis"), ("bias_in [D, H]", "\(other) the last axis"),
                ("weight_hh_depth [D, 1, G*H, N*H]", "with tied depth"), ("bias_depth [D, 1, G*H]", "with tied depth"),
                ("weight_ch_depth [D, 1, 3, H]", "with tied depth, peepholes true"),
                ("weight_vh_depth [D, 1, H, N*H]", "with tied depth, axisFunctions other than lstm on the last axis"),
                ("bias_v_depth [D, 1, H]", "with tied depth, axisFunctions other than lstm on the last axis"),
            ]
            for (tensor, condition) in expected {
                let found = tensors.first { "\($0.name) [\($0.shape.joined(separator: ", "))]" == tensor }
                #expect(found?.condition == condition, "\(tensor)")
                #expect(text.contains("\n  \(tensor)  \(condition)\n"), "\(tensor)")
            }
            #expect(tensors.count == expected.count)
        }
    }
}

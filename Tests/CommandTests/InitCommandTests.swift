import MDLSTM
import Testing
import _TestSupport

extension CommandSuites {
    /// `mdlstm init` with the options of every cell.
    @Suite struct InitCommandTests {
        private let folder: TemporaryFolder
        private let path: String
        private static let sizes = ["--input-size", "3", "--hidden-size", "5"]

        init() throws {
            folder = try TemporaryFolder()
            path = folder.file("layer.safetensors")
        }

        /// A cell, its flags, and the layer they should make.
        private static let layers: [(Cell, String, [String], CellOptions)] = [
            (.graves, "++", [], CellOptions()), (.lstm, "+", [], CellOptions()), (.spatial, "++", [], CellOptions()),
            (.stable, "++", [], CellOptions()), (.leaky, "++", [], CellOptions()), (.grid, "++", [], CellOptions()),
            (
                .graves, "++ +- -+ --",
                [
                    "--directions", "all", "--peepholes", "--forget-sum", "mean", "--output-activation", "identity",
                    "--cell-clip", "2.5",
                ],
                CellOptions {
                    $0.peepholes = true
                    $0.forgetSum = .mean
                    $0.outputActivation = .identity
                    $0.cellClip = 2.5
                }
            ),
            (
                .spatial, "+++",
                [
                    "--axes", "3", "--extended", "--forget-sum", "mean", "--layer-norm", "gates", "--norm-epsilon",
                    "1e-3",
                ],
                CellOptions {
                    $0.extended = true
                    $0.forgetSum = .mean
                    $0.layerNorm = .gates
                    $0.normEpsilon = 1e-3
                }
            ),
            (
                .lstm, "+", ["--variant", "V", "--zoneout-hidden", "0.1", "--zoneout-cell", "0.25"],
                CellOptions {
                    $0.peepholes = true
                    $0.zoneout = Zoneout(hidden: 0.1, cell: 0.25)
                }
            ),
            (.lstm, "+", ["--variant", "NP", "--no-peepholes"], CellOptions()),
            (
                .lstm, "+ -", ["--variant", "CIFG-TF", "--directions", "all", "--peepholes"],
                CellOptions {
                    $0.variant = .coupledForget
                    $0.peepholes = true
                }
            ),
            (
                .grid, "+++ +-+ -++ --+",
                [
                    "--axes", "3", "--directions", "all", "--depth", "7", "--untied", "--priority-axes", "1,3",
                    "--axis-functions", "lstm,relu,lstm",
                ],
                CellOptions {
                    $0.grid = GridOptions(
                        depth: 7, tied: false, priorityAxes: [0, 2], functions: [.lstm, .relu, .lstm])
                }
            ),
            (.grid, "+", ["--axes", "1", "--directions", "all", "--tied"], CellOptions()),
            (
                .grid, "++", ["--tied-depth", "--depth", "3"],
                CellOptions { $0.grid = GridOptions(depth: 3, sharing: .depth) }
            ),
            (.grid, "++", ["--grid-output", "tanhOfProduct"], CellOptions()),
            (.grid, "++", ["--grid-output", "productOfTanh"], CellOptions { $0.grid.output = .productOfTanh }),
        ]

        @Test(arguments: layers)
        func flagsMakeTheLibrarysLayer(_ layer: (cell: Cell, signs: String, flags: [String], options: CellOptions))
            throws
        {
            try CommandLineTool.succeed(
                ["init", path, "--cell", layer.cell.rawValue, "--precision", "float64"] + Self.sizes + layer.flags)
            let file = try LayerFile<Double>(contentsOf: path)
            let expected = try LayerConfiguration(
                cell: layer.cell, inputSize: 3, hiddenSize: 5,
                directions: layer.signs.split(separator: " ").map { Direction(String($0))! }, options: layer.options)
            #expect(file.configuration == expected)
            #expect(file.parameters == expected.initialParameters(seed: 1))
        }

        /// 2 axes of 4*5 rows of 2*5 columns and a bias.
        @Test(arguments: [
            ("--tied", "440 weights, shared by 7 layers"), ("--untied", "440 weights for each of 7 layers"),
            ("--tied-depth", "220 weights, shared by 7 layers, and 220 weights for each"),
        ])
        func inspectTellsWhatIsShared(_ tying: String, _ text: String) throws {
            try CommandLineTool.succeed(["init", path, "--cell", "grid", "--depth", "7", tying] + Self.sizes)
            #expect(try CommandLineTool.succeed(["inspect", path]).output.contains("\n\(text)\n"))
            let other = folder.file("other.safetensors")
            try CommandLineTool.succeed(["init", other] + Self.sizes)
            #expect(try !CommandLineTool.succeed(["inspect", other]).output.contains(" shared by "))
        }

        @Test(arguments: [
            (["--cell", "lstm", "--variant", "NP", "--peepholes"], "without peepholes"),
            (["--cell", "stable", "--peepholes"], "peepholes do not go with cell 'stable'"),
            (["--variant", "NIG"], "use cell 'lstm'"), (["--depth", "2"], "options of cell 'grid', not of 'graves'"),
            (["--grid-output", "productOfTanh"], "gridOutput are options of cell 'grid', not of 'graves'"),
            (["--cell", "lstm", "--forget-sum", "mean"], "option of cell 'graves'"),
            (["--cell", "leaky", "--layer-norm", "gates"], "layer norm does not go with cell 'leaky'"),
            (["--cell", "grid", "--axes", "1", "--tied-depth"], "only axis"),
            (["--cell", "grid", "--priority-axes", "3"], "priority axis 3 does not exist"),
            (["--cell", "grid", "--priority-axes", "0"], "priority axis 0 does not exist"),
            (["--cell", "grid", "--priority-axes", "\(Int.min)"], "counted from 1"),
            (["--cell", "grid", "--priority-axes", "1,1"], "each once"),
            (["--cell", "grid", "--axis-functions", "relu"], "each of 2 axes, found 1"),
            (["--cell", "grid", "--directions", "+-"], "last sign"), (["--cell-clip", "-1"], "found -1"),
            (["--norm-epsilon", "0.1"], "no layer norm"), (["--zoneout-cell", "0.5"], "zoneout"),
        ])
        func optionsThatDoNotGoTogether(_ flags: [String], _ reason: String) throws {
            try CommandLineTool.fail(64, ["init", path] + Self.sizes + flags, saying: [reason], absent: path)
        }

        @Test(arguments: [
            ["--variant", "XYZ"], ["--priority-axes", "1,,2"], ["--axis-functions", "lstm,gelu"],
            ["--layer-norm", "batch"], ["--depth", "two"], ["--tied", "--untied"], ["--untied", "--tied-depth"],
            ["--grid-output", "tanh"],
        ])
        func valuesThatAreNone(_ flags: [String]) throws {
            try CommandLineTool.fail(
                64, ["init", path, "--cell", "grid"] + Self.sizes + flags, saying: [flags.last!], absent: path)
        }
    }
}

import Foundation
import MDLSTM
import MDLSTMImages
import Testing
import _TestSupport

extension CommandSuites {
    /// `mdlstm evaluate` and `mdlstm predict`, whose answers must have the figures that are said.
    @Suite struct EvaluateCommandTests {
        private let data: OwnData

        init() throws { data = try OwnData() }

        private func evaluate(_ run: String, _ set: String, _ more: [String] = []) throws -> JSONObject {
            try CommandLineTool.succeed(
                ["evaluate", data.path(run), data.path(set), "--json", "--backend", "cpu"] + more
            ).json
        }

        @discardableResult
        private func predict(_ run: String, _ input: String, out: String) throws -> JSONObject {
            try CommandLineTool.succeed([
                "predict", data.path(run), data.path(input), "--out", data.path(out), "--probabilities", "--json",
                "--backend", "cpu",
            ]).json
        }

        private func array(_ name: String) throws -> Tensor<Float> {
            try NumpyArray(contentsOf: data.path(name)).tensor(as: Float.self)
        }

        private func names(_ folder: String) throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: data.path(folder)).sorted()
        }

        private func isThere(_ name: String) -> Bool { FileManager.default.fileExists(atPath: data.path(name)) }

        /// Numbers of ragged samples over any axes, of sites and of samples: padding is in no figure.
        @Test(arguments: [([7], false), ([7], true), ([5, 3], false), ([5, 3], true), ([3, 2, 5], false)])
        func numbers(_ extents: [Int], _ perSample: Bool) throws {
            let (x, y, lengths) = try data.writeNumbers("d.npz", extents: extents, perSample: perSample)
            let recurrent = #"{"type": "recurrent", "cell": "leaky", "hiddenSize": 3, "directions": "all"}"#
            let dense = #"{"type": "dense", "outputSize": "auto"}"#
            try data.writeConfiguration(
                "c.json", kind: "regress",
                layers: perSample ? [recurrent, #"{"type": "pool", "by": "mean"}"#, dense] : [recurrent, dense])
            try data.train("d.npz", "c.json", out: "run")
            let said = try evaluate("run", "d.npz", ["--predictions", data.path("answers")])
            #expect(
                Set(said.keys) == [
                    "task", "samples", "loss", "seconds", "meanSquaredError", "meanAbsoluteError",
                ])
            var (squares, magnitudes, count) = (0.0, 0.0, 0)
            for (sample, own) in lengths.enumerated() {
                let answer = try array("answers/sample \(sample).npy")
                #expect(answer.shape == (perSample ? [] : own) + [2])
                let size = y.count / lengths.count
                let target = Tensor(
                    shape: Array(y.shape.dropFirst()), values: Array(y.values[(sample * size)..<((sample + 1) * size)]))
                let wanted = perSample ? target : part(target, own)
                for (a, b) in zip(answer.values, wanted.values) {
                    let difference = Double(a) - Double(b)
                    squares += difference * difference
                    magnitudes += abs(difference)
                    count += 1
                }
                // The sample alone is answered alike.
                let width = x.count / lengths.count
                let input = part(
                    Tensor(
                        shape: Array(x.shape.dropFirst()),
                        values: Array(x.values[(sample * width)..<((sample + 1) * width)])), own)
                try data.write(NumpyArray(input).serialized(), to: "inputs/sample \(sample).npy")
            }
            #expect(said["samples"] == 5)
            for (name, sum) in [("meanSquaredError", squares), ("loss", squares), ("meanAbsoluteError", magnitudes)] {
                let found = try #require(said[name]?.doubleValue)
                #expect(abs(found - sum / Double(count)) < 1e-5, "\(name): \(found)")
            }
            try predict("run", "inputs", out: "alone")
            for name in try names("inputs") {
                let (one, other) = (try array("answers/\(name)"), try array("alone/\(name)"))
                #expect(zip(one.values, other.values).allSatisfy { abs($0 - $1) < 1e-5 } && one.shape == other.shape)
            }
            // Told before anything is read or computed.
            try CommandLineTool.fail(
                64, ["evaluate", data.path("run"), data.path("d.npz"), "--confusion", data.path("c.svg")],
                saying: ["--confusion is for classes"], absent: data.path("c.svg"))
        }

        /// The first sites along every axis of `[E1, .., EN, O]`.
        private func part(_ tensor: Tensor<Float>, _ extents: [Int]) -> Tensor<Float> {
            let width = tensor.shape.last ?? 1
            var values: [Float] = []
            for site in 0..<(tensor.count / width) {
                var (rest, coordinate) = (site, [Int]())
                for extent in tensor.shape.dropLast().reversed() {
                    coordinate.insert(rest % extent, at: 0)
                    rest /= extent
                }
                if zip(coordinate, extents).allSatisfy({ $0 < $1 }) {
                    values += tensor.values[(site * width)..<((site + 1) * width)]
                }
            }
            return Tensor(shape: extents + [width], values: values)
        }

        /// Labels of sites: pictures of labels, whose counts are the confusion matrix.
        @Test func labels() throws {
            try data.writeMasks()
            try data.writeConfiguration("c.json", kind: "labelSites", task: #", "ignoreLabel": [254, 255]"#)
            try data.train("masks", "c.json", out: "run")
            let said = try evaluate("run", "masks", ["--predictions", data.path("answers")])
            #expect(
                Set(said.keys) == [
                    "task", "samples", "loss", "seconds", "siteAccuracy", "meanIoU", "classes", "confusion", "sites",
                    "ignored",
                ])
            #expect(
                Set(said["classes"]?.arrayValue?[0].objectValue?.keys ?? []) == [
                    "name", "count", "precision", "recall", "f1", "iou",
                ])
            try predict("run", "masks/images", out: "alone")
            var counts = [[0, 0], [0, 0]]
            var ignored = 0
            for index in 0..<9 {
                let wanted = try labels("masks/labels/\(index).png")
                let (answer, alone) = (try labels("answers/\(index).png"), try labels("alone/\(index).png"))
                #expect(answer == alone && answer.shape == wanted.shape)
                let shares = try array("alone/\(index).probabilities.npy")
                #expect(shares.shape == wanted.shape + [2])
                for (site, label) in wanted.values.enumerated() {
                    let (zero, one) = (shares.values[2 * site], shares.values[2 * site + 1])
                    #expect(abs(zero + one - 1) < 1e-6 && answer.values[site] == (one > zero ? 1 : 0))
                    if label < 2 { counts[Int(label)][Int(answer.values[site])] += 1 } else { ignored += 1 }
                }
            }
            #expect(said["confusion"] == .array(counts.map { .array($0.map { .integer($0) }) }))
            #expect(said["ignored"] == .integer(ignored))
            let sites = counts.flatMap { $0 }.reduce(0, +)
            #expect(said["siteAccuracy"] == .number(Double(counts[0][0] + counts[1][1]) / Double(sites)))
        }

        private func labels(_ name: String) throws -> Tensor<Float> {
            let file = try ImageFile(contentsOf: data.path(name))
            guard case .bytes(let samples) = file.samples else { return Tensor(zeros: [0]) }
            return Tensor(shape: [file.height, file.width], values: samples.map { Float($0) })
        }

        /// Classes of samples: an object each; what does not exist is null.
        @Test func classes() throws {
            try data.writeClasses()
            try data.writeConfiguration("c.json", kind: "classify")
            try data.train("classes", "c.json", out: "run")
            try FileManager.default.removeItem(atPath: data.path("classes/white"))
            let said = try evaluate("run", "classes", ["--confusion", data.path("c.svg")])
            #expect(
                Set(said.keys) == [
                    "task", "samples", "loss", "seconds", "accuracy", "error", "classes", "confusion",
                ])
            let white = try #require(said["classes"]?.arrayValue?.last)
            #expect(white["name"] == "white" && white["count"] == 0 && white["recall"] == .null && isThere("c.svg"))
            let answered = try predict("run", "classes/black", out: "alone")
            #expect(answered["task"] == "classify" && answered["predictions"]?.arrayValue?.count == 3)
            #expect(try names("alone").count == 6)
            let answer = try data.json("alone/black0.json")
            let shares = try array("alone/black0.probabilities.npy")
            let best = try #require(shares.values.indices.max { shares.values[$0] < shares.values[$1] })
            #expect(shares.shape == [3] && answer["class"] == .string(["black", "gray", "white"][best]))
            #expect(answer["top5"]?.arrayValue?.count == 3)
            #expect(answer["probability"] == .number(Double(shares.values[best])))
        }

        /// Where everything is ignored there are no figures.
        @Test func nothingToJudge() throws {
            try data.writeMasks()
            try data.writeConfiguration("c.json", kind: "labelSites", task: #", "ignoreLabel": [254, 255]"#)
            try data.train("masks", "c.json", out: "run")
            try data.gray(2, 3, Array(repeating: 7, count: 6), to: "void/images/a.png")
            try data.gray(2, 3, Array(repeating: 254, count: 6), to: "void/labels/a.png")
            let said = try evaluate("run", "void")
            for name in ["loss", "siteAccuracy", "meanIoU"] { #expect(said[name] == .null, "\(name)") }
            #expect(said["ignored"] == 6 && said["sites"] == 0)
        }

        @Test func whatIsRefused() throws {
            try data.writeClasses()
            try data.writeConfiguration("c.json", kind: "classify")
            try data.train("classes", "c.json", out: "run")
            // Two inputs of one name.
            try data.gray(3, 4, Array(0..<12), to: "other/black0.png")
            let two = [data.path("classes/black/black0.png"), data.path("other/black0.png")]
            try CommandLineTool.fail(
                65, ["predict", data.path("run")] + two + ["--out", data.path("out")], saying: two + ["'black0'"],
                absent: data.path("out"))
            try CommandLineTool.fail(
                66, ["predict", data.path("absent"), two[0], "--out", data.path("out")], absent: data.path("out"))
            // A later input that is none: nothing is written of the others either.
            try data.write([1, 2, 3], to: "broken/z.png")
            let broken = data.path("broken/z.png")
            try CommandLineTool.fail(
                65, ["predict", data.path("run"), two[0], broken, "--out", data.path("out")], saying: [broken],
                absent: data.path("out"))
            try CommandLineTool.fail(
                66, ["predict", data.path("run"), two[0], data.path("none.png"), "--out", data.path("out")],
                saying: ["none.png"], absent: data.path("out"))
            try data.write([1, 2], to: "text.txt")
            let wrong = try CommandLineTool.run(["evaluate", data.path("run"), data.path("text.txt")])
            #expect(wrong.status == 65)
            try CommandLineTool.fail(64, ["evaluate", data.path("run")], saying: ["name the data"])
            try CommandLineTool.fail(
                64, ["evaluate", data.path("run"), data.path("classes"), "--confusion", "c.png"], saying: [".svg"])
            // Classes that the model does not know.
            try data.writeClasses("more", ["black", "green"])
            let outcome = try CommandLineTool.run(["evaluate", data.path("run"), data.path("more")])
            #expect(outcome.status == 65 && outcome.errors.contains("3 pictures of the class 'green'"))
        }
    }
}

import Foundation
import MDLSTM
import Testing
import _TestSupport

extension CommandSuites {
    /// Lines from a folder to a model that reads them.
    @Suite struct LineCommandTests {
        private let data: OwnData

        /// Of lengths of their own; one letter is beyond ASCII, one has a mark of its own.
        private static let texts = (0..<24).map { line in
            let letters = Array("abcdé")
            let word = OwnData.noise(2 + line % 5, below: letters.count, seed: 50 + line).map { letters[$0] }
            return String(word) + (line % 3 == 0 ? " " + String(word.reversed()) : "")
        }

        init() throws {
            data = try OwnData()
            for (number, text) in Self.texts.enumerated() { try write(text, to: "lines/\(number)") }
            try data.write(
                #"""
                {"version": 1, "model": {"layers": [
                  {"type": "patch", "window": [2, 2]}, {"type": "recurrent", "cell": "stable", "hiddenSize": 8, "directions": "all"},
                  {"type": "patch", "window": [4, 1]}, {"type": "dense", "outputSize": 24}, {"type": "activation", "function": "tanh"},
                  {"type": "pool", "axes": [0], "by": "mean"},
                  {"type": "recurrent", "cell": "lstm", "hiddenSize": 16, "directions": "all"},
                  {"type": "dense", "outputSize": "auto"}]},
                 "task": {"kind": "transcribe"},
                 "training": {"epochs": 160, "batch": 6, "validationFraction": 0, "clipNorm": 5,
                   "learningRate": {"base": 0.02, "warmup": 10, "decay": "cosine"}}}
                """#, to: "c.json")
        }

        /// A picture of letters, each a pattern of its own, black on white, and its text beside it.
        private func write(_ text: String, to name: String) throws {
            let (height, width, step) = (8, 6, 8)
            let columns = step * text.count + 3
            var samples = Array(repeating: 255, count: height * columns)
            for (place, letter) in text.enumerated() where letter != " " {
                let ink = OwnData.noise(height * width, below: 2, seed: Int(letter.unicodeScalars.first!.value))
                for (index, value) in ink.enumerated() where value > 0 {
                    samples[index / width * columns + 2 + place * step + index % width] = 20
                }
            }
            try data.gray(height, columns, samples, to: "\(name).png")
            // As other systems write it: é in two.
            try data.write(text.decomposedStringWithCanonicalMapping + "\n", to: "\(name).gt.txt")
        }

        private func train(_ out: String, _ more: [String] = []) -> [String] {
            ["train", data.path("lines"), "--config", data.path("c.json"), "--out", data.path(out)] + more
        }

        private func evaluate(_ name: String, _ more: [String] = []) throws -> JSONValue {
            let found = try CommandLineTool.succeed(["evaluate", data.path("run"), data.path(name), "--json"] + more)
            return try JSONValue(parsing: found.output, name: "evaluate")
        }

        /// 24 lines are learnt by heart, and read the same by both backends and every decoder.
        @Test func fromLinesToText() throws {
            let trained = try CommandLineTool.succeed(train("run"))
            #expect(trained.errors.contains("data: 24 lines, gray, 8x19 to "))
            let report = try data.json("run/report.json")
            #expect(report["cer"] == 0.0 && report["wer"] == 0.0 && report["infeasible"] == 0)
            #expect(report["characters"]?.intValue == Self.texts.map(\.unicodeScalars.count).reduce(0, +))
            #expect(report["cerInterval"] == [0.0, 0.0] && report["confusions"] == [])
            let config = try data.json("run/config.json")
            #expect(config["task"]?["alphabet"] == [" ", "a", "b", "c", "d", "é"])
            #expect(try CommandLineTool.text(data.path("run/examples.svg")).contains(Self.texts[0]))

            let read = try CommandLineTool.succeed([
                "predict", data.path("run"), data.path("lines"), "--out", data.path("read"), "--overlay",
                data.path("drawn"),
            ])
            for (number, text) in Self.texts.enumerated() {
                #expect(try CommandLineTool.text(data.path("read/\(number).txt")) == text + "\n")
                #expect(read.output.contains("read/\(number).txt: \(text)\n"))
                let json = try data.json("read/\(number).json")
                let characters = try #require(json["characters"]?.arrayValue)
                #expect(json["text"] == .string(text) && characters.count == text.count)
                // Each character lies on the columns of its letter.
                for (place, character) in characters.enumerated() {
                    let (from, to) = (character["from"]?.intValue ?? -1, character["to"]?.intValue ?? -1)
                    #expect(from < 8 * place + 12 && to > 8 * place - 2 && from < to)
                    #expect((0...1).contains(character["confidence"]?.doubleValue ?? -1))
                }
            }
            #expect(try CommandLineTool.text(data.path("drawn/0.svg")).contains("<svg"))

            let device = try evaluate("lines")
            let reference = try evaluate("lines", ["--backend", "cpu"])
            #expect(device["cer"] == 0.0 && reference["cer"] == 0.0)
            let losses = try [device, reference].map { try #require($0["loss"]?.doubleValue) }
            #expect(abs(losses[0] - losses[1]) < 1e-4 * losses[0])
            try data.write(Self.texts.joined(separator: "\n"), to: "texts.txt")
            _ = try CommandLineTool.succeed([
                "language-model", data.path("texts.txt"), "--order", "3", "--output", data.path("language"),
            ])
            #expect(try evaluate("lines", ["--beam", "8", "--language-model", data.path("language")])["cer"] == 0.0)
            try CommandLineTool.fail(
                64, ["evaluate", data.path("run"), data.path("lines"), "--tune"], saying: ["--language-model"])
            #expect(try evaluate("lines", ["--lexicon", data.path("texts.txt")])["cer"] == 0.0)
        }

        /// What a model that has learnt too little reads is mended by the language, whose weight is found.
        @Test func tunedLanguage() throws {
            _ = try CommandLineTool.succeed(train("run", ["--epochs", "40"]))
            try data.write(Self.texts.joined(separator: "\n"), to: "texts.txt")
            _ = try CommandLineTool.succeed([
                "language-model", data.path("texts.txt"), "--order", "4", "--output", data.path("language"),
            ])
            let plain = try evaluate("lines", ["--beam", "8"])
            let tuned = try evaluate("lines", ["--beam", "8", "--language-model", data.path("language"), "--tune"])
            let found = try [plain, tuned].map { try #require($0["cer"]?.doubleValue) }
            #expect(found[1] < found[0])
            let pair = try ["weight", "lengthBonus"].map { try #require(tuned["tuned"]?[$0]?.doubleValue) }
            #expect(PriorTuning.weights.contains(pair[0]) && PriorTuning.bonuses.contains(pair[1]))
            let given = try evaluate(
                "lines",
                [
                    "--beam", "8", "--language-model", data.path("language"), "--language-weight", "\(pair[0])",
                    "--length-bonus", "\(pair[1])",
                ])
            #expect(given["cer"] == tuned["cer"])
        }

        /// What cannot be learnt or judged is told by file before anything is written.
        @Test func linesThatCannotBeRead() throws {
            try write("abcab", to: "lines/narrow")
            try data.gray(8, 4, Array(repeating: 255, count: 32), to: "lines/narrow.png")
            let refused = try CommandLineTool.run(train("out"))
            #expect(refused.status == 65)
            #expect(refused.errors.contains("fault: narrow.png: 2 of 4 columns, expected at least 5 frames"))
            #expect(!FileManager.default.fileExists(atPath: data.path("out")))
            let short = ["--skip-bad", "--epochs", "1", "--limit-samples", "25"]
            #expect(try CommandLineTool.succeed(train("run", short)).errors.contains("left out: 1 line"))

            try write("ax", to: "others/0")
            let unknown = try CommandLineTool.run(["evaluate", data.path("run"), data.path("others")])
            #expect(unknown.status == 65 && unknown.errors.contains("'x' (U+0078)"))
        }

        /// Lines of a page are answered in files of their own.
        @Test func linesOfPages() throws {
            _ = try CommandLineTool.succeed(train("run", ["--epochs", "1"]))
            try data.gray(40, 60, Array(repeating: 250, count: 2400), to: "pages/p.png")
            let lines = [("r1/l1", 2), ("r1.l2", 20)].map { id, top in
                """
                <TextLine id="\(id)"><Coords points="2,\(top) 58,\(top) 58,\(top + 16) 2,\(top + 16)"/>
                <Baseline points="2,\(top + 12) 58,\(top + 12)"/><TextEquiv><Unicode>ab</Unicode></TextEquiv></TextLine>
                """
            }
            try data.write(
                """
                <PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15">
                <Page imageFilename="p.png" imageWidth="60" imageHeight="40"><TextRegion id="r1">\(lines.joined())</TextRegion></Page>
                </PcGts>
                """, to: "pages/p.xml")
            let judged = try CommandLineTool.succeed([
                "evaluate", data.path("run"), data.path("pages"), "--json", "--predictions", data.path("read"),
                "--overlay", data.path("drawn"),
            ])
            #expect(try judged.json["samples"] == 2)
            for name in ["p-r1_l1", "p-r1.l2"] {
                #expect(try data.json("read/\(name).json")["text"]?.stringValue != nil)
                #expect(try CommandLineTool.text(data.path("drawn/\(name).svg")).contains("<svg"))
            }
            // To be read a page needs no texts; of its folder the picture is no line.
            let xml = try CommandLineTool.text(data.path("pages/p.xml"))
            try data.write(xml.replacing("<TextEquiv><Unicode>ab</Unicode></TextEquiv>", with: ""), to: "pages/p.xml")
            let told = try CommandLineTool.succeed([
                "predict", data.path("run"), data.path("pages"), "--out", data.path("answers"), "--json", "--overlay",
                data.path("seen"),
            ]).json
            let answers = told["predictions"]?.arrayValue ?? []
            let answered = try data.json("answers/p.json")["lines"]?.arrayValue ?? []
            #expect(answers.count == 1 && answered.map { $0["line"] } == ["r1/l1", "r1.l2"])
            var texts: [String] = []
            for (line, name) in zip(answered, ["p-r1_l1", "p-r1.l2"]) {
                texts.append(line["text"]?.stringValue ?? "none")
                #expect(try data.json("read/\(name).json")["text"] == line["text"] && line["characters"] != nil)
                #expect(try CommandLineTool.text(data.path("seen/\(name).svg")).contains("<svg"))
            }
            #expect(try CommandLineTool.text(data.path("answers/p.txt")) == texts.map { $0 + "\n" }.joined())
            #expect(answers[0]["lines"]?.arrayValue?.map { $0["text"]?.stringValue } == texts)
            try data.write(xml.replacing("58,18", with: "580,18"), to: "pages/p.xml")
            let refused = try CommandLineTool.run([
                "predict", data.path("run"), data.path("pages/p.xml"), "--out", data.path("none"),
            ])
            #expect(refused.status == 65 && refused.errors.contains("r1/l1") && refused.errors.contains("580"))
        }

        /// Flags that a model has no use for are refused, not passed over.
        @Test func flagsThatDoNotFit() throws {
            _ = try CommandLineTool.succeed(train("run", ["--epochs", "1"]))
            for flags in [
                ["--decoder", "bestPath", "--length-bonus", "1"], ["--language-weight", "1"], ["--decoder", "lexicon"],
                ["--baseline", data.path("lines/0.gt.txt")], ["--confusion", data.path("c.svg")], ["--beam", "0"],
            ] {
                let refused = try CommandLineTool.run(["evaluate", data.path("run"), data.path("lines")] + flags)
                #expect(refused.status == 64 && refused.errors.contains(flags[0]))
            }
        }

        /// Characters that a model had keep their rows of the output when others come between them.
        @Test func alphabetThatGrows() throws {
            _ = try CommandLineTool.succeed(train("run", ["--epochs", "1"]))
            try write("aza", to: "lines/new")
            let grown = try CommandLineTool.succeed(
                train("grown", ["--epochs", "1", "--learning-rate", "1e-30", "--from", data.path("run")]))
            #expect(grown.errors.contains("alphabet: that of") && grown.errors.contains("and 1 character more"))
            #expect(grown.errors.contains("layers drawn anew: none; 6 symbols of the output kept"))
            let (before, after) = (try data.parameters("run"), try data.parameters("grown"))
            let (old, new) = (try #require(before["7.weight"]), try #require(after["7.weight"]))
            #expect(old.shape == [7, 32] && new.shape == [8, 32])
            // The blank, " abcd", then "z" before "é".
            for (row, own) in [0, 1, 2, 3, 4, 5, 7].enumerated() {
                #expect(old.values[(row * 32)..<(row * 32 + 32)] == new.values[(own * 32)..<(own * 32 + 32)])
            }
        }

        /// The first epoch's order and what is drawn for augmentation are those of the training that was not stopped.
        @Test func resumedTrainingHasTheSameBits() throws {
            let more = ["--epochs", "3", "--augment", "stretch=.2,shear=.2,stroke=.5,shift=1"]
            _ = try CommandLineTool.succeed(train("whole", more))
            _ = try CommandLineTool.succeed(train("parts", more + ["--checkpoint-every", "3", "--keep", "9"]))
            for step in [3, 9] {
                let checkpoint = data.path("parts/checkpoint-\(String(format: "%010d", step)).safetensors")
                _ = try CommandLineTool.succeed(train("parts", more + ["--resume", checkpoint]))
                #expect(try data.parameters("parts") == data.parameters("whole"))
            }
        }

        @Test func configurationsThatAreNoneForLines() throws {
            func expect(_ words: [String], _ more: [String] = []) throws {
                let refused = try CommandLineTool.run(train("out", more))
                #expect(refused.status == 65)
                for word in words { #expect(refused.errors.contains(word)) }
            }
            try expect(["flips, transposes or crops"], ["--augment", "flip"])
            let config = try CommandLineTool.text(data.path("c.json"))
            try data.write(
                config.replacingOccurrences(of: #"{"type": "pool", "axes": [0], "by": "mean"},"#, with: "")
                    .replacingOccurrences(of: #""lstm""#, with: #""leaky""#), to: "c.json")
            try expect(["over 2 axes", "pool the height"])
        }
    }
}

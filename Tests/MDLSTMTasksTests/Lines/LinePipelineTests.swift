import MDLSTM
import MDLSTMImages
import MDLSTMTasks
import Testing
import _TestSupport

/// Lines judged, and weights to begin with.
struct LinePipelineTests {
    private let alphabet: Alphabet

    init() throws { alphabet = try Alphabet(.characters, symbols: "ab".unicodeScalars.map(\.value)) }

    private func pipeline(_ layers: [LayerDescription], data: DataSettings? = nil) throws -> LinePipeline {
        var settings = DataSettings()
        settings.normalization = .unit
        return try LinePipeline(
            model: ModelConfiguration(inputSize: 1, axes: 2, layers: layers), alphabet: alphabet,
            data: data ?? settings, name: "t")
    }

    /// Frames of three classes, each the ink of three rows of a picture: what a line says is what is drawn.
    private let plain: [LayerDescription] = [.patch(window: [3, 1]), .pool(axes: [0], by: .mean)]

    /// Each frame a class: 0 blank, 1 a, 2 b.
    private func line(_ frames: [Int], _ text: [Int32]) -> Sample<Float> {
        var input = Tensor<Float>(zeros: [3, frames.count, 1])
        for (frame, label) in frames.enumerated() { input.values[label * frames.count + frame] = 8 }
        return Sample(input: input, target: .labels(Tensor(shape: [text.count], values: text)))
    }

    @Test func linesAreJudgedWhateverTheBatches() throws {
        let pipeline = try pipeline(plain)
        let set = MemoryDataSet([
            line([1, 1, 0, 1, 2], [1, 1, 2]), line([0, 2], [2]), line([1, 0, 2, 0], [2]),
            // Too few frames for its text.
            line([1, 2], [1, 1, 2]),
        ])
        let model = try ReferenceBackend<Float>().makeModel(pipeline.model, parameters: ParameterTensors())
        let all = try [1, 2, 4].map { try pipeline.evaluate(model, on: set, batch: .samples($0)) }
        for found in all {
            #expect(found.infeasible == 1)
            #expect(found.score.characters.length == 8 && found.score.lines.count == 4)
            // "aab", "b", "ab" for "b", "ab" for "aab".
            #expect(found.score.characters.insertions == 1 && found.score.characters.deletions == 1)
            #expect(found.cer == 0.25 && found.wer == 0.5)
            #expect(found.json == all[0].json)
        }
        // Of three lines: what the third says of "b" alone costs its "a" too.
        let loss = try #require(all[0].loss)
        #expect(loss > 8 / 3 - 0.1 && loss < 8 / 3 + 0.1)
        #expect(try pipeline.frames(of: [3, 7]) == 7 && pipeline.frames(of: [5, 7]) == 7)
    }

    @Test func columnsOfCharacters() throws {
        let pipeline = try pipeline(plain)
        let model = try ReferenceBackend<Float>().makeModel(pipeline.model, parameters: ParameterTensors())
        let line = try pipeline.read(line([0, 1, 1, 0, 2], [1, 2]), named: "a.png", by: model)
        #expect(line.text == "ab" && line.reference == "ab")
        #expect(line.symbols.map(\.columns) == [1..<3, 4..<5])
        #expect(line.symbols.allSatisfy { $0.confidence > 0.99 && $0.confidence < 1 })
        #expect(line.image.pixels.prefix(5) == [0, 255, 255, 0, 255])
    }

    /// A line whose frames just do for its text is not made shorter.
    @Test func stretchLeavesFramesEnough() throws {
        var data = DataSettings()
        data.normalization = .unit
        data.augmentation.stretch = 0.5
        let pipeline = try pipeline(plain, data: data)
        let (tight, loose) = (line([1, 2, 1, 2], [1, 2, 1, 2]), line([1, 2, 1, 2], [1]))
        func widths(_ line: Sample<Float>) -> [Int] {
            (1...30).map { pipeline.trainingSample(line, epoch: $0, number: 0, seed: 1).extents[1] }
        }
        #expect(widths(tight).allSatisfy { $0 >= 4 } && widths(tight).contains { $0 > 4 })
        #expect(widths(loose).contains { $0 < 4 })
    }

    @Test func modelsThatAreNoReaders() throws {
        func refused(_ layers: [LayerDescription]) -> String? {
            #expect(throws: MDLSTMError.self) { try pipeline(layers) }?.message
        }
        #expect(try #require(refused([.dense(inputSize: 1, outputSize: 3)])).contains("over 2 axes; lines are read"))
        let wide = refused([.dense(inputSize: 1, outputSize: 4), .pool(axes: [0], by: .mean)])
        #expect(try #require(wide).contains("4 outputs; expected 3, a blank and 2 symbols"))
    }

    /// Every layer but the last says numbers of deviation 1, whatever is lost on the way; the last is as drawn.
    @Test func weightsAreScaledAtTheStart() throws {
        let layers: [LayerDescription] = [
            .convolution(window: [3, 3], stride: [2, 2], inputSize: 1, outputSize: 5), .activation(.relu),
            .patch(window: [2, 1]), .dense(inputSize: 10, outputSize: 7), .pool(axes: [0], by: .mean),
            .dense(inputSize: 7, outputSize: 3),
        ]
        let pipeline = try pipeline(layers)
        let set = MemoryDataSet(
            (0..<3).map { number in
                Sample<Double>(
                    input: .random([8, 9 + number, 1], bound: 0.01, seed: UInt64(number)),
                    target: .labels(Tensor(shape: [1], values: [1])))
            })
        let (scaled, drawn): (ParameterTensors<Double>, ParameterTensors<Double>) = (
            try pipeline.initialParameters(on: set, seed: 4), pipeline.model.initialParameters(seed: 4)
        )
        #expect(scaled["5.weight"] == drawn["5.weight"])
        for count in [1, 4] {
            let part = try ModelConfiguration(inputSize: 1, axes: 2, layers: Array(layers.prefix(count)))
            var own = ParameterTensors<Double>()
            for shape in part.parameterShapes { own[shape.name] = scaled[shape.name] }
            let model = try ReferenceBackend<Double>().makeModel(part, parameters: own)
            let values = try set.samples.flatMap {
                try model.predict($0.input.reshaped([1] + $0.input.shape), samples: nil).values
            }
            let mean = values.reduce(0, +) / Double(values.count)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
            #expect(abs(variance - 1) < 1e-9)
        }
    }
}

import MDLSTM
import MDLSTMImages
import MDLSTMTasks
import Testing

struct ExamplePicturesTests {
    /// Features that make `labels` the likeliest of `classes`.
    private func answer(_ labels: [Int], classes: Int, extents: [Int]) -> Tensor<Float> {
        var tensor = Tensor<Float>(repeating: -1, shape: extents + [classes])
        for (site, label) in labels.enumerated() { tensor.values[site * classes + label] = 2 }
        return tensor
    }

    private func color(_ image: Image, _ x: Int, _ y: Int) -> [UInt8] { Array(image[x, y]) }
    private func color(of label: Int) -> [UInt8] {
        let color = LabelColors.color(of: label)
        return [color.x, color.y, color.z]
    }

    @Test func labelsHaveTheirColours() throws {
        let (input, target) = ([0, 0.5, 1, 0.25, 0.75, 0] as [Float], [0, 1, 2, -1, 1, 0] as [Int32])
        let predicted = [0, 2, 2, 1, 1, 1]
        let example = Example(
            name: "valid/a.png", input: Tensor(shape: [2, 3, 1], values: input),
            target: .labels(Tensor(shape: [2, 3], values: target)),
            answer: answer(predicted, classes: 4, extents: [2, 3]))
        let pictures = try #require(
            try ExamplePictures(.labelSites, classes: ["w", "x", "y", "z"], examples: [example], title: "best"))
        let images = try pictures.drawing.pictures()
        try #require(images.count == 3)
        // 224 pixels at most: 74 to a site.
        let cell = 74
        for image in images { #expect(image.width == 3 * cell && image.height == 2 * cell) }
        for site in 0..<6 {
            let (x, y) = (site % 3 * cell + cell / 2, site / 3 * cell + cell / 2)
            #expect(color(images[0], x, y) == Array(repeating: UInt8((255 * input[site]).rounded()), count: 3))
            #expect(color(images[1], x, y) == (target[site] < 0 ? [160, 160, 160] : color(of: Int(target[site]))))
            #expect(color(images[2], x, y) == color(of: predicted[site]))
        }
        let texts = pictures.drawing.texts
        for text in ["input", "target", "prediction", "a.png", "w", "x", "y", "ignored"] {
            #expect(texts.contains(text))
        }
        #expect(!texts.contains("z"), "a class that is not there has no key")
        #expect(pictures.images.map(\.name) == ["valid/a.png"])
        #expect(pictures.images[0].image.width == 3 * 3 * cell + 2 * 4)
        let again = try ExamplePictures(.labelSites, classes: ["w", "x", "y", "z"], examples: [example], title: "best")
        #expect(again?.drawing.document == pictures.drawing.document)
    }

    /// Of three axes the middle of the first is shown, of one a strip; a target may be a distribution; large grids are thinned.
    @Test(arguments: [[5, 2, 3], [6], [3, 700]])
    func anyGridIsShown(_ extents: [Int]) throws {
        let count = extents.reduce(1, *)
        let labels = (0..<count).map { ($0 * 7 + $0 / 5) % 3 }
        let target = answer(labels, classes: 3, extents: extents)
        let example = Example(
            name: "", input: Tensor<Float>(repeating: 3, shape: extents + [2]),
            target: .values(target.map { max($0, 0) }),
            answer: target)
        let pictures = try #require(
            try ExamplePictures(.labelSites, classes: [], examples: [example], title: ""))
        let image = try pictures.drawing.pictures()[1]
        let (first, columns, step) = extents == [5, 2, 3] ? (12, 3, 1) : extents == [6] ? (0, 6, 1) : (0, 175, 4)
        let cell = image.width / columns
        #expect(image.width <= 448)
        for column in 0..<columns {
            #expect(color(image, column * cell, 0) == color(of: labels[first + column * step]), "site \(column)")
        }
        let sizes = try pictures.drawing.pictures().map { [$0.width, $0.height] }
        #expect(sizes[1] == sizes[2])
    }

    @Test func wrongClassesAreMarked() throws {
        let examples = (0..<20).map { index -> Example<Double> in
            let isDog = index % 2 == 1
            let answer: [Double] = isDog && index != 5 ? [0, 1] : [1, 0]
            return Example(
                name: "\(index)", input: Tensor(repeating: 0.5, shape: [3, 4, 3]),
                target: .labels(Tensor(shape: [], values: [isDog ? 1 : 0])), answer: Tensor(shape: [2], values: answer))
        }
        let pictures = try #require(
            try ExamplePictures(.classify, classes: ["cat", "dog"], examples: examples, title: "best"))
        #expect(try pictures.drawing.pictures().count == 16)
        let texts = pictures.drawing.found("text")
        for (text, count) in [("class: cat", 8), ("class: dog", 8), ("answer: cat", 9), ("answer: dog", 7)] {
            #expect(texts.filter { $0.text == text }.count == count, "\(text)")
        }
        let marked = texts.filter { $0.attributes["fill"] == "#c0392b" }
        #expect(marked.map(\.text) == ["class: dog", "answer: cat"])
        #expect(pictures.images.count == 16)
        #expect(color(pictures.images[5].image, 0, 0) == [192, 57, 43])
        #expect(color(pictures.images[4].image, 0, 0) == [0, 158, 115])
    }

    @Test func valuesShareARange() throws {
        let example = Example<Float>(
            name: "wave", input: Tensor(shape: [1, 2, 1], values: [10, 30]),
            target: .values(Tensor(shape: [1, 2, 1], values: [-1, 1])),
            answer: Tensor(shape: [1, 2, 1], values: [0, 3]))
        let pictures = try #require(try ExamplePictures(.regress, classes: [], examples: [example], title: ""))
        let images = try pictures.drawing.pictures()
        let levels = images.map { [color($0, 0, 0)[0], color($0, $0.width - 1, 0)[0]] }
        #expect(levels == [[0, 255], [0, 128], [64, 255]])
        for text in ["input, 10 to 30", "target, -1 to 3", "output, -1 to 3"] {
            #expect(pictures.drawing.texts.contains(text), "\(text)")
        }
    }

    @Test func sequencesAreLines() throws {
        let examples = (0..<6).map { index in
            Example<Float>(
                name: "s\(index)", input: Tensor(repeating: 1000, shape: [5, 3]),
                target: .values(Tensor(shape: [5, 1], values: [0, 1, 2, 3, 4])),
                answer: Tensor(shape: [5, 1], values: [0, 1, 2, 3, 9]))
        }
        let pictures = try #require(try ExamplePictures(.regress, classes: [], examples: examples, title: ""))
        #expect(pictures.images.isEmpty)
        let lines = pictures.drawing.found("polyline")
        #expect(lines.count == 8, "target and output of four; the input is far off")
        #expect(lines[0].attributes["points"] != lines[1].attributes["points"])
        #expect(["s0", "s1", "s2", "s3"].allSatisfy(pictures.drawing.texts.contains))
        var near = examples[0]
        near.input = Tensor(repeating: 2, shape: [5, 1])
        let other = try #require(try ExamplePictures(.regress, classes: [], examples: [near], title: ""))
        #expect(other.drawing.found("polyline").count == 3 && other.drawing.texts.contains("input"))
    }

    @Test func oneAnswerASampleIsANumber() throws {
        let example = Example<Float>(
            name: "x", input: Tensor(repeating: 1, shape: [4, 4, 1]),
            target: .values(Tensor(shape: [1], values: [2.5])),
            answer: Tensor(shape: [1], values: [2.25]))
        let pictures = try #require(try ExamplePictures(.regress, classes: [], examples: [example], title: ""))
        #expect(pictures.drawing.texts == ["target: 2.5", "output: 2.25"])
    }

    @Test func nothingIsShownOfNothing() throws {
        #expect(try ExamplePictures(.classify, classes: [], examples: [Example<Float>](), title: "") == nil)
        let empty = Example<Float>(
            name: "", input: Tensor(shape: [0, 3, 1], values: []), target: .labels(Tensor(shape: [0, 3], values: [])),
            answer: Tensor(shape: [0, 3, 2], values: []))
        #expect(try ExamplePictures(.labelSites, classes: [], examples: [empty], title: "") == nil)
    }

    /// NaN and infinity are no reason to stop.
    @Test func valuesThatAreNoneAreShown() throws {
        let example = Example<Float>(
            name: "", input: Tensor(shape: [1, 3, 1], values: [.nan, .infinity, -.infinity]),
            target: .values(Tensor(shape: [1, 3, 1], values: [0, 5, 5])),
            answer: Tensor(shape: [1, 3, 1], values: [.infinity, .nan, 2]))
        let images = try #require(try ExamplePictures(.regress, classes: [], examples: [example], title: ""))
            .drawing.pictures()
        #expect([0, 1, 2].map { color(images[2], $0 * 74, 0)[0] } == [255, 0, 102])
    }

    @Test func coloursOfClassesAreDistinct() {
        let colors = (0..<256).map(LabelColors.color)
        #expect(Set(colors).count == 256)
        // None is gray but black, the first.
        #expect(colors.dropFirst().allSatisfy { Int($0.max()) - Int($0.min()) > 60 })
    }

    /// A model of one dense layer that answers with class 1 where its input, normalized, is above 0.
    private final class Sign: Model {
        let model: ModelConfiguration
        init() throws {
            model = try ModelConfiguration(inputSize: 1, axes: 2, layers: [.dense(inputSize: 1, outputSize: 2)])
        }
        func parameters() -> ParameterTensors<Float> { ParameterTensors() }
        func predict(_ input: Tensor<Float>, samples: [[Int]]?) -> Tensor<Float> {
            Tensor(shape: input.shape.dropLast() + [2], values: input.values.flatMap { [-$0, $0] })
        }
    }

    /// Samples of all sizes in one batch; the input is shown as it was before it was normalized.
    @Test func samplesOfASetAreShown() throws {
        let model = try Sign()
        var task = TaskSettings(.labelSites)
        task.classes = ["low", "high"]
        task.ignoredLabels = [255]
        var data = DataSettings()
        data.normalization = .numbers(mean: [0.5], deviation: [0.25])
        let pipeline = try Pipeline(model: model.model, task: task, data: data, name: "test")
        let samples = (0..<9).map { number in
            Sample<Float>(
                input: Tensor(shape: [1, 2 + number, 1], values: [0.25] + Array(repeating: 0.75, count: 1 + number)),
                target: .labels(Tensor(shape: [1, 2 + number], values: [0, 255] + Array(repeating: 1, count: number))))
        }
        let pictures = try #require(
            try pipeline.examples(model, on: MemoryDataSet(samples), title: "validation"))
        #expect(pictures.images.map(\.name) == ["sample 0", "sample 2", "sample 4", "sample 6"])
        let images = try pictures.drawing.pictures()
        try #require(images.count == 12)
        for (number, row) in zip([0, 2, 4, 6], stride(from: 0, to: 12, by: 3)) {
            let cell = images[row].width / (2 + number)
            #expect(color(images[row], 0, 0) == [64, 64, 64] && color(images[row], cell, 0) == [191, 191, 191])
            #expect(color(images[row + 1], 0, 0) == color(of: 0) && color(images[row + 1], cell, 0) == [160, 160, 160])
            #expect(color(images[row + 2], 0, 0) == color(of: 0) && color(images[row + 2], cell, 0) == color(of: 1))
        }
        #expect(try pipeline.examples(model, on: MemoryDataSet<Float>([]), title: "") == nil)
    }

    @Test func samplesAreSpreadOverTheSet() {
        #expect(ExamplePictures.chosen(4, of: 10) == [0, 2, 5, 7])
        #expect(ExamplePictures.chosen(16, of: 3) == [0, 1, 2])
        #expect(ExamplePictures.chosen(4, of: 0) == [])
    }
}

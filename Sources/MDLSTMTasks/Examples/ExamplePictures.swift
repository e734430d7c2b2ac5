public import MDLSTM
public import MDLSTMImages

/// Some samples beside what a model answers to them: examples.svg.
///
/// - `labelSites`: input, target and answer, a colour a class, sites that do not count gray.
/// - `classify`: inputs with their class and the answer, wrong ones in red.
/// - `regress`: input, target and output; over one axis lines of target and output, of one answer a sample its numbers.
///
/// Of more than two axes the middle is shown. The same samples give the same bytes.
public struct ExamplePictures: Sendable {
    public let drawing: SVG

    /// A picture of each example in pixels, for TensorBoard, by the example's name; those of `classify` have a green or a red
    /// frame. None of what is drawn as lines.
    public let images: [(name: String, image: Image)]

    /// - Parameters:
    ///   - kind: of the task
    ///   - classes: their names, by number; none for `regress`
    ///   - examples: of which the first ``count(of:isAnswerPerSample:)`` are shown
    ///   - title: of the drawing
    /// - Returns: nil where nothing can be shown: no examples, or none with sites
    /// - Throws: `MDLSTMError` of kind `data` for an image that is too large for PNG.
    public init?<T: Scalar>(
        _ kind: TaskKind, classes: [String], examples: [Example<T>], title: String
    ) throws(MDLSTMError) {
        let isAnswerPerSample = examples.first?.isAnswerPerSample ?? false
        let most = Self.count(of: kind, isAnswerPerSample: isAnswerPerSample)
        let examples = examples.filter { !$0.extents.isEmpty && !$0.extents.contains(0) }.prefix(most)
        guard let first = examples.first else { return nil }
        switch kind {
        case .nextSymbol, .transcribe, .density: return nil
        case .labelSites: (drawing, images) = try Self.labels(Array(examples), classes, title)
        case .classify: (drawing, images) = try Self.classes(Array(examples), classes, title)
        case .regress where isAnswerPerSample: (drawing, images) = try Self.numbers(Array(examples), title)
        case .regress where first.extents.count == 1: (drawing, images) = (Self.lines(Array(examples), title), [])
        case .regress: (drawing, images) = try Self.values(Array(examples), title)
        }
    }

    /// How many examples are shown.
    public static func count(of kind: TaskKind, isAnswerPerSample: Bool) -> Int {
        kind == .classify || isAnswerPerSample ? 16 : 4
    }

    /// Numbers of samples to show, evenly spread over a set, since neighbours are often of one class.
    public static func chosen(_ count: Int, of samples: Int) -> [Int] {
        let count = min(count, samples)
        return (0..<count).map { $0 * samples / count }
    }

    private typealias Pictures = (drawing: SVG, images: [(name: String, image: Image)])

    /// Pixels of the longer side of a picture that stands in a row of three, and of one among many.
    private static let largeSide = 224, smallSide = 96

    private static func labels<T: Scalar>(
        _ examples: [Example<T>], _ classes: [String], _ title: String
    ) throws(MDLSTMError) -> Pictures {
        var shown: Set<Int> = [], hasIgnored = false
        var rows: [(name: String, images: [Image])] = []
        for example in examples {
            guard let sites = SitePicture(extents: example.extents, side: largeSide) else { continue }
            let target = sites.image { site in
                guard let label = example.targetLabel(site) else {
                    hasIgnored = true
                    return LabelColors.ignored
                }
                shown.insert(label)
                return LabelColors.color(of: label)
            }
            let answer = sites.image { site in
                let label = example.answeredLabel(site)
                shown.insert(label)
                return LabelColors.color(of: label)
            }
            let range = shownRange([example.input], isUnit: true)
            rows.append((example.name, [sites.image(example.input, range: range), target, answer]))
        }
        var gallery = Gallery(
            title: title, columns: ["input", "target", "prediction"],
            rows: rows.map { Gallery.Row(fileName($0.name), $0.images) }, scale: 1)
        gallery.keys = shown.sorted().prefix(40).map { label in
            Gallery.Key(
                classes.indices.contains(label) ? classes[label] : "\(label)", color: LabelColors.color(of: label))
        }
        if hasIgnored { gallery.keys.append(Gallery.Key("ignored", color: LabelColors.ignored)) }
        return (try gallery.svg(), rows.map { ($0.name, .joined($0.images)) })
    }

    private static func values<T: Scalar>(_ examples: [Example<T>], _ title: String) throws(MDLSTMError) -> Pictures {
        let inputRange = shownRange(examples.map(\.input), isUnit: true)
        let range = shownRange(examples.flatMap { [$0.answer] + ($0.target.values.map { [$0] } ?? []) }, isUnit: true)
        var rows: [(name: String, images: [Image])] = []
        for example in examples {
            guard let sites = SitePicture(extents: example.extents, side: largeSide) else { continue }
            rows.append(
                (
                    example.name,
                    [sites.image(example.input, range: inputRange)]
                        + [example.target.values, example.answer].compactMap { $0 }.map {
                            sites.image($0, range: range)
                        }
                ))
        }
        func heading(_ name: String, _ range: ClosedRange<Double>) -> String {
            "\(name), \(short(range.lowerBound)) to \(short(range.upperBound))"
        }
        let hasTargets = examples.allSatisfy { $0.target.values != nil }
        let columns = [heading("input", inputRange)] + (hasTargets ? [heading("target", range)] : [])
        let drawing = try Gallery(
            title: title, columns: columns + [heading("output", range)],
            rows: rows.map { Gallery.Row(fileName($0.name), $0.images) }, scale: 1
        ).svg()
        return (drawing, rows.map { ($0.name, .joined($0.images)) })
    }

    /// Target and output of the first features, and the input where it is of their size.
    private static func lines<T: Scalar>(_ examples: [Example<T>], _ title: String) -> SVG {
        let plots = examples.map { example in
            let outputs = [example.answer] + (example.target.values.map { [$0] } ?? [])
            let (range, inputRange) = (shownRange(outputs, isUnit: false), shownRange([example.input], isUnit: false))
            let both = min(range.lowerBound, inputRange.lowerBound)...max(range.upperBound, inputRange.upperBound)
            let isAlike = both.upperBound - both.lowerBound <= 3 * (range.upperBound - range.lowerBound)
            func series(_ name: String, _ tensor: Tensor<T>) -> [LinePlot.Series] {
                let width = tensor.shape.last ?? 1
                return (0..<min(2, width)).map { feature in
                    LinePlot.Series(
                        width == 1 ? name : "\(name) \(feature + 1)",
                        points: (0..<(tensor.count / width)).map {
                            SIMD2(Double($0), Double(tensor.values[$0 * width + feature]))
                        })
                }
            }
            var plot = LinePlot(
                title: "", xLabel: "site", yLabel: fileName(example.name),
                series: (example.target.values.map { series("target", $0) } ?? []) + series("output", example.answer)
                    + (isAlike ? series("input", example.input) : []))
            plot.hasWholeX = true
            return plot
        }
        return PlotStack(title: title, plots: plots, plotHeight: 240).svg()
    }

    private static func classes<T: Scalar>(
        _ examples: [Example<T>], _ classes: [String], _ title: String
    ) throws(MDLSTMError) -> Pictures {
        func name(_ label: Int) -> String { classes.indices.contains(label) ? classes[label] : "\(label)" }
        return try sheet(examples, title) { example in
            let (target, answer) = (example.targetLabel(0), example.answeredLabel(0))
            return (
                ["class: \(target.map(name) ?? "unknown")", "answer: \(name(answer))"], target.map { $0 == answer }
            )
        }
    }

    private static func numbers<T: Scalar>(_ examples: [Example<T>], _ title: String) throws(MDLSTMError) -> Pictures {
        func list(_ tensor: Tensor<T>) -> String {
            tensor.values.prefix(3).map { short(Double($0)) }.joined(separator: " ") + (tensor.count > 3 ? " .." : "")
        }
        return try sheet(examples, title) { example in
            (["target: \(example.target.values.map(list) ?? "unknown")", "output: \(list(example.answer))"], nil)
        }
    }

    /// Inputs with two lines of text, right or wrong or neither.
    private static func sheet<T: Scalar>(
        _ examples: [Example<T>], _ title: String, _ say: (Example<T>) -> (lines: [String], isRight: Bool?)
    ) throws(MDLSTMError) -> Pictures {
        var items: [ContactSheet.Item] = []
        var images: [(name: String, image: Image)] = []
        for example in examples {
            guard let sites = SitePicture(extents: example.extents, side: smallSide) else { continue }
            let image = sites.image(example.input, range: shownRange([example.input], isUnit: true))
            let (lines, isRight) = say(example)
            items.append(ContactSheet.Item(image, lines: lines, isMarked: isRight == false))
            let frame: SIMD3<UInt8>? = isRight.map { $0 ? SIMD3(0, 158, 115) : SIMD3(192, 57, 43) }
            images.append((example.name, .joined([image], frame: frame)))
        }
        return (try ContactSheet(title: title, items: items).svg(), images)
    }
}

/// A number in four digits or so.
private func short(_ value: Double) -> String { FitProgress.text(of: value, digits: 4) }

/// What stands behind the last slash: there is room for no more.
func fileName(_ name: String) -> String { name.split(separator: "/").last.map(String.init) ?? name }

public import MDLSTM
public import MDLSTMImages

/// A line with what was read of it.
public struct ReadLine: Sendable {
    public let name: String
    public let text: String
    public let reading: Reading

    /// What is written in it; nil where nobody says.
    public let reference: String?

    /// Its picture, dark ink on white.
    public let image: Image

    /// The symbols of the text, each with its columns of the picture.
    public let symbols: [(symbol: String, confidence: Double, columns: Range<Int>)]

    /// - Parameters:
    ///   - name: of the picture
    ///   - input: ink, `[H, W, 1]`
    ///   - reading: of all frames
    ///   - frames: that the model makes of it
    ///   - alphabet: of the model
    ///   - reference: what is written in it
    public init<T: Scalar>(
        _ name: String, input: Tensor<T>, reading: Reading, frames: Int, alphabet: Alphabet, reference: String? = nil
    ) {
        (self.name, self.reading, self.reference) = (name, reading, reference)
        text = alphabet.text(of: reading.labels)
        image = Image(Tensor(shape: Array(input.shape.prefix(2)), values: input.values.map { 1 - $0 }))
        let width = input.shape[1]
        let step = Double(width) / Double(max(1, frames))
        symbols = reading.symbols.map { symbol in
            let first = Int(Double(symbol.frames.lowerBound) * step)
            let end = min(width, Int((Double(symbol.frames.upperBound) * step).rounded(.up)))
            return (alphabet.text(of: [symbol.label]), symbol.confidence, first..<max(first, end))
        }
    }

    /// What `mdlstm predict` writes: the text, how sure it is, and each character with its columns.
    public var json: JSONObject {
        let characters = symbols.map { symbol -> JSONValue in
            [
                "symbol": .string(symbol.symbol), "confidence": .number(symbol.confidence),
                "from": .integer(symbol.columns.lowerBound), "to": .integer(symbol.columns.upperBound),
            ]
        }
        return [
            "text": .string(text), "confidence": .number(reading.confidence), "characters": .array(characters),
        ]
    }

    private static let margin = 8.0, rowHeight = 22.0

    /// The picture with each character under its columns, paler where it is less sure, then the text, and below what is
    /// written there where that is another.
    ///
    /// - Throws: `MDLSTMError` of kind `data` where the picture is too large for PNG.
    public func drawing() throws(MDLSTMError) -> SVG { try Self.drawing([self]) }

    /// Lines below each other.
    ///
    /// - Throws: `MDLSTMError` of kind `data` where a picture is too large for PNG.
    public static func drawing(_ lines: [ReadLine]) throws(MDLSTMError) -> SVG {
        func height(_ line: ReadLine) -> Double {
            Double(line.image.height) + rowHeight * (line.isWrong ? 3 : 2) + margin
        }
        let captions = lines.flatMap { [$0.text, $0.reference ?? ""] }
        let widest = max(
            lines.map { Double($0.image.width) }.max() ?? 0, captions.map { SVG.width(of: $0) }.max() ?? 0)
        var drawing = SVG(
            width: widest + 2 * margin, height: margin + lines.map(height).reduce(0, +), heading: "lines and readings")
        var y = margin
        for line in lines {
            let (width, pictureHeight) = (Double(line.image.width), Double(line.image.height))
            try drawing.image(line.image, x: margin, y: y, width: width, height: pictureHeight)
            for symbol in line.symbols where symbol.symbol != " " {
                let middle = Double(symbol.columns.lowerBound + symbol.columns.upperBound) / 2
                let shade = Int((200 * (1 - symbol.confidence)).rounded())
                drawing.text(
                    symbol.symbol, at: [margin + middle, y + pictureHeight + 15], anchor: SVG.Anchor.middle,
                    fill: "rgb(\(shade),\(shade),\(shade))")
            }
            drawing.text(line.text, at: [margin, y + pictureHeight + rowHeight + 15])
            if line.isWrong, let reference = line.reference {
                drawing.text(reference, at: [margin, y + pictureHeight + 2 * rowHeight + 15], fill: "#aa3333")
            }
            y += height(line)
        }
        return drawing
    }

    private var isWrong: Bool { reference.map { $0 != text } ?? false }
}

extension LinePipeline {
    /// Reads one line.
    ///
    /// - Parameters:
    ///   - sample: its picture, and its labels where they are known
    ///   - name: of its file
    ///   - model: of the pipeline, with its weights
    ///   - read: makes a reading of what the model says of the frames; the best path unless given
    public func read<T: Scalar>(
        _ sample: Sample<T>, named name: String, by model: any Model<T>,
        read: (FramePosteriors) throws -> Reading = { $0.bestPath() }
    ) throws -> ReadLine {
        let logits = try logits(model, of: TrainingBatch([judged(Sample(input: sample.input, target: .none))]))[0]
        let reference = sample.target.labels.map { alphabet.text(of: $0.values.map { Int($0) }) }
        return ReadLine(
            name, input: sample.input, reading: try read(FramePosteriors(logits: logits)), frames: logits.shape[0],
            alphabet: alphabet, reference: reference)
    }
}

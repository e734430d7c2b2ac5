import MDLSTM

extension Opening {
    /// The least and the most extent along each axis.
    var extents: (least: [Int], most: [Int]) {
        var least: [Int]?, most: [Int] = []
        for part in DataPart.allCases {
            guard let (source, indices) = parts[part] else { continue }
            for index in indices {
                let extents = source.extents(of: index)
                least = least.map { zip($0, extents).map { min($0, $1) } } ?? extents
                most = most.isEmpty ? extents : zip(most, extents).map { max($0, $1) }
            }
        }
        return (least ?? [], most)
    }

    /// One line: `812 images with masks, gray, 48x37 to 96x512, 3 classes`.
    var summary: String {
        let count = parts.values.reduce(0) { $0 + $1.indices.count }
        let (least, most) = extents
        func text(_ extents: [Int]) -> String { extents.map(String.init).joined(separator: "x") }
        var words: [String] = []
        if shape.kind == .transcribe {
            words = [counted(count, "line"), PictureReader.name(of: 1)] + remarks
        } else if let channels {
            let with = !shape.isAnswerPerSample ? " with masks" : shape.kind == .regress ? " with numbers" : ""
            words = [counted(count, "image") + with, PictureReader.name(of: channels)] + remarks
        } else {
            words = [counted(count, "sample") + " in arrays", counted(shape.features, "feature")]
        }
        if !least.isEmpty { words.append(least == most ? text(most) : "\(text(least)) to \(text(most))") }
        words.append(answers)
        if skipsBad, leftOut > 0 { words.append("\(leftOut) left out") }
        return words.joined(separator: ", ")
    }

    /// What is learnt of them: `3 classes`.
    private var answers: String {
        switch shape.kind {
        case .regress: counted(shape.outputs, "number") + " a \(shape.isAnswerPerSample ? "sample" : "site")"
        case .transcribe: counted(shape.outputs - 1, "symbol")
        default: counted(shape.outputs, "class", plural: "classes")
        }
    }
}

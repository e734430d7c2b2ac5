import MDLSTM

/// Rows and columns of a picture that are judged together.
struct PicturePart {
    let rows: Range<Int>, columns: Range<Int>
}

extension Tensor {
    /// A part of a picture `[height, width, channels]`.
    func part(_ part: PicturePart) -> Tensor {
        guard part.rows.count < shape[0] || part.columns.count < shape[1] else { return self }
        let channels = shape[2]
        let values = part.rows.flatMap { row in
            let first = (row * shape[1] + part.columns.lowerBound) * channels
            return self.values[first..<(first + part.columns.count * channels)]
        }
        return Tensor(shape: [part.rows.count, part.columns.count, channels], values: values)
    }
}

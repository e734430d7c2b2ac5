internal import COpenCL

/// A batch of row-major matrices in a buffer, as they are stored: element (i, j) of matrix b is at
/// `offset + b * stride + i * leading + j`.
internal struct BatchedMatrix<Element: BitwiseCopyable> {
    let buffer: Buffer<Element>
    let offset: Int
    let rows: Int
    let columns: Int

    /// Elements from one row to the next; at least `columns`.
    let leading: Int

    /// Elements from one matrix to the next; 0 for one matrix that serves the whole batch.
    let stride: Int
    let batchCount: Int

    init(buffer: Buffer<Element>, offset: Int, rows: Int, columns: Int, leading: Int, stride: Int, batchCount: Int) {
        self.buffer = buffer
        self.offset = offset
        self.rows = rows
        self.columns = columns
        self.leading = leading
        // CLBlast rejects a stride of 0 for C even where it is of no consequence.
        self.stride = batchCount == 1 ? rows * columns : stride
        self.batchCount = batchCount
    }

    /// Index behind the last element; 0 if there is none.
    var end: Int {
        if rows == 0 || columns == 0 { return 0 }
        return offset + (batchCount - 1) * stride + (rows - 1) * leading + columns
    }

    /// Whether the matrices lie one behind the other from the beginning of the buffer.
    var isCompact: Bool {
        leading == columns && offset == 0 && stride == rows * columns
    }

    /// Stops the program if a leading dimension is too small or an element outside of the buffer.
    func requireValid(_ name: String) {
        precondition(offset >= 0 && stride >= 0, "\(name): offset \(offset), stride \(stride)")
        precondition(leading >= columns, "\(name): leading \(leading) is less than its \(columns) columns")
        precondition(end <= buffer.count, "\(name): ends at \(end), but its buffer at \(buffer.count)")
    }

    /// A matrix of the same shape in a new buffer, where all lie one behind the other; its content is undefined.
    func makeCompact() throws(OpenCLError) -> BatchedMatrix {
        BatchedMatrix(
            buffer: try Buffer(count: batchCount * rows * columns, core: buffer.core), offset: 0, rows: rows,
            columns: columns, leading: columns, stride: rows * columns, batchCount: batchCount)
    }

    /// Copies all matrices of `source`, which has the same shape; both have `leading == columns`.
    func copy(from source: BatchedMatrix) throws(OpenCLError) {
        let size = rows * columns
        for batch in 0..<batchCount {
            let start = source.offset + batch * source.stride
            try buffer.copy(from: source.buffer, start..<start + size, at: offset + batch * stride)
        }
    }

    /// Sets all elements to `value`.
    func fill(with value: Element) throws(OpenCLError) {
        for batch in 0..<batchCount {
            for row in 0..<rows {
                let start = offset + batch * stride + row * leading
                try buffer.fill(with: value, in: start..<start + columns)
            }
        }
    }
}

extension ONNXNode {
    /// The operators that exporters put between constants and an LSTM.
    static let foldable = [
        "Constant", "Identity", "Cast", "Concat", "Slice", "Squeeze", "Unsqueeze", "Transpose", "Reshape", "Expand",
        "ConstantOfShape",
    ]

    /// The output of the node for constant inputs; nil where the node is wrong or of a form that is not known.
    func folded(_ inputs: [TensorFile.Entry?], data: ONNXExternalData) throws(MDLSTMError) -> TensorFile.Entry? {
        if operation == "Constant" { return try constant(data) }
        guard let first = inputs.first ?? nil else { return nil }
        /// The whole numbers of an input, or of the attribute that it was in older opsets.
        func integers(_ index: Int, _ name: String) -> [Int]? {
            if index < inputs.count, let entry = inputs[index] { return entry.integers }
            return try? attribute(name)?.integers()
        }
        switch operation {
        case "Identity": return first
        case "Cast": return first.converted(to: ElementType(onnx: (try? attribute("to")?.integer()) ?? 0))
        case "Concat":
            let parts = inputs.compactMap { $0 }
            return parts.count == inputs.count
                ? .concatenated(parts, axis: (try? attribute("axis")?.integer()) ?? 1) : nil
        case "Slice":
            guard let starts = integers(1, "starts"), let ends = integers(2, "ends") else { return nil }
            return first.sliced(
                starts, ends, axes: integers(3, "axes") ?? Array(starts.indices),
                steps: integers(4, "steps") ?? starts.map { _ in 1 })
        case "Squeeze": return first.squeezed(integers(1, "axes"))
        case "Unsqueeze": return integers(1, "axes").flatMap { first.unsqueezed($0) }
        case "Transpose":
            return first.transposed((try? attribute("perm")?.integers()) ?? first.shape.indices.reversed())
        case "Reshape":
            let keepsZeros = (try? attribute("allowzero")?.integer()) == 1
            return integers(1, "shape").flatMap { first.reshaped($0, keepsZeros: keepsZeros) }
        default: return nil
        }
    }

    private func constant(_ data: ONNXExternalData) throws(MDLSTMError) -> TensorFile.Entry? {
        if let value = try? attribute("value")?.tensor() {
            return try ONNXTensor(value, file: data.file).entry(reading: data)
        }
        func entry<T: Scalar>(_ values: [T], _ shape: [Int]) -> TensorFile.Entry {
            TensorFile.Entry(type: ElementType(T.precision), shape: shape, bytes: ElementType.encode(values)[...])
        }
        func entry(_ values: [Int], _ shape: [Int]) -> TensorFile.Entry {
            let bytes = values.flatMap { value in (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
            return TensorFile.Entry(type: .int64, shape: shape, bytes: bytes[...])
        }
        if let value = try? attribute("value_float")?.float() { return entry([value], []) }
        if let values = try? attribute("value_floats")?.floats() { return entry(values, [values.count]) }
        if let value = try? attribute("value_int")?.integer() { return entry([value], []) }
        if let values = try? attribute("value_ints")?.integers() { return entry(values, [values.count]) }
        return nil
    }

    /// What is repeated in the output of a node one of whose inputs is repeated along some axes, or that repeats its
    /// input; nil where that is not known.
    func repeated(_ inputs: [TensorFile.Entry?], data: ONNXExternalData) throws(MDLSTMError) -> TensorFile.Entry? {
        if operation == "ConstantOfShape" {
            let zero = TensorFile.Entry(type: .float32, shape: [1], bytes: [0, 0, 0, 0])
            guard let value = try? attribute("value")?.tensor() else { return zero }
            return try ONNXTensor(value, file: data.file).entry(reading: data)
        }
        guard let first = inputs.first ?? nil else { return nil }
        // Zeros stay zeros, wherever the axes go.
        let values = operation == "Concat" ? inputs : [first]
        if values.allSatisfy({ $0?.isZero == true }) { return first }
        switch operation {
        case "Expand", "Identity": return first
        case "Slice" where first.shape.count == 3:
            // A cut through an axis of one site, of which the output has more, leaves nothing.
            let part = try folded(inputs, data: data)
            return part?.shape.contains(0) == false ? part : nil
        default: return nil
        }
    }
}

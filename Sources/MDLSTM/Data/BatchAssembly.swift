extension TrainingBatch {
    /// A batch of samples, each in the first sites of a storage as large as the largest of them along every axis.
    ///
    /// What is padded is zero, and in labels -1.
    ///
    /// - Throws: ``MDLSTMError`` when there is none, or when they differ in features, axes or kind of target.
    public init(_ samples: [Sample<Element>]) throws(MDLSTMError) {
        guard let first = samples.first else {
            throw MDLSTMError(.data, "a batch needs at least one sample, found none")
        }
        let target: TrainingTarget<Element>
        switch first.target {
        case .values:
            let tensors = samples.compactMap(\.target.values)
            try requireAll(tensors, of: samples.count)
            target = .values(try padded(tensors, "targets", keepsLast: true, filling: 0))
        case .labels:
            let tensors = samples.compactMap(\.target.labels)
            try requireAll(tensors, of: samples.count)
            target = .labels(try padded(tensors, "labels", keepsLast: false, filling: -1))
        case .none: target = .none
        }
        let input = try padded(samples.map(\.input), "inputs", keepsLast: true, filling: 0)
        let isRagged = samples.contains { $0.extents != first.extents }
        self.init(input: input, target: target, samples: isRagged ? samples.map(\.extents) : nil)
    }
}

private func requireAll<Target>(_ found: [Target], of count: Int) throws(MDLSTMError) {
    guard found.count == count else {
        throw MDLSTMError(.data, "some samples of a batch have labels and others values; expected targets of one kind")
    }
}

/// The tensors along a new first axis, each in the first elements of the largest extents of all.
@_specialize(where Element == Float)
@_specialize(where Element == Double)
@_specialize(where Element == Int32)
private func padded<Element>(
    _ tensors: [Tensor<Element>], _ name: String, keepsLast: Bool, filling: Element
) throws(MDLSTMError) -> Tensor<Element> {
    let first = tensors[0].shape
    for tensor in tensors {
        guard tensor.shape.count == first.count, !keepsLast || tensor.shape.last == first.last else {
            throw MDLSTMError(
                .data,
                "the \(name) of a batch have the shapes \(first) and \(tensor.shape); expected as many axes"
                    + (keepsLast ? " and the same last extent" : ""))
        }
    }
    let features = keepsLast ? 1 : 0
    let storage = first.indices.map { axis in tensors.map { $0.shape[axis] }.max()! }
    let size = storage.reduce(1, *)
    let width = keepsLast ? first.last! : 1
    var values: [Element] = []
    guard tensors.contains(where: { $0.shape != storage }) else {
        values.reserveCapacity(tensors.count * size)
        for tensor in tensors { values += tensor.values }
        return Tensor(shape: [tensors.count] + storage, values: values)
    }
    values = Array(repeating: filling, count: tensors.count * size)
    values.withUnsafeMutableBufferPointer { target in
        for (b, tensor) in tensors.enumerated() {
            let runs = SiteRuns(
                of: Array(tensor.shape.dropLast(features)), in: Array(storage.dropLast(features)))
            tensor.values.withUnsafeBufferPointer { source in
                let length = runs.length * width
                for (number, start) in runs.starts.enumerated() {
                    let place = b * size + start * width
                    _ = target[place..<(place + length)].update(
                        fromContentsOf: source[(number * length)..<((number + 1) * length)])
                }
            }
        }
    }
    return Tensor(shape: [tensors.count] + storage, values: values)
}

import MDLSTM

/// The samples of arrays: a row of `x` each, with its own extents, and one of `y`.
struct ArraySamples: SampleSource {
    let files: ArrayFiles
    let form: ArrayForm

    /// Of each sample, `[count][N]`.
    private let extents: [[Int]]

    /// Samples whose lengths are none of the grid.
    private var lengthFaults: [Int: DataFault] = [:]

    var count: Int { extents.count }
    func name(of index: Int) -> String { "sample \(index)" }
    func extents(of index: Int) -> [Int] { extents[index] }

    /// As many samples as there are rows in both arrays.
    ///
    /// - Throws: `MDLSTMError` of kind `data` when the lengths are not as many as the samples, and the errors of reading.
    init(_ files: ArrayFiles, _ form: ArrayForm) throws {
        (self.files, self.form) = (files, form)
        let count = min(files.x.count, files.y.count)
        let whole = Array(files.x.rowShape.dropLast())
        guard let lengths = files.lengths else {
            extents = Array(repeating: whole, count: count)
            return
        }
        let axes = form.axes
        guard lengths.shape == [files.x.count, axes] || axes == 1 && lengths.shape == [files.x.count] else {
            throw MDLSTMError(
                .data,
                "\(lengths.name): expected the shape [\(files.x.count), \(axes)], the extents of each sample, found "
                    + "\(lengths.shape); save them so")
        }
        var faults: [Int: DataFault] = [:]
        extents = try (0..<count).map { index in
            let found: [Double] = try lengths.row(index).values
            let extents = found.compactMap { Int(exactly: $0) }
            if extents.count == axes, zip(extents, whole).allSatisfy({ $0 >= 1 && $0 <= $1 }) { return extents }
            let text = found.map { number in Int(exactly: number).map(String.init) ?? "\(number)" }
            faults[index] = DataFault(
                lengths.file, found: "[\(text.joined(separator: ", "))] at \(lengths.key)[\(index)]",
                expected: "extents from 1 to \(whole)", advice: "correct them, or leave the sample out")
            return whole
        }
        lengthFaults = faults
    }

    func sample<T: Scalar>(at index: Int, as type: T.Type) throws -> Sample<T> {
        let input = try files.x.row(index, as: T.self).first(extents[index])
        guard form.holdsLabels else { return Sample(input: input, target: .values(try values(at: index))) }
        // Every label that a row may hold is exact in a Double.
        let labels = try labels(at: index)
        return Sample(
            input: input,
            target: .labels(Tensor(shape: labels.shape, values: labels.values.map { Int32(exactly: $0) ?? -1 })))
    }

    /// The numbers of a sample, `[E.., O]` or `[O]`.
    private func values<T: Scalar>(at index: Int) throws -> Tensor<T> {
        let row = try files.y.row(index, as: T.self)
        return form.isPerSample ? row.reshaped([row.count]) : row.first(extents[index])
    }

    private func labels(at index: Int) throws -> Tensor<Double> {
        let row = try files.y.row(index, as: Double.self)
        return form.isPerSample ? row.reshaped([]) : row.first(extents[index])
    }

    func place(ofLabel site: Int, sample: Int) -> (file: String, place: String) {
        (files.y.file, self.place(of: site, in: form.isPerSample ? [] : extents[sample], files.y, sample))
    }

    /// An element as NumPy writes it: `y[3, 0, 2]`.
    private func place(of element: Int, in shape: [Int], _ array: ArrayRows, _ sample: Int) -> String {
        var (rest, index) = (element, [Int]())
        for extent in shape.reversed() {
            index.insert(rest % max(1, extent), at: 0)
            rest /= max(1, extent)
        }
        return "\(array.key)\([sample] + index)"
    }

    /// Looks at every number of a sample.
    func check(_ index: Int) -> SampleCheck {
        var check = SampleCheck()
        if let fault = lengthFaults[index] {
            check.faults.append(fault)
            return check
        }
        do {
            let x: Tensor<Float> = try files.x.row(index).first(extents[index])
            if let fault = notFinite(x, files.x, index) { check.faults.append(fault) }
            if form.holdsLabels {
                let labels = try labels(at: index)
                if let site = labels.values.firstIndex(where: { Int(exactly: $0) == nil }) {
                    check.faults.append(
                        DataFault(
                            files.y.file,
                            found: "\(labels.values[site]) at \(place(ofLabel: site, sample: index).place)",
                            expected: "the number of a class", advice: "save whole numbers"))
                } else {
                    check.labels = LabelCount.all(in: labels.values.lazy.map { Int($0) })
                }
            } else {
                let y: Tensor<Float> = try values(at: index)
                if let fault = notFinite(y, files.y, index) {
                    check.faults.append(fault)
                } else if form.kind != .regress, let element = y.values.firstIndex(where: { $0 < 0 }) {
                    check.faults.append(
                        DataFault(
                            files.y.file,
                            found: "\(y.values[element]) at \(place(of: element, in: y.shape, files.y, index))",
                            expected: "probabilities, from 0", advice: "save a distribution over the classes"))
                }
            }
        } catch let error as MDLSTMError {
            check.faults.append(DataFault(error, path: files.x.file, name: files.x.file))
        } catch { preconditionFailure("reading arrays throws MDLSTMError, not \(error)") }
        return check
    }

    private func notFinite(_ tensor: Tensor<Float>, _ array: ArrayRows, _ index: Int) -> DataFault? {
        guard let element = tensor.values.firstIndex(where: { !$0.isFinite }) else { return nil }
        let value = tensor.values[element]
        return DataFault(
            array.file,
            found:
                "\(value.isNaN ? "NaN" : value < 0 ? "-inf" : "inf") at \(place(of: element, in: tensor.shape, array, index))",
            expected: "finite numbers that fit 32 bits", advice: "replace it, or take the sample out")
    }
}

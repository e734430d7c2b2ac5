extension ModelConfiguration {
    /// The grid of an input for the model, its shape checked.
    package func validatedGrid<T: Scalar>(input: Tensor<T>, samples: [[Int]]?) throws(MDLSTMError) -> Grid {
        guard input.shape.count == axes + 2, input.shape.last == inputSize else {
            throw MDLSTMError(
                .data,
                "the input has shape \(input.shape); the model expects rank \(axes + 2) with "
                    + "\(counted(inputSize, "feature")) last")
        }
        let extents = Array(input.shape[1..<(axes + 1)])
        let grid: Grid
        if let samples {
            grid = try Grid(extents: extents, samples: samples)
        } else {
            grid = try Grid(batch: input.shape[0], extents: extents)
        }
        guard grid.batch == input.shape[0] else {
            throw MDLSTMError(
                .data, "extents of \(counted(grid.batch, "sample")) are given; the input has \(input.shape[0])")
        }
        if case .embedding(let symbols, _) = layers[0] {
            // NaN fails the comparison too.
            if let index = input.values.firstIndex(where: { !($0 >= 0 && $0 < T(symbols) && $0 == $0.rounded()) }) {
                throw MDLSTMError(
                    .data,
                    "the input has the value \(input.values[index]) at \(input.coordinate(of: index)); the model's "
                        + "embedding expects symbols, whole numbers from 0 to \(symbols - 1)")
            }
        }
        try validateSize(of: grid)
        return grid
    }

    /// Refuses grids that are too large for a layer of the model.
    package func validateSize(of grid: Grid) throws(MDLSTMError) {
        var sites = grid
        for (index, layer) in layers.enumerated() {
            if case .recurrent(let configuration, _) = layer { try configuration.validateSize(of: sites) }
            if case .patch(let window) = layer { sites = try PatchTable.outputGrid(of: sites, window: window) }
            // Kernels count the elements of a layer's input and output in 32 bits.
            let widest = max(featureSizes[index], index == 0 ? inputSize : featureSizes[index - 1])
            let (count, overflow) = sites.siteCount.multipliedReportingOverflow(by: widest)
            guard !overflow, count < Int(Int32.max) / 2 else {
                throw MDLSTMError(
                    .data,
                    "layer \(index) has \(sites.siteCount) sites of \(counted(widest, "feature")), more than "
                        + "\(Int32.max / 2) elements; use a smaller batch")
            }
        }
    }

    /// The grid of a training batch, shapes and probes checked.
    ///
    /// Values are not looked at here: a step finds NaN or infinite ones in its loss, and names the tensor.
    package func validatedGrid<T: Scalar>(of batch: TrainingBatch<T>) throws(MDLSTMError) -> Grid {
        let grid = try validatedGrid(input: batch.input, samples: batch.samples)
        let output = try grids(from: grid).last ?? grid
        let expected = [output.batch] + output.extents + [outputSize]
        guard batch.target.shape == expected else {
            throw MDLSTMError(.data, "the target has shape \(batch.target.shape); expected \(expected)")
        }
        if let probe = batch.probes.first(where: { !(0..<batch.target.count).contains($0) }) {
            throw MDLSTMError(.data, "probe \(probe) is not an element of the output of \(batch.target.count)")
        }
        return grid
    }
}

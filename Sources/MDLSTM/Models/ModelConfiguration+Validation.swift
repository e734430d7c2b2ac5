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
        try layers[0].kind.validate(input: input)
        try validateSize(of: grid)
        return grid
    }

    /// Refuses grids that are too large for a layer of the model.
    package func validateSize(of grid: Grid) throws(MDLSTMError) {
        var sites = grid
        for (index, layer) in layers.enumerated() {
            try layer.kind.validateSize(of: sites)
            sites = try layer.kind.outputGrid(of: sites)
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

    /// The grid of a training batch, the shape of its input checked.
    ///
    /// Values are not looked at here: a step finds NaN or infinite ones in its loss, and names the tensor.
    package func validatedGrid<T: Scalar>(of batch: TrainingBatch<T>) throws(MDLSTMError) -> Grid {
        guard (0..<Int(Int32.max)).contains(batch.firstSample) else {
            throw MDLSTMError(.data, "the batch begins at sample \(batch.firstSample); expected from 0 below 2^31")
        }
        return try validatedGrid(input: batch.input, samples: batch.samples)
    }

    /// Refuses a batch whose target or probes do not fit an output over `grid`.
    package func validateTarget<T: Scalar>(
        of batch: TrainingBatch<T>, over grid: Grid, for loss: Loss
    ) throws(MDLSTMError) {
        let expected = [grid.batch] + grid.extents + [outputSize]
        try loss.validate(batch.target, shape: expected)
        let count = batch.target.values?.count ?? 0
        if let probe = batch.probes.first(where: { !(0..<count).contains($0) }) {
            throw MDLSTMError(
                .data,
                count == 0
                    ? "probes need a target of values; the batch has labels"
                    : "probe \(probe) is not an element of the output of \(count)")
        }
    }

    /// Refuses a dL/dy that has not the shape of the output over `grid`; padding of ragged samples becomes zero.
    package func validated<T: Scalar>(outputGradient dy: Tensor<T>, over grid: Grid) throws(MDLSTMError) -> [T] {
        let expected = [grid.batch] + grid.extents + [outputSize]
        guard dy.shape == expected else {
            throw MDLSTMError(.data, "the output gradient has shape \(dy.shape); expected \(expected)")
        }
        guard grid.isRagged else { return dy.values }
        var values = dy.values
        for (site, isOccupied) in grid.occupied.enumerated() where !isOccupied {
            for j in 0..<outputSize { values[site * outputSize + j] = 0 }
        }
        return values
    }
}

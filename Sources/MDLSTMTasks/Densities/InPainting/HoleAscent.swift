import MDLSTM

/// Moves the pixels of a hole along the gradient of the picture's log-likelihood.
struct HoleAscent<Element: Scalar> {
    private let painting: InPainting<Element>
    private let hole: PictureHole
    private let trainer: any Trainer<Element>

    /// The sites whose likelihood counts.
    private let rows: Range<Int>, columns: Range<Int>

    /// What a pixel moves in a step to begin with, of the range.
    private static var rate: Double { 0.01 }

    init(_ painting: InPainting<Element>, _ hole: PictureHole, on backend: any Backend<Element>) throws {
        (self.painting, self.hole) = (painting, hole)
        let model = painting.model
        (rows, columns) = hole.surroundings(in: model)
        var training = TrainingConfiguration(
            loss: .negativeLogLikelihood, optimizer: .sgd(), frozen: Set(model.model.layers.indices))
        training.wantsInputGradient = true
        trainer = try backend.makeTrainer(
            model: model.model,
            parameters: model.modelParameters(painting.density.parameters, painting.density.whitening),
            training: training)
    }

    /// Takes the steps, and leaves the likeliest pixels that were seen.
    ///
    /// - Parameter report: called after each step
    func climb(
        _ canvas: inout HoleCanvas<Element>, report: (Int, HoleCanvas<Element>) throws -> Void
    ) throws {
        let input = self.input(canvas)
        let (height, width, channels) = (input.shape[1], input.shape[2], input.shape[3])
        let m = painting.model.neighbourhood.rowsAbove
        // Pixels of the hole among those of the input, and on the canvas.
        let inHole = (0..<canvas.count).flatMap { copy in
            hole.mask.indices.filter { hole.mask[$0] }.map { place -> (input: Int, canvas: Int) in
                let (row, column) = (place / hole.width, place % hole.width)
                let site = (copy * height + row - rows.lowerBound + m) * width + column - columns.lowerBound + m
                return (site * channels, canvas.element(copy, row, column))
            }
        }
        var values = inHole.map { Double(canvas.pixels[$0.canvas]) }
        let center = painting.center
        let limits = (painting.range.lowerBound - center)...(painting.range.upperBound - center)
        var adam = OptimizerReference<Double>(.adam(), count: values.count)
        let schedule = LearningRateSchedule(
            Self.rate * (painting.range.upperBound - painting.range.lowerBound),
            decay: .cosine(final: 0, total: painting.sweeps))
        var best = Array(repeating: -Double.infinity, count: canvas.count)
        var picture = input
        for step in 0...painting.sweeps {
            for (pixel, value) in zip(inHole, values) { picture.values[pixel.input] = Element(value) }
            let nats = try trainer.forward(TrainingBatch(input: picture))
            let own = values.count / canvas.count
            for copy in 0..<canvas.count {
                let sum = nats.values.count / canvas.count
                let total = nats.values[(copy * sum)..<((copy + 1) * sum)].reduce(0.0) { $0 + Double($1) }
                try InPainting<Element>.requireFinite(total)
                guard total > best[copy] else { continue }
                best[copy] = total
                for index in (copy * own)..<((copy + 1) * own) {
                    canvas.pixels[inHole[index].canvas] = Element(values[index])
                }
            }
            if step > 0 { try report(step, canvas) }
            guard step < painting.sweeps else { break }
            try trainer.backward(outputGradient: Tensor(repeating: 1, shape: nats.shape))
            let gradient = try trainer.inputGradient()
            // It goes down.
            adam.apply(
                to: &values, gradients: inHole.map { -Double(gradient.values[$0.input]) },
                rate: schedule.rate(step: step + 1), step: step + 1, in: [values.indices])
            for index in values.indices {
                values[index] = min(max(values[index], limits.lowerBound), limits.upperBound)
            }
        }
    }

    /// The sites of every copy with their neighbourhoods, as the model takes them, `[B, H, W, C]`.
    private func input(_ canvas: HoleCanvas<Element>) -> Tensor<Element> {
        let model = painting.model
        let (m, channels) = (model.neighbourhood.rowsAbove, model.model.inputSize)
        let wholes = canvas.pictures.map {
            model.input(of: $0, painting.density.whitening, as: Element.self)
        }
        let top = rows.lowerBound - m + canvas.padding, left = columns.lowerBound - m + canvas.padding
        let (height, width) = (rows.count + m, columns.count + 2 * m)
        var values: [Element] = []
        for whole in wholes {
            for row in top..<(top + height) {
                let first = (row * whole.shape[2] + left) * channels
                values += whole.values[first..<(first + width * channels)]
            }
        }
        return Tensor(shape: [wholes.count, height, width, channels], values: values)
    }
}

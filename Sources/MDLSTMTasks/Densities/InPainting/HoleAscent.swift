import MDLSTM

/// Moves the pixels of a hole along the gradient of the picture's log-likelihood.
struct HoleAscent<Element: Scalar> {
    private let painting: PlanePainting<Element>
    private let hole: PictureHole
    private let trainer: any Trainer<Element>

    /// The sites whose likelihood counts.
    private let rows: Range<Int>, columns: Range<Int>

    /// What a pixel moves in a step to begin with, of the range.
    private static var rate: Double { 0.01 }

    init(_ painting: PlanePainting<Element>, _ hole: PictureHole, on backend: any Backend<Element>) throws {
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
        let (neighbourhood, sweeps) = (painting.model.neighbourhood, painting.settings.sweeps)
        let (m, limits) = (neighbourhood.rowsAbove, painting.density.limits(painting.settings.range))
        let first = neighbourhood.channelsRead.firstIndex(of: neighbourhood.outputs[0])!
        // Numbers of the hole's pixels among those of the input, and on the canvas.
        let inHole = (0..<canvas.count).flatMap { copy in
            hole.mask.indices.filter { hole.mask[$0] }.flatMap { place -> [(input: Int, canvas: Int, output: Int)] in
                let (row, column) = (place / hole.width, place % hole.width)
                let site = (copy * height + row - rows.lowerBound + m) * width + column - columns.lowerBound + m
                return (0..<painting.outputs).map {
                    (site * channels + first + $0, canvas.element(copy, row, column) + $0, $0)
                }
            }
        }
        var values = inHole.map { Double(canvas.pixels[$0.canvas]) }
        var adam = OptimizerReference<Double>(.adam(), count: values.count)
        let schedule = LearningRateSchedule(
            Self.rate * (painting.settings.range.upperBound - painting.settings.range.lowerBound),
            decay: .cosine(final: 0, total: sweeps))
        var best = Array(repeating: -Double.infinity, count: canvas.count)
        var picture = input
        for step in 0...sweeps {
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
            guard step < sweeps else { break }
            try trainer.backward(outputGradient: Tensor(repeating: 1, shape: nats.shape))
            let gradient = try trainer.inputGradient()
            // It goes down.
            adam.apply(
                to: &values, gradients: inHole.map { -Double(gradient.values[$0.input]) },
                rate: schedule.rate(step: step + 1), step: step + 1, in: [values.indices])
            for index in values.indices {
                let limit = limits[inHole[index].output]
                values[index] = min(max(values[index], limit.lowerBound), limit.upperBound)
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
        let top = rows.lowerBound - m + canvas.padding.above, left = columns.lowerBound - m + canvas.padding.beside
        let (height, width) = (rows.count + m + model.neighbourhood.rowsRead, columns.count + 2 * m)
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

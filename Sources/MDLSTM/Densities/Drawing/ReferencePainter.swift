/// Paints pictures by plain loops.
final class ReferencePainter<Element: Scalar>: PicturePainter {
    private let pictures: PaintedPictures<Element>
    private let density: PlaneDensity<Element>
    private let centers: [Double]
    private let schedule: Schedule
    private let parameters: ParameterTensors<Element>
    private let head: MCGSMReference<Element>
    private var canvas: [Element]

    init(_ pictures: PaintedPictures<Element>) throws(MDLSTMError) {
        self.pictures = pictures
        schedule = try pictures.schedule()
        canvas = pictures.pixels
        density = pictures.density
        centers = density.model.centers(density.whitening)
        let network = density.model.network
        parameters = try density.parameters.ordered(as: network.parameterShapes)
        guard case .mcgsm(let mixture)? = network.layers.last else {
            preconditionFailure("a density ends with its head")
        }
        head = MCGSMReference(mixture, parameters: parameters.own(network.layers.count - 1, of: network))
    }

    func pixels() -> [Element] { canvas }

    func set(_ pixels: [Element], at elements: [Int]) {
        for (pixel, element) in zip(pixels, elements) { canvas[element] = pixel }
    }

    func paint(_ pass: PaintPass) -> PaintedSites<Element>? {
        let elements = pictures.elements(of: schedule, corners: pass.corners)
        let isDrawn = pass.drawn.map { drawn in
            var rows = Array(repeating: false, count: drawn.count)
            for (site, row) in schedule.rowsOfSites.enumerated() { rows[Int(row)] = drawn[site] }
            return rows
        }
        let model = density.model
        // Every pass begins with states of zeros.
        var layers = model.layers.enumerated().map { index, layer in
            RecurrentReference(
                configuration: layer, schedule: schedule, parameters: parameters.own(index, of: model.network),
                initialState: nil, noise: nil)
        }
        var nats = Array(repeating: Element(0), count: schedule.rowCount)
        for front in 0..<schedule.wavefrontCount {
            let rows = schedule.rows(ofWavefront: front)
            let u = rows.map { conditions(of: Int(elements[$0])) }
            var input = u.flatMap { $0.map { Element($0) } }
            for index in layers.indices {
                layers[index].forward(input: input, wavefronts: front..<(front + 1))
                let H = layers[index].H
                input = Array(layers[index].h[(rows.lowerBound * H)..<(rows.upperBound * H)])
            }
            for (place, row) in rows.enumerated() {
                let size = input.count / rows.count
                var h = Array(input[(place * size)..<((place + 1) * size)])
                if !layers.isEmpty, model.options.skip { h += u[place].map { Element($0) } }
                let element = Int(elements[row])
                var isInside = true
                if isDrawn?[row] ?? true { isInside = draw(element, given: u[place], h, step: pass.step) }
                if isDrawn != nil {
                    nats[row] = isInside ? likelihood(of: element, given: u[place], h) : -.infinity
                }
            }
            pass.progress(Double(front + 1) / Double(schedule.wavefrontCount))
        }
        guard isDrawn != nil else { return nil }
        return PaintedSites(
            nats: schedule.rowsOfSites.map { nats[Int($0)] },
            pixels: schedule.rowsOfSites.flatMap { row in
                let first = Int(elements[Int(row)]) + pictures.firstOutput
                return canvas[first..<(first + outputs)]
            })
    }

    /// u and, in a padded border, the indicators of a pixel's neighbourhood.
    private func conditions(of element: Int) -> [Double] {
        let (whitening, neighbourhood) = (density.whitening, density.model.neighbourhood)
        let D = neighbourhood.inputSize
        let x = neighbourhood.inputs.enumerated().map { k, place in
            Double(canvas[element + pictures.offset(place.row, place.column, place.channel)]) + centers[place.channel]
                - whitening.inputMean.values[k]
        }
        var u = (0..<D).map { row in
            (0..<D).reduce(0) { $0 + whitening.inputWhitening.values[row * D + $1] * x[$1] }
        }
        if density.model.options.border == .pad {
            let pixel = element / pictures.channels
            let (row, column) = (pixel / pictures.width % pictures.height, pixel % pictures.width)
            let (above, beside, below) = pictures.padding
            for place in neighbourhood.inputSites {
                let isInside =
                    (above..<(pictures.height - below)).contains(row + place.row)
                    && (beside..<(pictures.width - beside)).contains(column + place.column)
                u.append(isInside ? 0 : 1)
            }
        }
        return u
    }

    /// What is predicted of a pixel's numbers, less their means.
    private func predicted(given u: [Double]) -> [Double] {
        let D = density.model.neighbourhood.inputSize
        return (0..<outputs).map { o in
            (0..<D).reduce(0) { $0 + density.whitening.predictor.values[o * D + $1] * u[$1] }
        }
    }

    private var outputs: Int { density.whitening.outputSize }

    /// Draws component and scale, then the pixel; false where it was beyond the range.
    private func draw(_ element: Int, given u: [Double], _ h: [Element], step: UInt32) -> Bool {
        let pixel = element / pictures.channels
        let noise = PixelNoise(
            seed: pictures.seed, picture: pixel / pictures.size, place: pixel % pictures.size, step: step)
        let v = head.drawn(h, choice: noise.choice, normals: noise.normals)
        let (back, predicted) = (density.whitening.outputUnwhitening.values, predicted(given: u))
        var isInside = true
        for (o, limit) in pictures.limits.enumerated() {
            let value = (0..<outputs).reduce(predicted[o]) { $0 + back[o * outputs + $1] * Double(v[$1]) }
            // NaN stays NaN.
            canvas[element + pictures.firstOutput + o] = Element(
                value < limit.lowerBound ? limit.lowerBound : value > limit.upperBound ? limit.upperBound : value)
            isInside = isInside && limit.contains(value)
        }
        return isInside
    }

    private func likelihood(of element: Int, given u: [Double], _ h: [Element]) -> Element {
        let (whitening, predicted) = (density.whitening.outputWhitening.values, predicted(given: u))
        let rest = (0..<outputs).map { Double(canvas[element + pictures.firstOutput + $0]) - predicted[$0] }
        let v = (0..<outputs).map { o in
            Element((0..<outputs).reduce(0) { $0 + whitening[o * outputs + $1] * rest[$1] })
        }
        return head.forward(h + v)[0]
    }
}

extension ParameterTensors {
    /// The tensors of one layer of a model under their own names.
    fileprivate func own(_ layer: Int, of model: ModelConfiguration) -> ParameterTensors {
        var own = ParameterTensors()
        for shape in model.layers[layer].parameterShapes { own[shape.name] = self["\(layer).\(shape.name)"] }
        return own
    }
}

extension ReferenceBackend {
    public func makePainter(
        _ pictures: PaintedPictures<Element>
    ) throws(MDLSTMError) -> any PicturePainter<Element> { try ReferencePainter(pictures) }
}

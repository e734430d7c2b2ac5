/// Paints pictures by plain loops.
final class ReferencePainter<Element: Scalar>: PicturePainter {
    private let pictures: PaintedPictures<Element>
    private let schedule: Schedule
    private let parameters: ParameterTensors<Element>
    private let head: MCGSMReference<Element>
    private var canvas: [Element]

    init(_ pictures: PaintedPictures<Element>) throws(MDLSTMError) {
        self.pictures = pictures
        schedule = try pictures.schedule()
        canvas = pictures.pixels
        let network = pictures.model.network
        parameters = try pictures.parameters.ordered(as: network.parameterShapes)
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
        let model = pictures.model
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
            pixels: schedule.rowsOfSites.map { canvas[Int(elements[Int($0)])] })
    }

    /// u and, in a padded border, the indicators of a pixel's neighbourhood.
    private func conditions(of element: Int) -> [Double] {
        let (whitening, neighbourhood) = (pictures.whitening, pictures.model.neighbourhood)
        let center = whitening.outputMean.values[0]
        let D = neighbourhood.inputSize
        let x = neighbourhood.inputs.enumerated().map { k, place in
            Double(canvas[element + place.row * pictures.width + place.column]) + center
                - whitening.inputMean.values[k]
        }
        var u = (0..<D).map { row in
            (0..<D).reduce(0) { $0 + whitening.inputWhitening.values[row * D + $1] * x[$1] }
        }
        if pictures.model.options.border == .pad {
            let (row, column) = (element / pictures.width % pictures.height, element % pictures.width)
            let inside = pictures.padding..<(pictures.width - pictures.padding)
            for place in neighbourhood.inputs {
                let isInside = row + place.row >= pictures.padding && inside.contains(column + place.column)
                u.append(isInside ? 0 : 1)
            }
        }
        return u
    }

    /// What is predicted of a pixel, less the mean.
    private func predicted(given u: [Double]) -> Double {
        zip(pictures.whitening.predictor.values, u).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// Draws component and scale, then the pixel; false where it was beyond the range.
    private func draw(_ element: Int, given u: [Double], _ h: [Element], step: UInt32) -> Bool {
        let noise = PixelNoise(
            seed: pictures.seed, picture: element / pictures.size, place: element % pictures.size, step: step)
        let v = head.drawn(h, choice: noise.choice, normals: noise.normals)[0]
        let value = Double(v) / pictures.whitening.outputWhitening.values[0] + predicted(given: u)
        let limits = pictures.limits
        // NaN stays NaN.
        canvas[element] = Element(
            value < limits.lowerBound ? limits.lowerBound : value > limits.upperBound ? limits.upperBound : value)
        return value >= limits.lowerBound && value <= limits.upperBound
    }

    private func likelihood(of element: Int, given u: [Double], _ h: [Element]) -> Element {
        let v = (Double(canvas[element]) - predicted(given: u)) * pictures.whitening.outputWhitening.values[0]
        return head.forward(h + [Element(v)])[0]
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

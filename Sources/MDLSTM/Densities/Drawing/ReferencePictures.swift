/// Draws pictures by plain loops.
struct ReferencePictures<T: Scalar> {
    private let request: PictureRequest<T>
    private let canvas: PictureCanvas
    private let schedule: Schedule
    private let elements: [Int32]
    private var layers: [RecurrentReference<T>]
    private let head: MCGSMReference<T>
    private var pixels: [T]

    init(_ request: PictureRequest<T>) throws(MDLSTMError) {
        self.request = request
        let model = request.model
        let parameters = try request.parameters.ordered(as: model.network.parameterShapes)
        canvas = PictureCanvas(model, height: request.height, width: request.width)
        let schedule = try Schedule(
            fronts: request.count, height: canvas.rows.count, width: canvas.columns.count,
            reach: model.neighbourhood.rowsAbove, inRasterOrder: request.isInRasterOrder)
        self.schedule = schedule
        elements = canvas.elements(of: schedule, count: request.count)
        func own(_ layer: Int) -> ParameterTensors<T> {
            var own = ParameterTensors<T>()
            for shape in model.network.layers[layer].parameterShapes {
                own[shape.name] = parameters["\(layer).\(shape.name)"]
            }
            return own
        }
        layers = model.layers.enumerated().map { index, layer in
            RecurrentReference(
                configuration: layer, schedule: schedule, parameters: own(index), initialState: nil, noise: nil)
        }
        guard case .mcgsm(let mixture)? = model.network.layers.last else {
            preconditionFailure("a density ends with its head")
        }
        head = MCGSMReference(mixture, parameters: own(model.layers.count))
        pixels = canvas.blank(for: request)
    }

    /// The pictures, `[B, H, W, 1]`.
    mutating func draw() throws(MDLSTMError) -> Tensor<T> {
        for front in 0..<schedule.wavefrontCount {
            let rows = schedule.rows(ofWavefront: front)
            let u = rows.map { conditions(of: Int(elements[$0])) }
            var input = u.flatMap { $0.map { T($0) } }
            for index in layers.indices {
                layers[index].forward(input: input, wavefronts: front..<(front + 1))
                let H = layers[index].H
                input = Array(layers[index].h[(rows.lowerBound * H)..<(rows.upperBound * H)])
            }
            for (place, row) in rows.enumerated() {
                let size = input.count / rows.count
                var h = Array(input[(place * size)..<((place + 1) * size)])
                if !layers.isEmpty, request.model.options.skip { h += u[place].map { T($0) } }
                draw(Int(elements[row]), given: u[place], h)
            }
            request.progress(Double(front + 1) / Double(schedule.wavefrontCount))
        }
        return try canvas.shown(pixels, of: request)
    }

    /// u and, in a padded border, the indicators of a pixel's neighbourhood.
    private func conditions(of element: Int) -> [Double] {
        let (whitening, neighbourhood) = (request.whitening, request.model.neighbourhood)
        let center = whitening.outputMean.values[0]
        let D = neighbourhood.inputSize
        let x = neighbourhood.inputs.enumerated().map { k, place in
            Double(pixels[element + place.row * canvas.width + place.column]) + center - whitening.inputMean.values[k]
        }
        var u = (0..<D).map { row in
            (0..<D).reduce(0) { $0 + whitening.inputWhitening.values[row * D + $1] * x[$1] }
        }
        if request.model.options.border == .pad {
            let (row, column) = (element / canvas.width % canvas.height, element % canvas.width)
            let inside = canvas.columns
            for place in neighbourhood.inputs {
                let isInside = row + place.row >= canvas.padding && inside.contains(column + place.column)
                u.append(isInside ? 0 : 1)
            }
        }
        return u
    }

    /// Draws component and scale, then the pixel.
    private mutating func draw(_ element: Int, given u: [Double], _ h: [T]) {
        let size = canvas.height * canvas.width
        let noise = PixelNoise(seed: request.seed, picture: element / size, place: element % size)
        let v = head.drawn(h, choice: noise.choice, normal: noise.normal)
        let whitening = request.whitening
        var value = Double(v) / whitening.outputWhitening.values[0]
        for (k, factor) in whitening.predictor.values.enumerated() { value += factor * u[k] }
        let limits = canvas.limits(of: request)
        // NaN stays NaN.
        pixels[element] = T(
            value < limits.lowerBound ? limits.lowerBound : value > limits.upperBound ? limits.upperBound : value)
    }
}

extension ReferenceBackend {
    public func draw(_ request: PictureRequest<Element>) throws(MDLSTMError) -> Tensor<Element> {
        var pictures = try ReferencePictures(request)
        return try pictures.draw()
    }
}

/// A density with weights that are drawn, from which small pictures are drawn: what checks the kernels of drawing.
package struct PictureCase: Sendable, CustomStringConvertible {
    package let name: String
    package let border: DensityBorder

    /// Recurrent layers, of 3 hidden units.
    package let layers: Int

    /// Whether the head sees the neighbourhood beside what the layers say.
    package let skip: Bool
    package let color: DensityColor

    package init(
        name: String = "pictures", border: DensityBorder, layers: Int, skip: Bool = true, color: DensityColor = .gray
    ) {
        (self.name, self.border, self.layers, self.skip, self.color) = (name, border, layers, skip, color)
    }

    package var description: String { name }

    /// Every case; the first is small enough for interpreters.
    package static let all = [
        PictureCase(name: "pictures with a padded border", border: .pad, layers: 1),
        PictureCase(name: "pictures in a ring", border: .inside, layers: 0),
        PictureCase(name: "coloured pictures with a padded border", border: .pad, layers: 0, color: .ycc),
        PictureCase(name: "coloured pictures in a ring", border: .inside, layers: 1, color: .ycc),
    ]

    package static var tiny: [PictureCase] { Array(all.prefix(1)) }

    /// What a backend draws: whole pictures, then some pixels of them given the others with the likelihoods of all, finite
    /// ones alone, then with two set.
    package func drawn<T: Scalar>(by backend: any Backend<T>) throws -> [T] {
        let pictures = try painted(T.self)
        let painter = try backend.makePainter(pictures)
        guard let found = try painter.paint(Self.pass(of: pictures)) else { return [] }
        try painter.set([7, 8], at: [3, 20])
        return try backend.draw(request()).values + found.pixels + found.nats.filter(\.isFinite) + painter.pixels()
    }

    /// Pictures that are drawn, of colours their chroma, and windows of them.
    package func painted<T: Scalar>(_: T.Type) throws -> PaintedPictures<T> {
        let request = try request(as: T.self)
        let last = request.planes.count - 1
        let model = request.planes[last].model
        let canvas = PictureCanvas(model, height: request.height, width: request.width)
        let count = request.count * canvas.height * canvas.width * model.neighbourhood.channels
        let pixels = Tensor<Double>.random([count], bound: 20, seed: 4).values
        var pictures = canvas.pictures(of: request, plane: last, on: pixels)
        pictures.pixels = pixels.map { T($0) }
        (pictures.windows, pictures.windowHeight, pictures.windowWidth) = (2, 3, 4)
        return pictures
    }

    /// A window of each picture, of which every third pixel is drawn.
    package static func pass<T: Scalar>(of pictures: PaintedPictures<T>) -> PaintPass {
        let m = pictures.density.model.neighbourhood.rowsAbove
        let corner = m * pictures.width + m
        let sites = pictures.windows * pictures.windowHeight * pictures.windowWidth
        return PaintPass(
            corners: (0..<2).map { $0 * pictures.size + corner }, drawn: (0..<sites).map { $0 % 3 == 1 }, step: 3)
    }

    /// Two pictures of 3 x 4 pixels.
    package func request<T: Scalar>(as _: T.Type = T.self) throws(MDLSTMError) -> PictureRequest<T> {
        var options = DensityOptions()
        (options.neighbourhood, options.border, options.skip, options.color) = (3, border, skip, color)
        (options.components, options.scales, options.features) = (2, 2, 3)
        let channels = color.channels
        var picture = Tensor<Double>.random([12, 12, channels], bound: 30, seed: 3)
        for place in 0..<picture.count {
            let isFirst = place % (12 * channels) < channels
            picture.values[place] += isFirst ? 100 : 0.9 * picture.values[place - channels] + 10
        }
        var planes: [PlaneDensity<T>] = []
        for plane in color.planes {
            let model = try DensityModel(
                options, of: plane, layers: stack(over: DensityModel.conditions(options, of: plane)))
            let outputs = model.neighbourhood.outputSize
            var moments = WhiteningMoments(inputSize: model.neighbourhood.inputSize, outputSize: outputs)
            moments.add(picture, in: model.neighbourhood)
            var parameters = model.network.initialParameters(seed: 5, as: T.self)
            // Another matrix than the one of the beginning, in which outputs are apart.
            if outputs == 2 {
                parameters["\(layers).cholesky"] = Tensor(shape: [2, 2, 2], values: [1, 0, 0.4, 0.8, 1, 0, -0.3, 1.2])
            }
            planes.append(PlaneDensity(model, try ConditionalWhitening(moments), parameters: parameters))
        }
        var request = PictureRequest(planes, height: 3, width: 4, range: 0...256)
        (request.count, request.seed) = (2, 11)
        return request
    }

    private func stack(over conditions: Int) throws(MDLSTMError) -> [LayerConfiguration] {
        var (stack, size) = ([LayerConfiguration](), conditions)
        for _ in 0..<layers {
            stack.append(
                try LayerConfiguration(
                    cell: .spatial, inputSize: size, hiddenSize: 3, directions: [.forward(axes: 2)],
                    options: CellOptions { $0.forgetSum = .mean }))
            size = 3
        }
        return stack
    }
}

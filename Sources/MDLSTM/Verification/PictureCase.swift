/// A density with weights that are drawn, from which small pictures are drawn: what checks the kernels of drawing.
package struct PictureCase: Sendable, CustomStringConvertible {
    package let name: String
    package let border: DensityBorder

    /// Recurrent layers, of 3 hidden units.
    package let layers: Int

    /// Whether the head sees the neighbourhood beside what the layers say.
    package let skip: Bool

    package init(name: String = "pictures", border: DensityBorder, layers: Int, skip: Bool = true) {
        (self.name, self.border, self.layers, self.skip) = (name, border, layers, skip)
    }

    package var description: String { name }

    /// Every case; the first is small enough for interpreters.
    package static let all = [
        PictureCase(name: "pictures with a padded border", border: .pad, layers: 1),
        PictureCase(name: "pictures in a ring", border: .inside, layers: 0),
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

    /// Pictures that are drawn, and windows of them.
    package func painted<T: Scalar>(_: T.Type) throws -> PaintedPictures<T> {
        let request = try request(as: T.self)
        let canvas = PictureCanvas(request.model, height: request.height, width: request.width)
        var pictures = canvas.pictures(of: request)
        let pixels = Tensor<Double>.random([pictures.pixels.count], bound: 20, seed: 4)
        pictures.pixels = pixels.values.map { T($0) }
        (pictures.windows, pictures.windowHeight, pictures.windowWidth) = (2, 3, 4)
        return pictures
    }

    /// A window of each picture, of which every third pixel is drawn.
    package static func pass<T: Scalar>(of pictures: PaintedPictures<T>) -> PaintPass {
        let m = pictures.model.neighbourhood.rowsAbove
        let corner = m * pictures.width + m
        let sites = pictures.windows * pictures.windowHeight * pictures.windowWidth
        return PaintPass(
            corners: (0..<2).map { $0 * pictures.height * pictures.width + corner },
            drawn: (0..<sites).map { $0 % 3 == 1 }, step: 3)
    }

    /// Two pictures of 3 x 4 pixels.
    package func request<T: Scalar>(as _: T.Type = T.self) throws(MDLSTMError) -> PictureRequest<T> {
        var options = DensityOptions()
        (options.neighbourhood, options.border, options.skip) = (3, border, skip)
        (options.components, options.scales, options.features) = (2, 2, 3)
        var size = try DensityModel.conditions(options)
        var stack: [LayerConfiguration] = []
        for _ in 0..<layers {
            stack.append(
                try LayerConfiguration(
                    cell: .spatial, inputSize: size, hiddenSize: 3, directions: [.forward(axes: 2)],
                    options: CellOptions { $0.forgetSum = .mean }))
            size = 3
        }
        let model = try DensityModel(options, layers: stack)
        var picture = Tensor<Double>.random([12, 12, 1], bound: 30, seed: 3)
        for place in 0..<picture.count {
            picture.values[place] += place % 12 > 0 ? 0.9 * picture.values[place - 1] + 10 : 100
        }
        var moments = WhiteningMoments(inputSize: model.neighbourhood.inputSize, outputSize: 1)
        moments.add(picture, in: model.neighbourhood)
        var request = PictureRequest(
            model, try ConditionalWhitening(moments), parameters: model.network.initialParameters(seed: 5, as: T.self),
            height: 3, width: 4, range: 0...256)
        (request.count, request.seed) = (2, 11)
        return request
    }
}

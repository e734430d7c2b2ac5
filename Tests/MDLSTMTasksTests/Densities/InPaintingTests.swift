import MDLSTM
import MDLSTMOpenCL
import MDLSTMTasks
import RealModule
import Testing
import _TestSupport

/// Holes filled in by densities whose answers are known.
struct InPaintingTests {
    /// A density in which a pixel is a linear function of its neighbourhood with a Gaussian around it.
    private func gaussian<T: Scalar>(_: T.Type) throws -> InPainting<T> {
        var options = DensityOptions()
        (options.neighbourhood, options.components, options.scales, options.features) = (3, 1, 1, 1)
        let model = try DensityModel(options, layers: [])
        let picture = Tensor<Double>.random([12, 12, 1], bound: 30, seed: 3).map { $0 + 128 }
        var moments = WhiteningMoments(inputSize: 4, outputSize: 1)
        moments.add(picture, in: model.neighbourhood)
        var parameters = ParameterTensors<T>(zeros: model.network.parameterShapes)
        parameters["0.predictors"] = Tensor(shape: [1, 1, 4], values: [0.6, -0.3, 0.5, 0.7])
        parameters["0.scales"] = Tensor(shape: [1, 1], values: [1])
        parameters["0.cholesky"] = Tensor(shape: [1, 1, 1], values: [1])
        return InPainting(
            [PlaneDensity(model, try ConditionalWhitening(moments), parameters: parameters)], range: 0...256)
    }

    /// The same of colours, both planes with a full mixture of one component.
    private func gaussianColors<T: Scalar>(_: T.Type) throws -> InPainting<T> {
        var options = DensityOptions()
        (options.neighbourhood, options.components, options.scales, options.features) = (3, 1, 1, 1)
        options.color = .ycc
        let picture = Self.colors(12, 12, seed: 3)
        let planes = try options.color.planes.map { plane in
            let model = try DensityModel(options, of: plane, layers: [])
            let (D, O) = (model.neighbourhood.inputSize, model.neighbourhood.outputSize)
            var moments = WhiteningMoments(inputSize: D, outputSize: O)
            moments.add(picture, in: model.neighbourhood)
            var parameters = ParameterTensors<T>(zeros: model.network.parameterShapes)
            parameters["0.predictors"] = .random([1, O, D], bound: 0.5, seed: 4)
            parameters["0.scales"] = Tensor(shape: [1, 1], values: [1])
            parameters["0.cholesky"] = Tensor(shape: [1, O, O], values: O == 1 ? [1] : [1, 0, 0.4, 0.8])
            return PlaneDensity(model, try ConditionalWhitening(moments), parameters: parameters)
        }
        return InPainting(planes, range: -1000...1000)
    }

    private let picture = Tensor<Double>.random([7, 9, 1], bound: 30, seed: 8).map { $0 + 128 }
    private let colors = Self.colors(7, 9, seed: 8)

    /// Luma around 128, chroma around 0.
    private static func colors(_ height: Int, _ width: Int, seed: UInt64) -> Tensor<Double> {
        let noise = Tensor<Double>.random([height, width, 3], bound: 30, seed: seed)
        return Tensor(shape: noise.shape, values: noise.values.enumerated().map { $1 + ($0 % 3 == 0 ? 128 : 0) })
    }

    private func hole<T: Scalar>(_ places: [(Int, Int)], in painting: InPainting<T>) throws -> PictureHole {
        var mask = Array(repeating: false, count: 63)
        for (row, column) in places { mask[row * 9 + column] = true }
        let model = painting.planes[0].model
        let picture = model.plane == .gray ? picture : colors
        return try PictureHole(picture, mask: mask, of: model, name: "mask")
    }

    /// Mean and deviation of one pixel, or its luma, given all others: its log-likelihood is a parabola, which three points tell.
    private func conditional(_ painting: InPainting<Double>, row: Int, column: Int) throws -> (
        mean: Double, deviation: Double
    ) {
        let plane = painting.planes[0]
        let network = try ReferenceBackend<Double>().makeModel(plane.model.network, parameters: plane.parameters)
        let nats = try [118.0, 128, 138].map { value in
            var moved = plane.model.plane == .gray ? picture : colors
            moved[row, column, 0] = value
            return try network.predict(plane.model.rows(of: moved, plane.whitening)).values.reduce(0, +)
        }
        let curvature = (nats[0] - 2 * nats[1] + nats[2]) / 100
        return (128 - (nats[2] - nats[0]) / 20 / curvature, (-1 / curvature).squareRoot())
    }

    /// The blocks drawn are samples of the pixel given what is on all sides of it, which the first ones are not.
    @Test func chainsDrawFromTheConditional() throws {
        var painting = try gaussian(Float.self)
        (painting.count, painting.candidates, painting.sweeps) = (256, 1, 0)
        let hole = try hole([(3, 4)], in: painting)
        let backend = try OpenCLBackend<Float>()
        let expected = try conditional(gaussian(Double.self), row: 3, column: 4)
        func moments(_ pictures: [Tensor<Double>]) -> (mean: Double, deviation: Double) {
            let values = pictures.map { $0.values[3 * 9 + 4] }
            let mean = values.reduce(0, +) / 256
            return (mean, (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 255).squareRoot())
        }
        // A mean of 256 draws is within 4 of its standard errors, a deviation within 4 of its own.
        let first = moments(try painting.fill(hole, on: backend))
        #expect((first.mean - expected.mean).magnitude > 0.5 * expected.deviation)
        #expect(first.deviation > 1.3 * expected.deviation)
        painting.sweeps = 25
        let last = moments(try painting.fill(hole, on: backend))
        #expect((last.mean - expected.mean).magnitude < 4 * expected.deviation / 16)
        #expect((last.deviation / expected.deviation - 1).magnitude < 4 / 22.6)
    }

    /// The chroma of a pixel given luma and chroma on all sides: a Gaussian of two numbers whose mean goes with the luma drawn.
    private func chroma(
        _ painting: InPainting<Double>, luma: Double, row: Int, column: Int
    ) throws -> (mean: SIMD2<Double>, deviation: SIMD2<Double>) {
        let plane = painting.planes[1]
        let network = try ReferenceBackend<Double>().makeModel(plane.model.network, parameters: plane.parameters)
        func nats(_ b: Double, _ r: Double) throws -> Double {
            var moved = colors
            for (channel, value) in [luma, b, r].enumerated() { moved[row, column, channel] = value }
            return try network.predict(plane.model.rows(of: moved, plane.whitening)).values.reduce(0, +)
        }
        // A parabola of two numbers: its slope at 0 and its curvature, by differences that are exact.
        let (center, h) = (try nats(0, 0), 10.0)
        let (b, lessB, r, lessR) = (try nats(h, 0), try nats(-h, 0), try nats(0, h), try nats(0, -h))
        let slope = SIMD2(b - lessB, r - lessR) / (2 * h)
        let (bb, rr) = ((b + lessB - 2 * center) / (h * h), (r + lessR - 2 * center) / (h * h))
        let br = (try nats(h, h) - b - r + center) / (h * h)
        let determinant = bb * rr - br * br
        let mean = SIMD2(-(rr * slope[0] - br * slope[1]), -(bb * slope[1] - br * slope[0])) / determinant
        return (mean, SIMD2((-rr / determinant).squareRoot(), (-bb / determinant).squareRoot()))
    }

    @Test func chainsDrawChromaFromTheConditional() throws {
        var painting = try gaussianColors(Float.self)
        (painting.count, painting.candidates, painting.sweeps) = (256, 1, 25)
        let hole = try hole([(3, 4)], in: painting)
        let filled = try painting.fill(hole, on: OpenCLBackend<Float>())
        let exact = try gaussianColors(Double.self)
        let (low, high) = (
            try chroma(exact, luma: 118, row: 3, column: 4), try chroma(exact, luma: 138, row: 3, column: 4)
        )
        var (sum, squares) = (SIMD2<Double>(), SIMD2<Double>())
        for picture in filled {
            let pixel = (0..<3).map { picture[3, 4, $0] }
            let mean = low.mean + (high.mean - low.mean) * ((pixel[0] - 118) / 20)
            let distance = (SIMD2(pixel[1], pixel[2]) - mean) / low.deviation
            sum += distance
            squares += distance * distance
        }
        for channel in 0..<2 {
            #expect((low.deviation[channel] / high.deviation[channel] - 1).magnitude < 1e-6)
            #expect((sum[channel] / 256).magnitude < 4.0 / 16)
            #expect(((squares[channel] / 256).squareRoot() - 1).magnitude < 4 / 22.6)
        }
        // Luma as if there were no chroma.
        let luma = try conditional(exact, row: 3, column: 4)
        let distances = filled.map { ($0[3, 4, 0] - luma.mean) / luma.deviation }
        #expect((distances.reduce(0, +) / 256).magnitude < 4.0 / 16)
        #expect(((distances.reduce(0) { $0 + $1 * $1 } / 256).squareRoot() - 1).magnitude < 4 / 22.6)
    }

    /// Of colours too: the likeliest luma by itself, then the likeliest chroma given it.
    @Test func theLikeliestColorIsTheMean() throws {
        var painting = try gaussianColors(Double.self)
        (painting.method, painting.sweeps) = (.map, 150)
        let hole = try hole([(3, 4)], in: painting)
        let luma = try conditional(painting, row: 3, column: 4).mean
        for backend: any Backend<Double> in [ReferenceBackend<Double>(), try OpenCLBackend<Double>()] {
            let found = try painting.fill(hole, on: backend)[0]
            let expected = try chroma(painting, luma: found[3, 4, 0], row: 3, column: 4).mean
            #expect((found[3, 4, 0] - luma).magnitude < 0.5)
            #expect((SIMD2(found[3, 4, 1], found[3, 4, 2]) - expected).max() < 0.5)
            #expect((SIMD2(found[3, 4, 1], found[3, 4, 2]) - expected).min() > -0.5)
            #expect(found.values.indices.count { found.values[$0] != colors.values[$0] } == 3)
        }
    }

    /// The likeliest pixel of a Gaussian is its mean; both backends climb there.
    @Test func theLikeliestPixelIsTheMean() throws {
        var painting = try gaussian(Double.self)
        (painting.method, painting.sweeps) = (.map, 150)
        let hole = try hole([(3, 4)], in: painting)
        let expected = try conditional(painting, row: 3, column: 4).mean
        for backend: any Backend<Double> in [ReferenceBackend<Double>(), try OpenCLBackend<Double>()] {
            let found = try painting.fill(hole, on: backend)[0]
            #expect((found.values[3 * 9 + 4] - expected).magnitude < 0.1)
            #expect(found.values.indices.count { found.values[$0] != picture.values[$0] } == 1)
        }
    }

    /// With a recurrent layer, in both borders: backends agree, pixels around stay, seeds and copies differ.
    @Test(arguments: DensityBorder.allCases, DensityColor.allCases)
    func backendsFillTheSame(_ border: DensityBorder, _ color: DensityColor) throws {
        let request: PictureRequest<Double> = try PictureCase(border: border, layers: 1, color: color).request()
        var painting = InPainting(request.planes, range: request.range)
        (painting.count, painting.candidates, painting.sweeps) = (2, 2, 2)
        let places =
            border == .pad
            ? [(0, 0), (0, 1), (3, 4), (6, 8)] : [(1, 1), (3, 4), (3, 5), color == .gray ? (6, 7) : (5, 7)]
        let hole = try hole(places, in: painting)
        let reference = try painting.fill(hole, on: ReferenceBackend<Double>())
        let device = try painting.fill(hole, on: OpenCLBackend<Double>())
        for (ours, theirs) in zip(device, reference) {
            expectClose(ours, theirs, absolute: 1e-7, relative: 0, "pixels")
        }
        let (given, channels) = (hole.picture, color.channels)
        for place in given.values.indices {
            let isHole = hole.mask[place / channels]
            #expect((reference[0].values[place] != given.values[place]) == isHole)
            if isHole {
                let limits = place % channels == 0 ? 0...256.0 : -128...128
                #expect(limits.contains(reference[0].values[place]))
            }
        }
        #expect(reference[0] != reference[1])
        painting.seed = 9
        #expect(try painting.fill(hole, on: ReferenceBackend<Double>())[0] != reference[0])
    }

    @Test func whatCannotBeFilledIsRefused() throws {
        let painting = try gaussian(Double.self)
        let cases: [([(Int, Int)], String)] = [
            ([], "the mask is empty"), ([(0, 3)], "row 0, column 3"), ([(3, 4), (4, 8)], "row 4, column 8"),
        ]
        for (places, message) in cases {
            let error = #expect(throws: MDLSTMError.self) { try hole(places, in: painting) }
            #expect(error?.message.contains(message) == true)
        }
    }

    /// All bits of the box in which the hole is seen are those of the model.
    @Test func holesAreJudged() throws {
        let painting = try gaussian(Double.self)
        let hole = try hole([(3, 4), (3, 5)], in: painting)
        let plane = painting.planes[0]
        let likelihood = try PictureLikelihood(painting.planes, on: ReferenceBackend<Double>())
        let found = try HoleJudge(likelihood, hole, name: "picture").bits(of: picture)
        let network = try ReferenceBackend<Double>().makeModel(plane.model.network, parameters: plane.parameters)
        let nats = try network.predict(plane.model.rows(of: picture, plane.whitening)).reshaped([6, 7])
            .map { -($0 + plane.whitening.logJacobian) / .log(2) }
        // Rows 3 and 4, columns 3 to 6 of the picture; sites begin at (1, 1).
        let box = nats.slice(2..<4, 2..<6).values
        #expect((found.box - box.reduce(0, +) / 8).magnitude < 1e-9)
        #expect((found.hole - (nats[2, 3] + nats[2, 4]) / 2).magnitude < 1e-9)
        #expect((try #require(found.border) - (box.reduce(0, +) - nats[2, 3] - nats[2, 4]) / 6).magnitude < 1e-9)
        // Above and below it alone are boxes of that size.
        let beside = [nats.slice(0..<2, 2..<6), nats.slice(4..<6, 2..<6)].map { $0.values.reduce(0, +) / 8 }
        let around = try #require(found.around)
        #expect((around.lowerBound - beside.min()!).magnitude < 1e-9)
        #expect((around.upperBound - beside.max()!).magnitude < 1e-9)
    }

    /// Of colours luma alone, and both: chroma above the hole sees its luma.
    @Test func colorsAreJudged() throws {
        let painting = try gaussianColors(Double.self)
        let hole = try hole([(3, 4), (3, 5)], in: painting)
        for count in 1...2 {
            var likelihood = try PictureLikelihood(
                Array(painting.planes.prefix(count)), on: ReferenceBackend<Double>())
            let found = try HoleJudge(likelihood, hole, name: "picture").bits(of: colors)
            // Sites are rows 1 to 5 and columns 1 to 7.
            let bits = try likelihood.nats(of: colors, name: "picture").map { -$0 / .log(2) }
            let box = bits.slice((3 - count)..<4, 2..<6).values
            #expect((found.box - box.reduce(0, +) / Double(box.count)).magnitude < 1e-9)
            #expect((found.hole - (bits[2, 3] + bits[2, 4]) / 2).magnitude < 1e-9)
            var moved = colors
            moved[2, 4, 1] += 5
            let other = try HoleJudge(likelihood, hole, name: "picture").bits(of: moved)
            #expect((other.box != found.box) == (count == 2))
        }
    }
}

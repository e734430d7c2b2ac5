import MDLSTM
import Testing
import _TestSupport

/// Densities of colours: what luma and chroma see, and that they are the same from pixels and from whitened rows.
struct ColorDensityTests {
    /// A border, and how many layers each network has.
    struct Form: CustomStringConvertible, Sendable {
        let border: DensityBorder, layers: Int
        var description: String { "\(layers) layers, \(border)" }

        static let all = DensityBorder.allCases.flatMap { [Form(border: $0, layers: 0), Form(border: $0, layers: 2)] }

        func model(_ plane: DensityPlane, size: Int = 3) throws -> DensityModel {
            var options = DensityOptions()
            (options.neighbourhood, options.border, options.color) = (size, border, .ycc)
            (options.components, options.scales, options.features) = (3, 2, 4)
            var inputs = try DensityModel.conditions(options, of: plane)
            let layers = try (0..<self.layers).map { _ in
                defer { inputs = 5 }
                return try LayerConfiguration(
                    cell: .spatial, inputSize: inputs, hiddenSize: 5, directions: [.forward(axes: 2)])
            }
            return try DensityModel(options, of: plane, layers: layers)
        }
    }

    /// Weights at random, off the diagonals of L too.
    static func parameters(_ model: DensityModel) -> ParameterTensors<Double> {
        var parameters = DensityModelTests.parameters(model.network)
        for name in parameters.names where name.hasSuffix("cholesky") && model.plane == .chroma {
            for k in 0..<3 { parameters[name]!.values[4 * k + 2] = 0.3 - 0.2 * Double(k) }
        }
        return parameters
    }

    /// Luma and chromas.
    static func picture(_ height: Int = 7, _ width: Int = 11) -> Tensor<Double> {
        Tensor<Double>.random([height, width, 3], bound: 100, seed: 17)
    }

    /// The likelihoods of all sites, by the number of the pixel.
    private func likelihoods(
        _ form: Form, _ plane: DensityPlane
    ) throws -> (Tensor<Double>) throws -> [Int: Double] {
        let model = try form.model(plane)
        let whitening = try DensityModelTests.whitening(Self.picture(), model)
        let network = try ReferenceBackend<Double>().makeModel(model.network, parameters: Self.parameters(model))
        let (rows, columns) = model.sites(height: 7, width: 11)
        return { picture in
            let nats = try network.predict(model.rows(of: picture, whitening))
            var found: [Int: Double] = [:]
            for (place, value) in nats.values.enumerated() {
                let (row, column) = (
                    rows.lowerBound + place / columns.count, columns.lowerBound + place % columns.count
                )
                found[row * 11 + column] = value
            }
            #expect(found.count == rows.count * columns.count)
            return found
        }
    }

    /// Pixels whose likelihood becomes another where a channel of one pixel does.
    private func changed(
        _ nats: (Tensor<Double>) throws -> [Int: Double], at pixel: Int, channel: Int
    ) throws -> [Int] {
        var other = Self.picture()
        other.values[3 * pixel + channel] += 50
        let (before, after) = try (nats(Self.picture()), nats(other))
        return before.keys.filter { before[$0] != after[$0] }.sorted()
    }

    private static let places = [0, 5, 12, 23, 40, 43, 44, 63, 76]

    @Test(arguments: Form.all) func chromaTellsOfNothingBeforeIt(_ form: Form) throws {
        let (luma, chroma) = try (likelihoods(form, .luma), likelihoods(form, .chroma))
        let sites = try Set(chroma(Self.picture()).keys)
        #expect(try Set(luma(Self.picture()).keys) == sites)
        for pixel in Self.places {
            for channel in 1...2 {
                #expect(try changed(luma, at: pixel, channel: channel) == [])
                let changes = try changed(chroma, at: pixel, channel: channel)
                #expect(changes.allSatisfy { $0 >= pixel }, "\(pixel): \(changes)")
                #expect(changes.contains(pixel) == sites.contains(pixel), "\(pixel): \(changes)")
                #expect(changes.contains { $0 > pixel } == (pixel < sites.max()!), "\(pixel): \(changes)")
            }
        }
    }

    /// Chroma knows luma within its window, before the pixel and after it.
    @Test(arguments: Form.all) func lumaTellsOfNothingBeforeIt(_ form: Form) throws {
        let (luma, chroma) = try (likelihoods(form, .luma), likelihoods(form, .chroma))
        let sites = try Set(chroma(Self.picture()).keys)
        for pixel in Self.places {
            let changes = try changed(luma, at: pixel, channel: 0)
            #expect(changes.allSatisfy { $0 >= pixel }, "\(pixel): \(changes)")
            #expect(changes.contains(pixel) == sites.contains(pixel), "\(pixel): \(changes)")
            let seen = try changed(chroma, at: pixel, channel: 0)
            let first = sites.filter { abs($0 / 11 - pixel / 11) <= 1 && abs($0 % 11 - pixel % 11) <= 1 }.min()
            #expect(seen.first == first, "\(pixel): \(seen)")
            #expect(first == nil || seen.contains(first!))
        }
    }

    @Test(arguments: Form.all, [DensityPlane.luma, .chroma])
    func pixelsAndRowsAgree(_ form: Form, _ plane: DensityPlane) throws {
        let model = try form.model(plane, size: 5)
        let picture = Self.picture()
        let whitening = try DensityModelTests.whitening(Self.picture(31, 29), model)
        let parameters = Self.parameters(model)
        let backend = ReferenceBackend<Double>()
        let rows = try backend.makeModel(model.network, parameters: parameters)
            .predict(model.rows(of: picture, whitening))
        let pixels = try backend.makeModel(
            model.model, parameters: model.modelParameters(parameters, whitening)
        ).predict(model.input(of: picture, whitening))
        let sites = model.sites(height: 7, width: 11)
        #expect(sites == (form.border == .pad ? (0..<7, 0..<11) : (2..<5, 2..<9)))
        #expect(rows.shape == [1, sites.rows.count, sites.columns.count, 1])
        expectClose(pixels, rows, absolute: 1e-10, relative: 1e-10)
    }

    @Test func sizesAreThoseOfThePaper() throws {
        let form = Form(border: .inside, layers: 0), padded = Form(border: .pad, layers: 0)
        let sizes = try [form, padded].flatMap { form in
            try [DensityPlane.luma, .chroma].map { try form.model($0, size: 5).network.inputSize }
        }
        // 12 of luma; 24 of chroma and 25 of luma; an indicator for each place but the pixel's own.
        #expect(sizes == [12 + 1, 49 + 2, 12 + 12 + 1, 49 + 24 + 2])
    }
}

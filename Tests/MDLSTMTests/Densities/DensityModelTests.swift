import MDLSTM
import Testing
import _TestSupport

/// Densities of pictures: what they see, and that they are the same from pixels and from whitened rows.
struct DensityModelTests {
    /// A border, and how many layers there are.
    struct Form: CustomStringConvertible, Sendable {
        let border: DensityBorder, layers: Int
        var skip = true
        var description: String { "\(layers) layers, \(border), \(skip ? "" : "no ")skip" }

        static let all = DensityBorder.allCases.flatMap { border in
            [Form(border: border, layers: 0), Form(border: border, layers: 1)]
                + [Form(border: border, layers: 2, skip: false)]
        }

        func model(size: Int = 3) throws -> DensityModel {
            var options = DensityOptions()
            (options.neighbourhood, options.border, options.skip) = (size, border, skip)
            (options.components, options.scales, options.features) = (3, 2, 4)
            var inputs = try DensityModel.conditions(options)
            let layers = try (0..<self.layers).map { _ in
                defer { inputs = 5 }
                return try LayerConfiguration(
                    cell: .spatial, inputSize: inputs, hiddenSize: 5, directions: [.forward(axes: 2)])
            }
            return try DensityModel(options, layers: layers)
        }
    }

    /// Everything random, so that what is seen counts.
    static func parameters(_ model: ModelConfiguration) -> ParameterTensors<Double> {
        var parameters: ParameterTensors<Double> = model.initialParameters(seed: 5)
        for (index, name) in parameters.names.enumerated() where !name.hasSuffix("cholesky") {
            let bound = name.contains("weight_") ? 0.6 : 0.4
            parameters[name] = .random(parameters[name]!.shape, bound: bound, seed: 5, tensor: UInt32(index))
        }
        return parameters
    }

    static func picture(_ height: Int = 7, _ width: Int = 11) -> Tensor<Double> {
        Tensor<Double>.random([height, width, 1], bound: 100, seed: 17).map { $0 + 128 }
    }

    static func whitening(_ picture: Tensor<Double>, _ model: DensityModel) throws -> ConditionalWhitening {
        var moments = WhiteningMoments(
            inputSize: model.neighbourhood.inputSize, outputSize: model.neighbourhood.outputSize)
        moments.add(picture, in: model.neighbourhood)
        return try ConditionalWhitening(moments)
    }

    /// Nothing that is said of a pixel tells of one that comes later.
    @Test(arguments: Form.all) func seesNothingThatComesLater(_ form: Form) throws {
        let model = try form.model()
        let picture = Self.picture()
        let whitening = try Self.whitening(picture, model)
        let network = try ReferenceBackend<Double>().makeModel(
            model.network, parameters: Self.parameters(model.network))
        func nats(_ picture: Tensor<Double>) throws -> Tensor<Double> {
            try network.predict(model.rows(of: picture, whitening))
        }
        let before = try nats(picture)
        let (rows, columns) = model.sites(height: 7, width: 11)
        for place in [0, 5, 23, 40, 43, 44, 76] {
            var changed = picture
            changed.values[place] += 50
            let after = try nats(changed)
            var changes: [Int] = []
            for (site, row) in rows.enumerated() {
                for (index, column) in columns.enumerated() {
                    let number = site * columns.count + index
                    if before.values[number] != after.values[number] { changes.append(row * 11 + column) }
                }
            }
            #expect(changes.allSatisfy { $0 >= place }, "\(place): \(changes)")
            let isSite = rows.contains(place / 11) && columns.contains(place % 11)
            #expect(changes.contains(place) == isSite, "\(place): \(changes)")
            #expect(changes.contains { $0 > place } == (place < 76), "\(place): \(changes)")
        }
    }

    @Test(arguments: Form.all) func pixelsAndRowsAgree(_ form: Form) throws {
        let model = try form.model(size: 5)
        let picture = Self.picture()
        let whitening = try Self.whitening(Self.picture(31, 29), model)
        let parameters = Self.parameters(model.network)
        let backend = ReferenceBackend<Double>()
        let rows = try backend.makeModel(model.network, parameters: parameters)
            .predict(model.rows(of: picture, whitening))
        let pixels = try backend.makeModel(
            model.model, parameters: model.modelParameters(parameters, whitening)
        ).predict(model.input(of: picture, whitening))
        let sites = model.sites(height: 7, width: 11)
        #expect(rows.shape == [1, sites.rows.count, sites.columns.count, 1])
        expectClose(pixels, rows, absolute: 1e-10, relative: 1e-10)
    }

    @Test func refusesWhatSeesLaterPixels() throws {
        func refusal(_ directions: [String], size: Int = 4, _ inputs: Int = 4) throws -> MDLSTMError {
            var options = DensityOptions()
            options.neighbourhood = 3
            let layer = try LayerConfiguration(
                cell: .spatial, inputSize: inputs, hiddenSize: 5,
                directions: directions.map { try #require(Direction($0)) })
            return try #require(throws: MDLSTMError.self) { try DensityModel(options, layers: [layer]) }
        }
        for directions in [["+-"], ["-+"], ["--"], ["++", "+-"], ["+"], ["+++"]] {
            let error = try refusal(directions)
            #expect(error.kind == .option)
            #expect(
                error.message.contains(
                    "layer 0 of the density has the directions \(directions.joined(separator: ", "))"))
        }
        #expect(try refusal(["++"], 7).kind == .option)
        var options = DensityOptions()
        options.neighbourhood = 4
        #expect(throws: MDLSTMError.self) { try DensityModel(options, layers: []) }
    }
}
